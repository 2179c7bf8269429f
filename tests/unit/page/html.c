/* What is data stays data, whatever it holds. */
#include "page/html.h"
#include "page/next.h"
#include "page/shell.h"
#include "test.h"

#include <ctype.h>

static bool holds(const Buf *b, const char *want)
{
    if (str_eq((Str){b->p, b->n}, str_of(want)))
        return true;
    printf("have %.*s\nwant %s\n", (int)b->n, b->p, want);
    return false;
}

#define T(literal)                                                                                 \
    {                                                                                              \
        literal, sizeof(literal) - 1                                                               \
    } /* S() for tables that are constant */

/* From collections of cross-site scripting, and bytes that are no text. */
static const Str hostile[] = {
    T("<script>alert(1)</script>"),
    T("</title><script>alert(1)</script>"),
    T("\"><img src=x onerror=alert(1)>"),
    T("' onmouseover='alert(1)"),
    T("\" autofocus onfocus=alert(1) x=\""),
    T("<svg/onload=alert(1)>"),
    T("<svg><![CDATA[><script>alert(1)</script>]]></svg>"),
    T("<!--><script>alert(1)</script-->"),
    T("--><script>alert(1)</script>"),
    T("<iframe srcdoc='<script>alert(1)</script>'>"),
    T("<a href=javascript:alert(1)>x</a>"),
    T("<math><mtext></p><style><!--</style><img src=x>"),
    T("<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">"),
    T("<textarea></textarea><script>x</script>"),
    T("&lt;script&gt;"),
    T("&#60;script&#62;"),
    T("&NewLine;&Tab;"),
    T("&amp;lt;"),
    T("a\0b<c"),
    T("\x01\x02<\x0b\x0c\x1b[31m\x7f>"),
    T("\xff\xfe<\xc0\xbcscript\xc0\xbe"),
    T("\xe0\x80\xbc\xf0\x80\x80\xbc"),
    T("\xc3<b>\xe2\x82\"\xf0\x9f\x98'"),
    T("\xed\xa0\x80\xed\xb0\x80>"),
    T("\xf4\x90\x80\x80<"),
    T("\xef\xbb\xbf<b>"),
    T("\xe2\x80\xa8<\xe2\x80\xa9>"),
    T("+ADw-script+AD4-"),
    T("\x1b$B<script>"),
    T("\xef\xbc\x9cscript\xef\xbc\x9e"),
    T("`onload=alert(1)`"),
    T("{{constructor.constructor('alert(1)')()}}"),
    T("${alert(1)}"),
    T("]]>"),
    T("<%= 1 %>"),
    T("<?xml version=\"1.0\"?>"),
    T("%3Cscript%3E"),
    T("\r\n\r\n<script>"),
    T("\t<\t>\t"),
    T("<\n\"\n'\n&"),
};

/* Whether nothing but references and plain characters is there. */
static bool inert(const Buf *b)
{
    for (size_t i = 0; i < b->n; i++) {
        char c = b->p[i];
        if (c == '<' || c == '>' || c == '"' || c == '\'' || c == 0 || c == '\r')
            return false;
        if (((unsigned char)c < 0x20 && c != '\n' && c != '\t') || c == 0x7f)
            return false;
        if (c == '&' && !(memchr(b->p + i, ';', b->n - i < 7 ? b->n - i : 7)))
            return false;
    }
    for (const char *p = b->p, *end = p + b->n; p < end;) {
        size_t n = utf8_next(p, end);
        if (!n)
            return false;
        p += n;
    }
    return true;
}

TEST(hostile_text_is_inert_in_text_and_in_attributes)
{
    for (size_t i = 0; i < COUNT(hostile); i++) {
        Buf text CLEANUP(buf_free) = BUF(4096), attr CLEANUP(buf_free) = BUF(4096);
        html_text(&text, hostile[i]);
        CHECK(text.n && inert(&text));
        html_attr(&attr, "title", hostile[i]);
        Buf inside = {.p = attr.p + 8, .n = attr.n - 9};
        CHECK(memcmp(attr.p, " title=\"", 8) == 0 && attr.p[attr.n - 1] == '"' && inert(&inside));
    }
}

TEST(every_byte_alone_is_inert)
{
    for (int c = 0; c < 256; c++) {
        char one = (char)c;
        Buf b CLEANUP(buf_free) = BUF(64);
        html_text(&b, (Str){&one, 1});
        CHECK(b.n == 0 || inert(&b));
        CHECK(b.n > 0 || iscntrl(c));
    }
}

TEST(escaping_keeps_what_people_wrote)
{
    static const struct {
        Str given;
        const char *want;
    } rows[] = {
        {T("Tante & keponakan"), "Tante &amp; keponakan"},
        {T("a<b>c"), "a&lt;b&gt;c"},
        {T("\"satu\" 'dua'"), "&quot;satu&quot; &#39;dua&#39;"},
        {T("&amp;"), "&amp;amp;"},
        {T("Jalan Cihampelas №7 — ☕ 😀"), "Jalan Cihampelas №7 — ☕ 😀"},
        {T("a\xff\xff"
           "b"),
         "a\xEF\xBF\xBD\xEF\xBF\xBD"
         "b"},
        {T("a\0b\xC2\x85\xEF\xBF\xBE"), "ab"},
        {T("baris\nbaru\tsini"), "baris\nbaru\tsini"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        Buf b CLEANUP(buf_free) = BUF(256);
        html_text(&b, rows[i].given);
        CHECK(holds(&b, rows[i].want));
    }
}

TEST(a_link_goes_to_this_hub_or_to_the_web)
{
    static const struct {
        const char *given;
        bool passes;
    } rows[] = {
        {"/", true},
        {"/watch/a", true},
        {"/search?q=a%20b&cursor=1_x", true},
        {"?lang=en", true},
        {"#player", true},
        {"https://hub.example/d/x", true},
        {"http://127.0.0.1:8080/", true},
        {"", false},
        {"//evil.example", false},
        {"/\\evil.example", false},
        {"\\\\evil.example", false},
        {"/\t/evil.example", false},
        {"javascript:alert(1)", false},
        {"JaVaScRiPt:alert(1)", false},
        {" javascript:alert(1)", false},
        {"\tjavascript:alert(1)", false},
        {"java\nscript:alert(1)", false},
        {"data:text/html,<script>x</script>", false},
        {"vbscript:x", false},
        {"file:///etc/passwd", false},
        {"ftp://x", false},
        {"evil.example", false},
        {"https:evil", false},
        {"/a b", false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        Buf b CLEANUP(buf_free) = BUF(256), want CLEANUP(buf_free) = BUF(256);
        html_link(&b, "href", str_of(rows[i].given));
        html_attr(&want, "href", rows[i].passes ? str_of(rows[i].given) : S("#"));
        CHECK(str_eq((Str){b.p, b.n}, (Str){want.p, want.n}));
    }
}

TEST(paragraphs_are_closed_and_escaped)
{
    static const struct {
        Str given;
        const char *want;
    } rows[] = {
        {T(""), ""},
        {T("\n\n\n"), ""},
        {T("satu"), "<p>satu</p>"},
        {T("satu\ndua"), "<p>satu<br>dua</p>"},
        {T("satu\r\n\r\ndua\r\n"), "<p>satu</p><p>dua</p>"},
        {T("\n\nsatu\n\n\n\ndua\n"), "<p>satu</p><p>dua</p>"},
        {T("</p><script>\n\n<p>"), "<p>&lt;/p&gt;&lt;script&gt;</p><p>&lt;p&gt;</p>"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        Buf b CLEANUP(buf_free) = BUF(256);
        html_paragraphs(&b, rows[i].given);
        CHECK(holds(&b, rows[i].want));
    }
}

static const struct {
    Str given;
    bool passes;
} nexts[] = {
    {T("/"), true},
    {T("/watch/kopi-tubruk"), true},
    {T("/d/AbC_-123"), true},
    {T("/search?q=kopi+susu&cursor=1_2"), true},
    {T("/search?q=%20%3C"), true},
    {T("/a//b"), true},
    {T("/a/../b"), true},
    {T("/?next=//evil.example"), true},
    {T("/watch/a#t=5"), true},
    {T("/@evil.example"), true},
    {T("/:80"), true},
    {T("/%2f%2fevil.example"), true},
    {T("/%5cevil.example"), true},
    {T("/%0d%0aSet-Cookie:x"), true},
    {T("/."), true},
    {T("/.//evil.example"), true},
    {T("/https://evil.example"), true},
    {T("/javascript:alert(1)"), true},
    {T("/authors"), true},
    {T("/auth"), true},
    {T(""), false},
    {T(" /"), false},
    {T("watch/a"), false},
    {T("."), false},
    {T(".."), false},
    {T("../"), false},
    {T("?q=a"), false},
    {T("#a"), false},
    {T("//"), false},
    {T("//evil.example"), false},
    {T("///evil.example"), false},
    {T("////evil.example"), false},
    {T("//evil.example/watch/a"), false},
    {T("//user@evil.example"), false},
    {T("//127.0.0.1"), false},
    {T("//[::1]/"), false},
    {T("/\\evil.example"), false},
    {T("\\/evil.example"), false},
    {T("\\\\evil.example"), false},
    {T("\\evil.example"), false},
    {T("/\\/evil.example"), false},
    {T("/a\\b"), false},
    {T("/\t/evil.example"), false},
    {T("/\n/evil.example"), false},
    {T("/\r/evil.example"), false},
    {T("/\r\nSet-Cookie: a=b"), false},
    {T("/\nLocation: //evil.example"), false},
    {T("/watch/a\r\n"), false},
    {T("/watch/a\n"), false},
    {T("\t/watch/a"), false},
    {T("\n//evil.example"), false},
    {T("/\x01"), false},
    {T("/a\0b"), false},
    {T("/\x7f"), false},
    {T("/a b"), false},
    {T("/\xc2\xa0/evil.example"), false},
    {T("/\xe3\x80\x82/evil.example"), false},
    {T("/\xff"), false},
    {T("http://evil.example"), false},
    {T("https://evil.example"), false},
    {T("HTTPS://evil.example"), false},
    {T("http:/evil.example"), false},
    {T("http:evil.example"), false},
    {T("https:///evil.example"), false},
    {T("javascript:alert(1)"), false},
    {T("JAVASCRIPT:alert(1)//"), false},
    {T("data:text/html,x"), false},
    {T("mailto:a@b"), false},
    {T("evil.example"), false},
    {T("@evil.example"), false},
    {T(":80"), false},
    {T("%2f%2fevil.example"), false},
    {T("%2fwatch"), false},
    {T("/auth/login"), false},
    {T("/auth/login?next=/auth/login"), false},
    {T("/auth/logout"), false},
};

TEST(signing_in_leads_only_to_a_path_of_this_hub)
{
    for (size_t i = 0; i < COUNT(nexts); i++) {
        Str next = next_path(nexts[i].given);
        bool passed = str_eq(next, nexts[i].passes ? nexts[i].given : S("/"));
        if (!passed)
            printf("next %zu: " STR_FMT "\n", i, STR_ARG(nexts[i].given));
        CHECK(passed);
    }
    CHECK(COUNT(nexts) >= 60);
    CHECK(str_eq(next_path((Str){0}), S("/")));
}

TEST(a_next_path_has_a_ceiling)
{
    static char text[NEXT_MAX + 2];
    memset(text, 'a', sizeof text);
    text[0] = '/';
    CHECK(next_path((Str){text, NEXT_MAX}).n == NEXT_MAX);
    CHECK(next_path((Str){text, NEXT_MAX + 1}).n == 1);
}

TEST(a_command_line_word_is_one_word)
{
    static const struct {
        Str given;
        const char *word;
    } rows[] = {
        {T("Episode 1.mp4"), "\"Episode 1.mp4\""},
        {T("kopi & gula.mp4"), "\"kopi & gula.mp4\""},
        {T("https://h.example/d/A-_9/a%20b.mp4"), "\"https://h.example/d/A-_9/a%20b.mp4\""},
        {T("a\"b"), "'a\"b'"},
        {T("$(touch x)"), "'$(touch x)'"},
        {T("`id`"), "'`id`'"},
        {T("a'b$c"), "'a'\\''b$c'"},
        {T("a!b"), "'a!b'"},
        {T("a\\b"), "'a\\b'"},
        {T("a\nrm -rf ~\n"), "'arm -rf ~'"},
        {T("\x1b]0;x\x07"
           "a"),
         "']0;xa'"},
        {T("☕.mp4"), "'☕.mp4'"},
        {T(""), "\"\""},
    };
    Cx cx = {.arena = arena_new()};
    for (size_t i = 0; i < COUNT(rows); i++)
        CHECK(str_eq(shell_word(&cx, rows[i].given), str_of(rows[i].word)));
    CHECK(str_eq(shell_file(&cx, S("-rf")), S("\"./-rf\"")));
    CHECK(str_eq(shell_file(&cx, S("a-rf")), S("\"a-rf\"")));
    arena_free(cx.arena);
}
