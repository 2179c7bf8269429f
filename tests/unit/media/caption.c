/* What people upload as captions, against the WebVTT that comes of it. */
#include "media/caption.h"
#include "caption_rows.h"
#include "test.h"

TEST(caption_reads_subrip_as_people_write_it)
{
    const CaptionRow rows[] = {
        {"plain", S("1\n" T12 "Satu\n\n2\n00:00:03,000 --> 00:00:04,000\nDua\n"),
         V12 "Satu\n\n" V34 "Dua\n", 0},
        {"CRLF", S("1\r\n00:00:01,000 --> 00:00:02,000\r\nA\r\nB\r\n\r\n"), V12 "A\nB\n", 0},
        {"CR alone", S("1\r00:00:01,000 --> 00:00:02,000\rA\rB\r\r"), V12 "A\nB\n", 0},
        {"no numbers", S(T12 "A\n\n00:00:03,000 --> 00:00:04,000\nB\n"), V12 "A\n\n" V34 "B\n", 0},
        {"no blank lines", S("1\n" T12 "A\n2\n00:00:03,000 --> 00:00:04,000\nB"),
         V12 "A\n\n" V34 "B\n", 0},
        {"blank lines everywhere",
         S("1\n\n" T12 "\nA\n\n2\n\n00:00:03,000 --> 00:00:04,000\n\nB\n\n3\n\n"),
         V12 "A\n\n" V34 "B\n", 0},
        {"a blank line inside", S("1\n" T12 "A\n\nB\n\n2\n00:00:03,000 --> 00:00:04,000\nC\n"),
         V12 "A\nB\n\n" V34 "C\n", 0},
        {"a number as text", S("1\n" T12 "42\n\n2\n00:00:03,000 --> 00:00:04,000\n2026\n"),
         V12 "42\n\n" V34 "2026\n", 0},
        {"a countdown", S("1\n" T12 "2\n\n2\n00:00:03,000 --> 00:00:04,000\n3\n"),
         V12 "2\n\n" V34 "3\n", 0},
        {"points, short fractions", S("1\n0:0:1.5 --> 0:00:02.25\nA\n"),
         "00:00:01.500 --> 00:00:02.250\nA\n", 0},
        {"no hours, no fraction", S("1\n01:02 --> 01:03\nA\n"),
         "00:01:02.000 --> 00:01:03.000\nA\n", 0},
        {"other arrows",
         S("1\n00:00:01,000->00:00:02,000\nA\n\n2\n00:00:03,000 -- > "
           "00:00:04,000\nB\n"),
         V12 "A\n\n" V34 "B\n", 0},
        {"coordinates", S("1\n00:00:01,000 --> 00:00:02,000  X1:40 X2:600 Y1:20 Y2:50\nA\n"),
         V12 "A\n", 0},
        {"ten hours", S("1\n10:59:59,999 --> 123:00:00,001\nA\n"),
         "10:59:59.999 --> 123:00:00.001\nA\n", 0},
        {"out of order", S("1\n00:00:03,000 --> 00:00:04,000\nB\n\n2\n" T12 "A\n\n3\n" T12 "a\n"),
         V12 "A\n\n" V12 "a\n\n" V34 "B\n", 0},
        {"overlapping",
         S("1\n00:00:01,000 --> 00:00:09,000\nA\n\n2\n00:00:03,000 --> "
           "00:00:04,000\nB\n"),
         "00:00:01.000 --> 00:00:09.000\nA\n\n" V34 "B\n", 0},
        {"nothing to see",
         S("1\n" T12 "\n2\n00:00:03,000 --> 00:00:04,000\nB\n\n3\n" T12 "<i> </i>{\\an8}\n"),
         V34 "B\n", 0},
        {"an arrow in the text", S("1\n" T12 "Jakarta --> Bandung\n--> here\n"),
         V12 "Jakarta --&gt; Bandung\n--&gt; here\n", 0},
        {"no line end after the time", S("1\n" T12 "A\n\n2\n00:00:03,000 --> 00:00:04,000"),
         V12 "A\n", 0},
    };
    caption_rows(rows, COUNT(rows));
}

TEST(caption_reads_webvtt_as_the_standard_does)
{
    const CaptionRow rows[] = {
        {"plain", S("WEBVTT\n\n00:01.000 --> 00:02.000\nA\n"), V12 "A\n", 0},
        {"a title, a header, an id",
         S("WEBVTT - Judul --> x\nKind: captions\nLanguage: id\n\n"
           "intro\n" V12 "A\n"),
         V12 "A\n", 0},
        {"no blank line after the head", S("WEBVTT\n" V12 "A\n"), V12 "A\n", 0},
        {"comments, styles, regions",
         S("WEBVTT\n\nSTYLE\n::cue { color: red }\n\nREGION\nid:fred\nwidth:40%\n\nNOTE a --> "
           "b\nmore\n\n" V12 "A\n\nNOTE\nlast\n"),
         V12 "A\n", 0},
        {"HLS", S("WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:900000,LOCAL:00:00:00.000\n\n" V12 "A\n"),
         V12 "A\n", 0},
        {"settings",
         S("WEBVTT\n\n00:01.000 --> 00:02.000 align:middle  line:-1 position:10%,"
           "line-left size:80% vertical:rl region:fred\nA\n"),
         "00:00:01.000 --> 00:00:02.000 vertical:rl line:-1 position:10%,line-left size:80% "
         "align:center\nA\n",
         0},
        {"bad settings",
         S("WEBVTT\n\n00:01.000 --> 00:02.000 line:200% position:50 size:-1% "
           "align:top vertical:up line: onclick:1 line:5,x size:100.5%\nA\n"),
         V12 "A\n", 0},
        {"text ends at a blank line", S("WEBVTT\n\n" V12 "A\n\nB\nC\n"), V12 "A\n", 0},
        {"cues without a blank line", S("WEBVTT\n\n" V12 "A\n" V34 "B\n"), V12 "A\n\n" V34 "B\n",
         0},
        {"three lines", S("WEBVTT\n\n" V12 "- A\n- B\n- C\n"), V12 "- A\n- B\n- C\n", 0},
        {"blanks before the head", S("\n \nWEBVTT\n\n" V12 "A\n"), V12 "A\n", 0},
    };
    caption_rows(rows, COUNT(rows));
}

TEST(caption_reads_the_worlds_scripts_and_encodings)
{
    const CaptionRow rows[] = {
        {"Indonesian", S("1\n" T12 "Selamat pagi, \u201cBapak\u201d \u2026\nApa kabar?\n"),
         V12 "Selamat pagi, \u201cBapak\u201d \u2026\nApa kabar?\n", 0},
        {"emoji", S("WEBVTT\n\n" V12 "\U0001F600 \U0001F468\u200D\U0001F469\u200D\U0001F467\n"),
         V12 "\U0001F600 \U0001F468\u200D\U0001F469\u200D\U0001F467\n", 0},
        {"Arabic", S("WEBVTT\n\n" V12 "&rlm;\u0645\u0631\u062d\u0628\u0627!&lrm;\n"),
         V12 "\u200f\u0645\u0631\u062d\u0628\u0627!\u200e\n", 0},
        {"a BOM",
         S("\xEF\xBB\xBF"
           "1\n" T12 "\u00e9\n"),
         V12 "\u00e9\n", 0},
        {"BOMs of joined files",
         S("1\n" T12 "A\n\n\xEF\xBB\xBF"
           "1\n" T12 "B\n"),
         V12 "A\n\n" V12 "B\n", 0},
        {"a BOM and broken bytes",
         S("\xEF\xBB\xBF"
           "1\n" T12 "a\xC3(\n"),
         V12 "a\uFFFD(\n", 0},
        {"Windows-1252", S("1\n" T12 "caf\xE9 \x80 5 \x93q\x94 \x81\n"),
         V12 "caf\u00e9 \u20ac 5 \u201cq\u201d\n", 0},
        {"UTF-16 LE",
         S("\xFF\xFEW\0E\0B\0V\0T\0T\0\r\0\n\0\r\0\n\0000\0000\0:\0000\0001\0.\0000"
           "\0000\0000\0 \0-\0-\0>\0 \0000\0000\0:\0000\0002\0.\0000\0000\0000\0\r"
           "\0\n\0\xE9\0=\xD8\0\xDEx"),
         V12 "\u00e9\U0001F600\n", 0},
        {"UTF-16 BE", S("\xFE\xFF\0001\0\n\0000\0:\0001\0-\0-\0>\0000\0:\0002\0\n\xD8\x3D\0A"),
         V12 "\uFFFDA\n", 0},
        {"controls",
         S("1\n" T12 "A\0B\x01"
           "C\x1b[31mD\tE\x7f\n"),
         V12 "ABC[31mD E\n", 0},
        {"NUL all over", S("1\0\n\0000\0:\0001\0-\0-\0>\0000\0:\0002\0\n\0A\0"), NULL, "neither"},
    };
    caption_rows(rows, COUNT(rows));
}

TEST(caption_refuses_with_the_line_and_the_reason)
{
    const CaptionRow rows[] = {
        {"empty", S(""), NULL, "empty"},
        {"blank", S("\xEF\xBB\xBF\r\n \r\n"), NULL, "empty"},
        {"a PDF", S("%PDF-1.4\n1 0 obj\n<< >>\n"), NULL, "neither SubRip nor WebVTT"},
        {"HTML", S("<!DOCTYPE html><html><body>00:01 --> 00:02</body></html>"), NULL, "neither"},
        {"ASS", S("[Script Info]\nTitle: x\n"), NULL, "neither"},
        {"MicroDVD", S("{10}{20}Hi\n"), NULL, "neither"},
        {"SBV", S("0:00:01.000,0:00:02.000\nHi\n"), NULL, "neither"},
        {"a number alone", S("1\n2\n"), NULL, "neither"},
        {"another word", S("WEBVTTX\n\n" V12 "A\n"), NULL, "neither"},
        {"WebVTT with nothing", S("WEBVTT\n\nNOTE x\n"), NULL, "no caption"},
        {"no text at all", S("1\n" T12), NULL, "no caption"},
        {"the end before the start", S("1\n00:00:02,000 --> 00:00:01,000\nA\n"), NULL,
         "line 2: the cue does not end"},
        {"no length", S("1\n" T12 "A\n\n2\n00:00:02,000 --> 00:00:02,000\nA\n"), NULL, "line 6: "},
        {"points for colons", S("1\n" T12 "A\n\n2\n00.00.03.000 --> 00.00.04.000\nA\n"), NULL,
         "line 6: the start"},
        {"a letter", S("\n\n1\r\n00:00:0l,000 --> 00:00:02,000\nA\n"), NULL, "line 4: the start"},
        {"no end", S("1\n00:00:01,000 -->\nA\n"), NULL, "line 2: the end"},
        {"four digits", S("1\n00:00:01,0000 --> 00:00:02,000\nA\n"), NULL, "line 2: the start"},
        {"negative", S("1\n-00:00:01,000 --> 00:00:02,000\nA\n"), NULL, "line 2: the start"},
        {"sixty seconds", S("1\n00:00:01,000 --> 00:00:60,000\nA\n"), NULL, "up to 59"},
        {"a year", S("1\n00:00:01,000 --> 8760:00:00,000\nA\n"), NULL, "hours up to 999"},
        {"frames", S("1\n00:00:01:12 --> 00:00:02:12\nA\n"), NULL, "line 2: the start"},
        {"an equals sign", S("1\n" T12 "A\n\n2\n00:00:03,000 => 00:00:04,000\nB\n"), NULL,
         "line 6: between"},
        {"an escaped arrow", S("1\n" T12 "A\n\n00:00:03,000 --&gt; 00:00:04,000\nB\n"), NULL,
         "line 5: between"},
        {"no timing", S("WEBVTT\n\nfirst --> second\nA\n"), NULL, "line 3: "},
    };
    caption_rows(rows, COUNT(rows));
}

static Str repeated(Cx *cx, Str head, Str part, size_t times)
{
    char *p = arena_take(cx->arena, head.n + part.n * times), *to = p;
    memcpy(to, head.p, head.n);
    to += head.n;
    for (size_t i = 0; i < times; i++, to += part.n)
        memcpy(to, part.p, part.n);
    return (Str){p, (size_t)(to - p)};
}

TEST(caption_holds_to_its_limits)
{
    Cx cx = {.arena = arena_new()};
    Str head = S("WEBVTT\n\n"), one = S("0:1-->0:2\nA\n\n"), timing = S("WEBVTT\n0:1 --> 0:2\n");
    Str cue = repeated(&cx, timing, S("&"), 1600), all = {cue.p + 7, cue.n - 7};
    const struct {
        Str file;
        const char *said; /* NULL: taken */
    } rows[] = {
        {repeated(&cx, head, S("0:1 --> 0:2\nA\n\n"), CAPTION_CUES_MAX), NULL},
        {repeated(&cx, head, S("0:1 --> 0:2\nA\n\n"), CAPTION_CUES_MAX + 1), "more than 20000"},
        {repeated(&cx, timing, S("A"), CAPTION_TEXT_MAX), NULL},
        {repeated(&cx, timing, S("A"), CAPTION_TEXT_MAX + 1), "line 2: the text"},
        {repeated(&cx, head, S("\n"), CAPTION_FILE_MAX - 7), "at most 4 MiB"},
        {repeated(&cx, head, S("\n"), CAPTION_FILE_MAX - 8), "no caption"},
        {repeated(&cx, head, repeated(&cx, S("\n"), all, 1), 600), "larger than 4 MiB"},
        {repeated(&cx, S("1\n"), one, 3), NULL},
        {repeated(&cx, timing, S("<b"), CAPTION_FILE_MAX / 2 - 16), "line 2: the text"},
        {repeated(&cx, S("0:1-->0:2\n"), S("{\\"), CAPTION_FILE_MAX / 2 - 16), "line 1: the text"},
        {repeated(&cx, S("0:1-->0:2\n"), S("1\n"), CAPTION_FILE_MAX / 2 - 16), "line 1: the text"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        Captions c = {0};
        char name[16];
        snprintf(name, sizeof name, "limit %zu", i);
        test_case = name;
        Err e = caption_read(&cx, rows[i].file, &c);
        CHECK(rows[i].said ? e == E_MEDIA_REFUSED && strstr(cx.said, rows[i].said) : e == OK);
        test_case = "";
    }
    arena_free(cx.arena);
}
