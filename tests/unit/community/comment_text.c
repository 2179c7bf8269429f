/* What is written under a video: what is kept of it, what is a link, and what it is made of. */
#include "community/comment.h"
#include "community/comment_text.h"
#include "test.h"

static Err clean(Cx *cx, Str typed, Str *out)
{
    *out = (Str){0};
    cx->n_faults = 0;
    return comment_clean(cx, "/text", typed, out);
}

TEST(text_that_is_cleaned_says_what_it_said)
{
    static const struct {
        const char *typed, *kept;
    } rows[] = {
        {"Halo", "Halo"},
        {"  Halo \n", "Halo"},
        {"a\r\nb\rc\n\n\n\nd", "a\nb\nc\n\nd"},
        {"a \n b", "a\nb"},
        {"a\tb", "a b"},
        {"\xE2\x80\xAE"
         "abc\xE2\x80\xAC",
         "abc"}, /* U+202E */
        {"\xE2\x81\xA6"
         "a\xE2\x81\xA9",
         "a"}, /* U+2066 */
        {"a\xE2\x80\x8B"
         "b\xEF\xBB\xBF",
         "ab"},                     /* U+200B, U+FEFF */
        {"x\xE2\x80\xA8y", "x\ny"}, /* U+2028 */
        {"\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7",
         "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7"},
        {"e\xCC\x81\xCC\x81\xCC\x81\xCC\x81\xCC\x81\xCC\x81", "e\xCC\x81\xCC\x81\xCC\x81\xCC\x81"},
    };
    Cx cx = {.arena = arena_new()};
    for (size_t i = 0; i < COUNT(rows); i++) {
        Str out = {0};
        CHECK(clean(&cx, str_of(rows[i].typed), &out) == OK);
        CHECK(str_eq(out, str_of(rows[i].kept)));
    }
    arena_free(cx.arena);
}

TEST(text_that_nobody_could_read_is_refused)
{
    static const Str rows[] = {{"", 0},
                               {" \n ", 3},
                               {"a\0b", 3},
                               {"a\x1B[31m", 6},
                               {"a\x7F", 2},
                               {"a\xC2\x85", 3},
                               {"\xFF\xFE", 2},
                               {"a\xC0\xAF", 3},
                               {"\xED\xA0\x80", 3},
                               {"\xE2\x80\x8B", 3},
                               {"\xE2\xA0\x80", 3},
                               {"\xCC\x81", 2}};
    Cx cx = {.arena = arena_new()};
    Str out = {0};
    for (size_t i = 0; i < COUNT(rows); i++)
        CHECK(clean(&cx, rows[i], &out) == E_INVALID && !out.p && cx.n_faults == 1);
    char *most = arena_take(cx.arena, COMMENT_CHARACTERS + 1);
    memset(most, 'a', COMMENT_CHARACTERS + 1);
    CHECK(clean(&cx, (Str){most, COMMENT_CHARACTERS}, &out) == OK && out.n == COMMENT_CHARACTERS);
    CHECK(clean(&cx, (Str){most, COMMENT_CHARACTERS + 1}, &out) == E_INVALID);
    arena_free(cx.arena);
}

TEST(links_are_seen_however_they_are_written)
{
    static const char *const links[] = {
        "https://a.example", "HTTP://x",  "WWW.x",    "lihat bit.ly/abc",     "(promo.SHOP)",
        "a-b.com",           "x.co.id/1", "kami.tv.", "\xC3\xA9t\xC3\xA9.net"};
    static const char *const none[] = {
        "Bagus.Sekali", "3.14",      "dll...com",      "a . com", "com",
        "v1.2.3",       "jam 19.30", "comeback.comet", ""};
    for (size_t i = 0; i < COUNT(links); i++)
        CHECK(comment_links(str_of(links[i])));
    for (size_t i = 0; i < COUNT(none); i++)
        CHECK(!comment_links(str_of(none[i])));
}

/* The mentions and times of a text, one after another. */
static Str special(Cx *cx, const char *text, int64_t duration_ms)
{
    CommentScan scan = {str_of(text), duration_ms, 0};
    CommentPiece piece = {0};
    Str all = {0};
    while (comment_piece(&scan, &piece))
        if (piece.is != PIECE_TEXT)
            all = arena_fmt(cx->arena, STR_FMT "[" STR_FMT "%lld]", STR_ARG(all),
                            STR_ARG(piece.name), (long long)piece.position_ms);
    return all;
}

TEST(mentions_and_times_are_words_of_their_own)
{
    static const struct {
        const char *text, *found;
        int64_t duration_ms;
    } rows[] = {
        {"@rafi", "[rafi0]", 0},
        {"(@Rafi_2-x.), @b!", "[Rafi_2-x0][b0]", 0},
        {"a@b @@c @ @-x @a@b", "", 0},
        {"1:23", "[83000]", 84000},
        {"1:23", "", 83000},
        {"1:02:03, 83:20 00:00", "[3723000][5000000][0]", 6000000},
        {"1:2 1:60 1:234 1:23:4 a1:23 1:23b 1:23:45:06 12:34.5", "[754000]", 6000000},
        {"12345:00 :30 1: ", "", INT64_MAX},
    };
    Cx cx = {.arena = arena_new()};
    for (size_t i = 0; i < COUNT(rows); i++)
        CHECK(str_eq(special(&cx, rows[i].text, rows[i].duration_ms), str_of(rows[i].found)));
    arena_free(cx.arena);
}

TEST(a_comment_that_was_deleted_stays_deleted)
{
    CommentState to = 0;
    for (int event = COMMENT_APPROVE; event <= COMMENT_DELETE; event++)
        CHECK(!comment_next(COMMENT_STATE_DELETED, (CommentEvent)event, &to));
    CHECK(comment_next(COMMENT_STATE_HIDDEN, COMMENT_APPROVE, &to) && to == COMMENT_STATE_SHOWN);
    CHECK(!comment_next(COMMENT_STATE_REJECTED, COMMENT_HIDE, &to));
}
