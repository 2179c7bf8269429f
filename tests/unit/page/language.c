/* Which language a page is in, and that every text is there in both. */
#include "common/app.h"
#include "page/language.h"
#include "test.h"

static const struct {
    const char *header;
    bool some;
    Language language;
} accepted[] = {
    {"id", true, INDONESIAN},
    {"en", true, ENGLISH},
    {"ID", true, INDONESIAN},
    {"id-ID", true, INDONESIAN},
    {"in-ID", true, INDONESIAN},
    {"en-GB", true, ENGLISH},
    {"en-US,en;q=0.9", true, ENGLISH},
    {"id-ID,id;q=0.9,en-US;q=0.8,en;q=0.7", true, INDONESIAN},
    {"en;q=0.5,id;q=0.6", true, INDONESIAN},
    {"en;q=0.6,id;q=0.5", true, ENGLISH},
    {"id,en", true, INDONESIAN},
    {"en,id", true, ENGLISH},
    {"ja,en;q=0.1", true, ENGLISH},
    {"ja;q=1, id ; q=0.3 , en;q=0.2", true, INDONESIAN},
    {"id;q=0,en;q=0.001", true, ENGLISH},
    {"en;q=0", false, 0},
    {"id;q=0.0", false, 0},
    {"ja", false, 0},
    {"*", false, 0},
    {"", false, 0},
    {",,,", false, 0},
    {"ind", false, 0},
    {"english", false, 0},
    {"en_US", false, 0},
    {"e", false, 0},
    {"en;q=2", false, 0},
    {"en;q=1.5", false, 0},
    {"en;q=0.5555", false, 0},
    {"en;q=-1", false, 0},
    {"en;q=x", false, 0},
    {"en;q=", false, 0},
    {"en;x=1", false, 0},
    {";q=1,en;q=0.4", true, ENGLISH},
    {"\t en\t;\tq=0.3", true, ENGLISH},
};

TEST(accept_language_gives_the_best_of_ours)
{
    for (size_t i = 0; i < COUNT(accepted); i++) {
        Language l = 99;
        bool some = language_accepted(str_of(accepted[i].header), &l);
        bool right = some == accepted[i].some && (!some ? l == 99 : l == accepted[i].language);
        if (!right)
            printf("%s\n", accepted[i].header);
        CHECK(right);
    }
}

typedef struct Visit {
    const char *query, *cookie, *accept, *set;
    Language language;
    bool kept;
} Visit;

static const Visit visits[] = {
    {"", NULL, NULL, "id", INDONESIAN, false},
    {"", NULL, NULL, "en", ENGLISH, false},
    {"", NULL, NULL, "xx", INDONESIAN, false},
    {"", NULL, "en", "id", ENGLISH, false},
    {"", NULL, "ja", "en", ENGLISH, false},
    {"", "hub-lang=id", "en", "en", INDONESIAN, false},
    {"", "a=b; hub-lang=en; c=d", "id", "id", ENGLISH, false},
    {"", "hub-lang=<script>", "en", "id", ENGLISH, false},
    {"", "hub-lang=", "en", "id", ENGLISH, false},
    {"lang=en", "hub-lang=id", "id", "id", ENGLISH, true},
    {"q=a&lang=id", "hub-lang=en", "en", "en", INDONESIAN, true},
    {"lang=%65%6e", NULL, NULL, "id", ENGLISH, true},
    {"lang=EN", NULL, NULL, "id", INDONESIAN, false},
    {"lang=", "hub-lang=en", NULL, "id", ENGLISH, false},
    {"lang=en%0d%0aX:1", "hub-lang=id", NULL, "en", INDONESIAN, false},
    {"language=en", NULL, NULL, "id", INDONESIAN, false},
};

static void add(Req *req, const char *name, const char *value)
{
    if (value)
        req->headers[req->n_headers++] = (Header){str_of(name), str_of(value)};
}

TEST(the_address_wins_over_the_cookie_over_the_browser_over_the_hub)
{
    for (size_t i = 0; i < COUNT(visits); i++) {
        const Visit *v = &visits[i];
        App app = {.conf = {.language = str_of(v->set)}, .https = i % 2};
        Cx cx = {.arena = arena_new(), .app = &app};
        Req req = {.query = str_of(v->query)};
        Res res = {.fd = -1};
        add(&req, "Cookie", v->cookie);
        add(&req, "Accept-Language", v->accept);
        Language l = language_choose(&cx, &req, &res);
        if (l != v->language)
            printf("visit %zu\n", i);
        CHECK(l == v->language);
        CHECK(res.n_headers == (v->kept ? 1 : 0));
        if (v->kept) {
            Str cookie = res.headers[0].value;
            CHECK(str_begins(cookie, l == ENGLISH ? S("hub-lang=en; ") : S("hub-lang=id; ")));
            CHECK(str_ends(cookie, S("; Secure")) == app.https);
        }
        arena_free(cx.arena);
    }
}

static size_t places(Str s)
{
    size_t n = 0;
    for (size_t i = 0; i + 1 < s.n; i++)
        n += s.p[i] == '%' && s.p[i + 1] == 's';
    return n;
}

TEST(every_text_is_there_in_both_languages_with_the_same_places)
{
    for (Text t = 0; t < TEXT_COUNT; t++) {
        Str id = text_in(INDONESIAN, t), en = text_in(ENGLISH, t);
        CHECK(id.n && en.n && places(id) == places(en));
    }
}

TEST(a_filled_text_holds_its_values_in_order)
{
    Cx cx = {.arena = arena_new()};
    Str values[] = {S("2"), S("%s <b>")};
    CHECK(str_eq(text_fill(&cx, INDONESIAN, TEXT_SEASON_EPISODE, values, 2),
                 S("Musim 2, episode %s <b>")));
    CHECK(str_eq(text_fill(&cx, ENGLISH, TEXT_SEASON_EPISODE, values, 2),
                 S("Season 2, episode %s <b>")));
    arena_free(cx.arena);
}

TEST(a_spoken_language_has_a_name_or_its_code)
{
    CHECK(str_eq(language_name(INDONESIAN, S("id")), S("Indonesia")));
    CHECK(str_eq(language_name(ENGLISH, S("en-GB")), S("English")));
    CHECK(str_eq(language_name(ENGLISH, S("tlh")), S("tlh")));
}
