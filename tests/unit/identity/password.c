/* What is guessed first is no password, and what people can remember is one. */
#include "identity/password.h"
#include "common/app.h"
#include "identity/breached.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static PasswordFault judged(const char *name, const char *password)
{
    App app = {0};
    Cx cx = {.arena = arena_new(), .app = &app};
    PasswordFault fault = PASSWORD_FITS;
    CHECK(password_judge(&cx, str_of(name), str_of(password), &fault) == OK);
    arena_free(cx.arena);
    return fault;
}

TEST(passwords_that_are_guessed_first_are_refused)
{
    static const char *const bad[] = {
        "password",   "Password1",  "P@ssw0rd",    "passw0rd!!",    "12345678",     "123456789012",
        "87654321",   "11111111",   "aaaaaaaaaaa", "abcdefgh",      "abcabcabc",    "qwertyuiop",
        "qwerty123",  "1q2w3e4r",   "rahasia123",  "RAHASIA2026!",  "sayangku",     "bismillah99",
        "indonesia1", "Persib1933", "iloveyou!",   "akusayangkamu", "tante1234",    "        ",
        "--------",   "00000000a",  "doraemon77",  "123sayang123",  "$$password$$", "M4nchester!"};
    for (size_t i = 0; i < COUNT(bad); i++)
        if (judged("rina", bad[i]) != PASSWORD_COMMON) {
            printf("%s is let through\n", bad[i]);
            CHECK(false);
        }
    CHECK(judged("rina", "1234567") == PASSWORD_SHORT && judged("rina", "") == PASSWORD_SHORT);
    CHECK(judged("rinasari", "xRinaSari77k") == PASSWORD_NAME);
}

TEST(passwords_that_people_choose_well_are_taken)
{
    static const char *const good[] = {"rahasia sekali 1",
                                       "correct horse battery",
                                       "kuda laut minum kopi",
                                       "perahu-di-atas-gunung",
                                       "T7#kq!mz",
                                       "sapi terbang 12",
                                       "a long password",
                                       "rina suka rendang padang sekali",
                                       "kata sandi yang panjang",
                                       "пароль с облаком",
                                       "かわいい犬と猫"};
    for (size_t i = 0; i < COUNT(good); i++)
        if (judged("rina", good[i]) != PASSWORD_FITS) {
            printf("%s is refused\n", good[i]);
            CHECK(false);
        }
}

TEST(a_password_is_right_only_for_its_hash)
{
    Cx cx = {.arena = arena_new()};
    Str kept = {0}, other = {0};
    CHECK(password_hash(&cx, S("kuda laut"), &kept) == OK);
    CHECK(password_hash(&cx, S("kuda laut"), &other) == OK && !str_eq(kept, other));
    CHECK(password_right(kept, S("kuda laut")) && !password_right(kept, S("kuda lau")));
    CHECK(!password_right(kept, (Str){0}) && !password_right((Str){0}, S("kuda laut")));
    CHECK(!password_right((Str){0}, (Str){0}) && !password_right((Str){0}, S("-")));
    arena_free(cx.arena);
}

static bool in_list(const char *path, const char *password)
{
    Cx cx = {.arena = arena_new()};
    bool found = false;
    CHECK(breached_find(&cx, str_of(path), str_of(password), &found) == OK);
    arena_free(cx.arena);
    return found;
}

/* SHA-1 of "a" to "e", sorted. */
static const char *const sums[] = {
    "3C363836CF4E16666669A25DA280A1865C2D2874", "58E6B3A414A1E090DFC6029ADD0F3555CCBA127F",
    "84A516841BA77A5B4648DE2CD0DFCB30EA46DBB4", "86F7E437FAA5A7FCE15D1DDCB9EAEAEA377667B8",
    "E9D71F5EE7C92D6DC9E92FFDAD17B8BD49418F98"};
static const char *const words[] = {"d", "e", "c", "a", "b"};

TEST(a_sorted_list_is_searched_whatever_its_line_ends_and_counts)
{
    static const char *const ends[] = {"\n", "\r\n", ":1\n", ":123456789\r\n"};
    char path[] = "/tmp/hub-breached-XXXXXX";
    int fd = mkstemp(path);
    CHECK(fd >= 0);
    close(fd);
    for (size_t n = 0; n <= COUNT(sums); n++)
        for (size_t e = 0; e < COUNT(ends); e++) {
            FILE *f = fopen(path, "w");
            for (size_t i = 0; i < n; i++)
                fprintf(f, "%s%s", sums[i], ends[e]);
            fclose(f);
            for (size_t i = 0; i < COUNT(words); i++)
                CHECK(in_list(path, words[i]) == (i < n));
            CHECK(!in_list(path, "f") && !in_list(path, ""));
        }
    Cx cx = {.arena = arena_new()};
    CHECK(breached_check_list(&cx, str_of(path)) == OK);
    CHECK(breached_check_list(&cx, S("/nonexistent/list")) != OK);
    FILE *f = fopen(path, "w");
    fputs("password\nanother one that is in plain text, as some lists are\n", f);
    fclose(f);
    CHECK(breached_check_list(&cx, str_of(path)) == E_INVALID);
    arena_free(cx.arena);
    unlink(path);
}
