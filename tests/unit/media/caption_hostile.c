/* Caption files that are built to break a reader, a page that shows them, or a player. */
#include "media/caption.h"
#include "test.h"

#define T "00:00:01.000 --> 00:00:02.000\n"
#define VTT "WEBVTT\n\n" T
#define SRT "1\n" T

/* One cue from 1 s to 2 s is expected, or a refusal. */
typedef struct Row {
    Str file;
    const char *text, *settings; /* settings: NULL, none */
    const char *said;            /* a part of the refusal; NULL: it is taken */
} Row;

static void check_all(const Row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        Cx cx = {.arena = arena_new()};
        Captions c = {0};
        char name[32];
        int failed = test_failed;
        snprintf(name, sizeof name, "row %zu", i);
        test_case = name;
        Err e = caption_read(&cx, rows[i].file, &c);
        if (rows[i].said) {
            CHECK(e == E_MEDIA_REFUSED && c.n == 0 && strstr(cx.said, rows[i].said));
        } else {
            CHECK(e == OK && c.n == 1 && c.cues[0].start_ms == 1000 && c.cues[0].end_ms == 2000);
            CHECK(c.n && str_eq(c.cues[0].text, str_of(rows[i].text)));
            CHECK(c.n && str_eq(c.cues[0].settings,
                                rows[i].settings ? str_of(rows[i].settings) : (Str){0}));
        }
        if (test_failed > failed)
            printf("%d %s, %zu: " STR_FMT "\n", (int)e, cx.said, c.n,
                   STR_ARG(c.n ? c.cues[0].text : rows[i].file));
        test_case = "";
        arena_free(cx.arena);
    }
}

TEST(caption_text_never_becomes_markup_of_a_page)
{
    const Row rows[] = {
        {S(VTT "<script>alert(1)</script>A"), "alert(1)A", 0, 0},
        {S(VTT "<ScRiPt src=//x></sCrIpT >A"), "A", 0, 0},
        {S(VTT "<v <script>>A"), "&lt;v &gt;A", 0, 0},
        {S(VTT "<v x onclick=\"a\">A</v>"), "<v x onclick=\"a\">A</v>", 0, 0},
        {S(VTT "<v &lt;img src=x&gt;>A"), "<v &lt;img src=x&gt;>A</v>", 0, 0},
        {S(VTT "<b onclick=a>A</b>"), "<b>A</b>", 0, 0},
        {S(VTT "<b/onclick=a>A"), "<b>A</b>", 0, 0},
        {S(VTT "<lang en\" x=\"y>A</lang>"), "A", 0, 0},
        {S(VTT "&lt;script&gt;A"), "&lt;script&gt;A", 0, 0},
        {S(VTT "&amp;lt;script&amp;gt;A"), "&amp;lt;script&amp;gt;A", 0, 0},
        {S(VTT "&#60;b&#62;A"), "&lt;b&gt;A", 0, 0},
        {S(VTT "&#x000003c;b&#x3E;A"), "&lt;b&gt;A", 0, 0},
        {S(VTT "&#4294967356;A"), "&amp;#4294967356;A", 0, 0},
        {S(VTT "&#;&#x;&#xg;&#-1;&;A"), "&amp;#;&amp;#x;&amp;#xg;&amp;#-1;&amp;;A", 0, 0},
        {S(VTT "<scr\0ipt>A"), "A", 0, 0},
        {S(VTT "<\0script>A"), "A", 0, 0},
        {S(VTT "\xC0\xBCscript\xC0\xBE"), "\u00c0\u00bcscript\u00c0\u00be", 0, 0},
        {S(VTT "+ADw-script+AD4-"), "+ADw-script+AD4-", 0, 0},
        {S(VTT "\uff1cscript\uff1e"), "\uff1cscript\uff1e", 0, 0},
        {S(VTT "<<b>i>A"), "&lt;<b>i&gt;A</b>", 0, 0},
        {S(VTT "<b<i>A"), "&lt;b<i>A</i>", 0, 0},
        {S(VTT "<b"), "&lt;b", 0, 0},
        {S(VTT "</b></i></v></script>A"), "A", 0, 0},
        {S(VTT "<!-- A --><!DOCTYPE x><?xml ?>"),
         "&lt;!-- A --&gt;&lt;!DOCTYPE x&gt;&lt;?xml ?&gt;", 0, 0},
        {S(SRT "<a href=\"javascript:alert(1)\">A</a>"), "A", 0, 0},
        {S(SRT "</textarea><svg/onload=alert(1)>A"), "A", 0, 0},
        {S("WEBVTT\n<script>alert(1)</script>\n\nSTYLE\n</style><script>x</script>\n\n" T "A"), "A",
         0, 0},
    };
    check_all(rows, COUNT(rows));
}

TEST(caption_text_never_becomes_another_cue)
{
    const Row rows[] = {
        {S(VTT "A --&gt; B"), "A --&gt; B", 0, 0},
        {S(VTT "A&#10;&#10;00:03 --&gt; 00:04&#13;B"), "A  00:03 --&gt; 00:04 B", 0, 0},
        {S(VTT "A\u2028\u202800:03 -- > 00:04"), "A  00:03 -- &gt; 00:04", 0, 0},
        {S(VTT "A\x0b\x0c"
               "B"),
         "A  B", 0, 0},
        {S(VTT "A\n<font>\n<i></i>\nB"), "A\n<i></i>\nB", 0, 0},
        {S(VTT "<v A\n\n-->B"), NULL, 0, "line 6: "},
        {S(VTT "<v A\n-->B"), "<v A>B</v>", 0, 0},
        {S(VTT "<v A&#45;&#45;>B"), "<v A>B</v>", 0, 0},
        {S(VTT "WEBVTT\nNOTE\nSTYLE"), "WEBVTT\nNOTE\nSTYLE", 0, 0},
        {S("WEBVTT\n\nNOTE\n" T "A"), "A", 0, 0},
        {S("WEBVTT\n\n00:09:00\n" T "A\n\n12\n13"), "A", 0, 0},
        {S(SRT "{\\an8}{\\an1}A"), "A", "line:0", 0},
        {S(SRT "{\\an0}{\\an}{\\an}B{\\a"), "B{\\a", 0, 0},
        {S(SRT "{\\{\\an9}A"), "{\\A", "line:0 align:right", 0},
        {S(SRT "<!--\n-->\nA"), "&lt;!--\n--&gt;\nA", 0, 0},
        {S("1\n\r2\n\r" T "A\n\rB"), "A\nB", 0, 0},
        {S("\xEF\xBB\xBF\xEF\xBB\xBF" VTT "A"), "A", 0, 0},
        {S("WEBVTT\0\n\n" T "A"), "A", 0, 0},
    };
    check_all(rows, COUNT(rows));
}

#define AT(time) S("1\n" time "\nA")
#define SET(words) S("WEBVTT\n\n0:1 --> 0:2 " words "\nA")

TEST(caption_times_and_settings_are_taken_whole_or_not_at_all)
{
    const Row rows[] = {
        {AT("+0:01 --> 0:02"), NULL, 0, "line 2"},
        {AT("1e0:01 --> 0:02"), NULL, 0, "line 2"},
        {AT("0x0:01 --> 0:02"), NULL, 0, "line 2"},
        {AT("00:00:01 ,000 --> 0:02"), NULL, 0, "line 2"},
        {AT("00: 00: 01,000 --> 00: 00: 02,000"), NULL, 0, "line 2"},
        {AT("\uff10:\uff11 --> 0:02"), NULL, 0, "line 2"},
        {AT("0:01 --> 0:02Hello"), NULL, 0, "line 2"},
        {AT("0:01 --> 0:02,"), NULL, 0, "line 2"},
        {AT("0:01 --> -0:02"), NULL, 0, "line 2"},
        {AT("0:01 --> 99999999999999999999:00:02"), NULL, 0, "line 2"},
        {AT("18446744073709551617:01 --> 0:02"), NULL, 0, "line 2"},
        {AT("0:01 \xE2\x86\x92 0:02"), NULL, 0, "neither"},
        {AT("0:01 --> 0:02 --> 0:03"), NULL, 0, "line 2"},
        {AT("1 --> 2"), NULL, 0, "line 2"},
        {AT("00:00:01,000 --> 00:00:02,000\tX1:1"), "A", 0, 0},
        {SET("line:0\"onload=x align:start"), "A", "align:start", 0},
        {SET("align:start\x0bposition:1%"), "A", "position:1% align:start", 0},
        {SET("size:1e1% size:0x1% size:% size:1.% size:+1%"), "A", 0, 0},
        {SET("line:99999 line:- line:1.5 line:--1"), "A", 0, 0},
        {SET("size:10.00000000000000000000000000000000%"), "A", 0, 0},
        {SET("position:5%,middle position:6%,center,center"), "A", 0, 0},
        {SET("size:5% size:6% size:7"), "A", "size:6%", 0},
        {SET("ALIGN:left align:LEFT align: left"), "A", 0, 0},
        {SET("line:-0 line:100%,end"), "A", "line:100%,end", 0},
        {SET("&#97;lign:left <b>"), "A", 0, 0},
    };
    check_all(rows, COUNT(rows));
}

TEST(caption_files_that_are_something_else_are_refused)
{
    const Row rows[] = {
        {S("\x7f"
           "ELF\x02\x01\x01\0\0\0\0"),
         NULL, 0, "neither"},
        {S("\x1f\x8b\x08\0\0\0\0\0\x00\x03"), NULL, 0, "neither"},
        {S("PK\x03\x04\x14\0\0\0"), NULL, 0, "neither"},
        {S("\xff\xd8\xff\xe0\0\x10JFIF\0"), NULL, 0, "neither"},
        {S("\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), NULL, 0, "neither"},
        {S("\0\0\0\x18"
           "ftypmp42\0\0\0\0"),
         NULL, 0, "neither"},
        {S("%PDF-1.7\n1 0 obj\n00:01 --> 00:02\nA"), NULL, 0, "neither"},
        {S("<svg onload=alert(1)>\n1\n" T "A"), NULL, 0, "neither"},
        {S("<tt xml:lang=\"id\"><p begin=\"0s\">A</p></tt>"), NULL, 0, "neither"},
        {S("{\"cues\":[\"00:01 --> 00:02\"]}"), NULL, 0, "neither"},
        {S("[00:01.00]A\n[00:02.00]B"), NULL, 0, "neither"},
        {S("Scenarist_SCC V1.0\n\n00:00:01:00\t9420"), NULL, 0, "neither"},
        {S("#EXTM3U\n#EXTINF:4,\n/etc/passwd"), NULL, 0, "neither"},
        {S("ffconcat version 1.0\nfile /etc/passwd"), NULL, 0, "neither"},
        {S("webvtt\n\n" T "A"), NULL, 0, "neither"},
        {S("WEBVTT" T "A"), NULL, 0, "neither"},
        {S("\xFF\xFE\0\0001\0\0\0\n\0\0\0000\0\0\0:\0\0\0"), NULL, 0, "neither"},
        {S("\xFF\xFE"), NULL, 0, "empty"},
        {S("\xFF"), NULL, 0, "neither"},
        {S("\0"), NULL, 0, "neither"},
        {S("1\n2\n3\n4\n"), NULL, 0, "neither"},
        {S("-->"), NULL, 0, "neither"},
        {S("WEBVTT\n-->\n\n-->"), NULL, 0, "line 4"},
    };
    check_all(rows, COUNT(rows));
}
