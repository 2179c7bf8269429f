/* Captions written, moved in time, and read again. */
#include "media/caption.h"
#include "caption_rows.h"
#include "chance.h"
#include "test.h"

TEST(caption_write_shifts_and_cuts_at_0)
{
    Cx cx = {.arena = arena_new()};
    Captions c = {0};
    CLEANUP(buf_free) Buf b = BUF(1 << 12);
    CHECK(caption_read(&cx, S("1\n" T12 "A\n\n2\n00:00:02,000 --> 00:59:59,990\nB\n"), &c) == OK);
    caption_write(&b, &c, 11);
    caption_write(&b, &c, -2500);
    CHECK(
        str_eq((Str){b.p, b.n},
               S("WEBVTT\n\n00:00:01.011 --> 00:00:02.011\nA\n\n00:00:02.011 --> 01:00:00.001\nB\n"
                 "WEBVTT\n\n00:00:00.000 --> 00:59:57.490\nB\n")));
    arena_free(cx.arena);
}

/* Pieces that mean something to one of the readers, and every byte. */
static void invent(Buf *b, uint64_t *state)
{
    static const char *const pieces[] = {"\n",
                                         "\n",
                                         "\n\n",
                                         "\r",
                                         " ",
                                         "1",
                                         "2",
                                         "A",
                                         "b",
                                         "-",
                                         "--",
                                         "-->",
                                         " --> ",
                                         "<",
                                         ">",
                                         "</",
                                         "<b>",
                                         "</b>",
                                         "<i>",
                                         "</i>",
                                         "<v ",
                                         "<v a-",
                                         "<lang id",
                                         "<ruby>",
                                         "<rt>",
                                         "</ruby>",
                                         "<c.x>",
                                         "<00:01>",
                                         "<br>",
                                         "&",
                                         ";",
                                         "&gt;",
                                         "&#10;",
                                         "&#x2d;",
                                         "&amp;",
                                         "&#0;",
                                         "{",
                                         "}",
                                         "{\\an7}",
                                         "\\",
                                         "NOTE ",
                                         "STYLE",
                                         "00:01",
                                         "00:02.5",
                                         "\n\n00:03 --> 00:04 line:5%,end\n",
                                         "\n\n00:01.000 --> 00:02.000 align:left\n",
                                         "\n5\n0:0:1,2 --> 0:0:9,1\n",
                                         "\xEF\xBB\xBF",
                                         "\xE2\x80\xA8",
                                         "\xC2\x85",
                                         "\xF0\x9F\x98\x80",
                                         "\xFF",
                                         "\x80",
                                         "/",
                                         ".",
                                         "%",
                                         ":",
                                         ","};
    static const char *const heads[] = {"WEBVTT\n\n0:1 --> 0:3\n", "1\n0:1 --> 0:3\n", "WEBVTT ",
                                        ""};
    Str head = str_of(heads[chance(state) % COUNT(heads)]);
    buf_put(b, head.p, head.n);
    for (uint64_t n = chance(state) % 40; n > 0; n--) {
        Str piece = str_of(pieces[chance(state) % COUNT(pieces)]);
        char byte = (char)chance(state);
        bool odd = chance(state) % 40 == 0;
        buf_put(b, odd ? &byte : piece.p, odd ? 1 : piece.n);
    }
}

TEST(caption_read_of_what_was_written_is_the_same)
{
    uint64_t seed = chance_seed(), state = seed;
    size_t taken = 0;
    bool held = true;
    Cx cx = {.arena = arena_new()};
    for (int i = 0; i < 5000 && held; i++) {
        CLEANUP(buf_free) Buf b = BUF(1 << 16), out = BUF(1 << 18);
        Captions c = {0};
        invent(&b, &state);
        Err e = caption_read(&cx, (Str){b.p, b.n}, &c);
        held = e == OK || (e == E_MEDIA_REFUSED && c.n == 0);
        if (e == OK) {
            taken++;
            caption_write(&out, &c, 0);
            held = caption_again(&cx, &out);
        }
        if (!held)
            printf("HUB_SEED=%llu shows it again: <<<" STR_FMT ">>>\n", (unsigned long long)seed,
                   STR_ARG(b));
        arena_reset(cx.arena);
    }
    CHECK(held && taken > 500);
    arena_free(cx.arena);
}
