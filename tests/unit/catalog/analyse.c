/* What is typed and what is written become the same terms. */
#include "catalog/analyse.h"
#include "catalog/mistyped.h"
#include "test.h"

#include <stdio.h>

static void check_terms(const char *text, const char *wanted)
{
    Arena *a = arena_new();
    Str terms = analysed(a, str_of(text));
    test_case = text;
    if (!str_eq(terms, str_of(wanted)))
        printf("%s: " STR_FMT ", not %s\n", text, STR_ARG(terms), wanted);
    CHECK(str_eq(terms, str_of(wanted)));
    arena_free(a);
}

TEST(forms_of_one_word_are_one_term)
{
    static const char *const rows[][2] = {
        {"nonton menonton tontonan ditonton penonton", "tonton"},
        {"nangis menangis tangisan", "tangis"},
        {"memasak masakan dimasak", "masak"},
        {"menyanyi penyanyi bernyanyi nyanyian", "nyanyi"},
        {"mengejar dikejar pengejaran", "kejar"},
        {"menari penari tarian", "tari"},
        {"mengunduh unduhan download donlot", "unduh"},
        {"membatik pembatik batik", "batik"},
        {"layang-layang layangan", "layang"},
        {"menyetir nyetir", "setir"},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        check_terms(rows[i][0], rows[i][1]);
}

TEST(words_that_look_affixed_stay_whole)
{
    static const char *const rows[] = {"perempuan", "gerakan", "perbankan", "masa",  "bali",
                                       "keponakan", "sebelah", "relawan",   "senja", "90an"};
    for (size_t i = 0; i < COUNT(rows); i++)
        check_terms(rows[i], rows[i]);
}

TEST(phrases_slang_and_english_become_what_they_stand_for)
{
    static const char *const rows[][2] = {
        {"di balik layar", "balik layar"},
        {"Dibalik Layar", "balik layar"},
        {"behind the scenes", "balik layar"},
        {"drakor", "drama korea"},
        {"K-Pop", "kpop"},
        {"nobar", "tonton bersama"},
        {"di rumah", "di rumah"},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        check_terms(rows[i][0], rows[i][1]);
}

TEST(characters_are_folded_and_other_scripts_stay)
{
    static const char *const rows[][2] = {
        {"CAF\xC3\x89 Fr\xC3\xBCh", "cafe fruh"},
        {"cafe\xCC\x81", "cafe"},
        {"Jum'at jum\xE2\x80\x99"
         "at",
         "jumat"},
        {"Ti\xE1\xBA\xBFng", "tieng"},
        {"\xD0\x9C\xD0\x9E\xD0\xA1", "\xD0\xBC\xD0\xBE\xD1\x81"},
        {"\xEC\x84\x9C\xEC\x9A\xB8", "\xEC\x84\x9C\xEC\x9A\xB8"},
        {"\xEF\xBC\xA1\xEF\xBC\xA2", "ab"},
        {"a\xFF"
         "b",
         "a b"},
        {"\"x\" \xF0\x9F\x8E\xAC *", "x"},
        {"", ""},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        check_terms(rows[i][0], rows[i][1]);
}

TEST(a_word_knows_where_it_came_from)
{
    Arena *a = arena_new();
    Words words = words_of(a, S(" Caf\xC3\xA9, kopi"));
    CHECK(words.n == 2 && words.p[0].from == 1 && words.p[0].to == 6 && words.p[1].from == 8 &&
          words.p[1].to == 12);
    arena_free(a);
}

/* What is looked up by halves must be in order. */
TEST(the_lists_are_sorted_and_hold_nothing_twice)
{
    static const char *const lists[] = {
#define STOP(word) word,
#include "catalog/analyse_stop.def"
#define ROOT(word) word,
#include "catalog/analyse_root_a_l.def"
#include "catalog/analyse_root_m_z.def"
#define STEM(word, term) word,
#include "catalog/analyse_stem.def"
#define JOIN(from, to) from,
#include "catalog/analyse_join.def"
    };
    int falls = 0;
    for (size_t i = 1; i < COUNT(lists); i++)
        falls += strcmp(lists[i - 1], lists[i]) >= 0;
    CHECK(falls <= 3); /* where one list ends and the next begins */
}

TEST(letters_apart_counts_what_a_hand_does_wrong)
{
    static const struct {
        const char *a, *b;
        int most, apart;
    } rows[] = {{"rendang", "rendang", 2, 0},
                {"rendnag", "rendang", 2, 1},
                {"rendag", "rendang", 2, 1},
                {"rendaang", "rendang", 2, 1},
                {"rindang", "rendang", 2, 1},
                {"gamelan", "angklung", 2, 3},
                {"", "abc", 2, 3},
                {"abc", "", 5, 3},
                {"", "", 1, 0}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        test_case = rows[i].a;
        CHECK(letters_apart(str_of(rows[i].a), str_of(rows[i].b), rows[i].most) == rows[i].apart);
    }
}
