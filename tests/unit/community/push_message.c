/* The example of RFC 8291, 5 with its appendix; who signs; where messages may go. */
#include "community/push_message.h"
#include "base/hash.h"
#include "test.h"

static Str of_text(Cx *cx, const char *text)
{
    Str out = {0};
    CHECK(base64url_read(cx->arena, str_of(text), &out));
    return out;
}

TEST(a_message_is_sealed_as_in_the_example_of_rfc_8291)
{
    Cx cx = {.arena = arena_new()};
    PushChance chance;
    Str browser = of_text(&cx, "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7"
                               "Vd8pZGH6SRpkNtoIAiw4");
    Str auth = of_text(&cx, "BTBZMqHH6r4Tts7J_aSIgg"), got = {0};
    Str mine = of_text(&cx, "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw");
    Str salt = of_text(&cx, "DGv6ra1nlYgDCS1FRnbzlw");
    memcpy(chance.private_key, mine.p, sizeof chance.private_key);
    memcpy(chance.salt, salt.p, sizeof chance.salt);
    CHECK(push_seal(&cx, browser, auth, S("When I grow up, I want to be a watermelon"), &chance,
                    &got) == OK);
    CHECK(str_eq(base64url(cx.arena, got.p, got.n),
                 S("DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3v"
                   "CYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXP"
                   "XLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN")));
    CHECK(push_seal(&cx, browser, S("short"), S("x"), &chance, &got) == E_INVALID);
    CHECK(push_seal(&cx, auth, auth, S("x"), &chance, &got) == E_INVALID);
    arena_free(cx.arena);
}

TEST(a_token_says_to_whom_until_when_and_from_whom)
{
    Cx cx = {.arena = arena_new()};
    uint8_t key[P256_PRIVATE];
    Str got = {0}, rest = {0};
    p256_generate(key);
    CHECK(push_authorization(&cx, (Str){(const char *)key, sizeof key}, S("https://push.example"),
                             S("mailto:a\"b@example.com"), 1700000000, &got) == OK);
    CHECK(str_begins(got, S("vapid t=eyJ0eXAiOiJKV1QiLCJhbGciOiJFUzI1NiJ9.")));
    str_cut(got, '.', &rest);
    Str claims = of_text(&cx, arena_str(cx.arena, str_cut(rest, '.', &rest)).p);
    CHECK(str_eq(claims, S("{\"aud\":\"https://push.example\",\"exp\":1700000000,\"sub\":\"mailto:"
                           "a\\\"b@example.com\"}")));
    CHECK(push_authorization(&cx, S(""), S("https://a.b"), S(""), 1, &got) == E_INTERNAL);
    arena_free(cx.arena);
}

TEST(messages_go_to_the_world_alone)
{
    Str origin = {0}, host = {0};
    CHECK(push_endpoint(S("https://fcm.googleapis.com/fcm/send/a:b?c=d"), false, &origin, &host));
    CHECK(str_eq(origin, S("https://fcm.googleapis.com")) && str_eq(host, S("fcm.googleapis.com")));
    CHECK(push_endpoint(S("https://8.8.8.8:8443/x"), false, &origin, &host));
    CHECK(str_eq(origin, S("https://8.8.8.8:8443")) && str_eq(host, S("8.8.8.8")));
    static const char *const none[] = {"",
                                       "https://",
                                       "https:///x",
                                       "https://a.b",
                                       "http://a.b/x",
                                       "https://A.b/x",
                                       "https://a.b/x y",
                                       "https://a.b/x#y",
                                       "https://a.b/\x80",
                                       "https://a.b:/x",
                                       "https://a.b:1:2/x",
                                       "https://u@a.b/x",
                                       "https://10.1.2.3/x",
                                       "https://127.0.0.1/x",
                                       "https://100.64.0.1/x",
                                       "https://[2001:db8::1]/x",
                                       "https://localhost/x",
                                       "https://x.localhost/x",
                                       "https://x.internal/x",
                                       "https://127.1/x",
                                       "https://a.0x7f/x",
                                       "https://a./x",
                                       "https://-a.b/x"};
    for (size_t i = 0; i < COUNT(none); i++)
        CHECK(!push_endpoint(str_of(none[i]), false, &origin, &host));
    CHECK(push_endpoint(S("http://127.0.0.1:99/x"), true, &origin, &host));
    CHECK(!push_endpoint(S("http://a.b/x"), true, &origin, &host));
    CHECK(!push_endpoint(S("http://127.0.0.2/x"), true, &origin, &host));
}
