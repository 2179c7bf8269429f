/* Markup of SubRip as people write it and of other formats, against what WebVTT has. */
#include "caption_rows.h"
#include "test.h"

TEST(caption_keeps_the_markup_that_webvtt_has)
{
    const CaptionRow rows[] = {
        {"font", S("1\n" T12 "<font color=\"#ff0\">A</font> <FONT>b</FONT>\n"), V12 "A b\n", 0},
        {"bold", S("1\n" T12 "<B>A</B> <i>b</i> <u>c</u>\n"), V12 "<b>A</b> <i>b</i> <u>c</u>\n",
         0},
        {"unclosed", S("1\n" T12 "<b><i>A\n"), V12 "<b><i>A</i></b>\n", 0},
        {"wrongly nested", S("1\n" T12 "<b><i>A</b></i>\n"), V12 "<b><i>A</i></b>\n", 0},
        {"closed twice", S("1\n" T12 "<b>A</b></b>\n"), V12 "<b>A</b>\n", 0},
        {"over two lines", S("1\n" T12 "<i>A\nB</i>\n"), V12 "<i>A\nB</i>\n", 0},
        {"not a tag", S("1\n" T12 "I <3 you, 1 < 2 > 0 & <>\n"),
         V12 "I &lt;3 you, 1 &lt; 2 &gt; 0 &amp; &lt;&gt;\n", 0},
        {"entities", S("1\n" T12 "AT&amp;T &lt;b&gt; &#8211; &#x2014; &nbsp;&bogus;\n"),
         V12 "AT&amp;T &lt;b&gt; \u2013 \u2014 \u00a0&amp;bogus;\n", 0},
        {"escaped twice", S("1\n" T12 "&amp;lt;\n"), V12 "&amp;lt;\n", 0},
        {"positions", S("1\n" T12 "{\\an8}A\n\n2\n" T12 "{\\fad(1,2)\\an1}B{\\i1}C\n"),
         "00:00:01.000 --> 00:00:02.000 line:0\nA\n\n"
         "00:00:01.000 --> 00:00:02.000 align:left\nBC\n",
         0},
        {"what is left of other formats", S("1\n" T12 "{Y:i}\\N\\hA\\N\\NB \\x\n"),
         V12 "\u00a0A\nB \\x\n", 0},
        {"braces", S("1\n" T12 "{A} {\\an8\n"), V12 "{A} {\\an8\n", 0},
        {"script", S("1\n" T12 "<script>alert(1)</script><img src=x onerror=alert(1)>\n"),
         V12 "alert(1)\n", 0},
        {"br", S("1\n" T12 "A<br/>B<br>\n"), V12 "A\nB\n", 0},
        {"voices", S("WEBVTT\n\n" V12 "<v.loud  Mary &amp;  Ann>Hi <v>x</v>\n"),
         V12 "<v Mary &amp; Ann>Hi </v>x\n", 0},
        {"a voice a line", S("WEBVTT\n\n" V12 "<v A><b>a\n<v B>b\n<v>c\n"),
         V12 "<v A><b>a</b></v>\n<v B>b</v>\nc\n", 0},
        {"an arrow in a name", S("WEBVTT\n\n" V12 "<v a-->b</v><v ->c</v>\n"), V12 "<v a>b</v>c\n",
         0},
        {"languages", S("WEBVTT\n\n" V12 "<lang id-ID>A</lang> <lang \"x\">B</lang>\n"),
         V12 "<lang id-ID>A</lang> B\n", 0},
        {"ruby", S("WEBVTT\n\n" V12 "<ruby>\u6f22<rt>kan</rt></ruby><rt>x</rt>\n"),
         V12 "<ruby>\u6f22<rt>kan</rt></ruby>x\n", 0},
        {"classes", S("WEBVTT\n\n" V12 "<c.yellow.bg_blue>A</c> <b.x>B</b>\n"), V12 "A <b>B</b>\n",
         0},
        {"karaoke", S("WEBVTT\n\n" V12 "Do <00:00:01.200>re <00:01.500><c>mi</c>\n"),
         V12 "Do re mi\n", 0},
        {"deep", S("WEBVTT\n\n" V12 "<b><b><b><b><b><b><b><b><b><b>A\n"),
         V12 "<b><b><b><b><b><b><b><b>A</b></b></b></b></b></b></b></b>\n", 0},
    };
    caption_rows(rows, COUNT(rows));
}
