/* File names of strangers, row by row: what is kept of them, and the extension they get. */
#include "base/filename.h"
#include "test.h"

#include <string.h>

#define T(lit)                                                                                     \
    {                                                                                              \
        lit, sizeof(lit) - 1                                                                       \
    }

TEST(a_name_keeps_no_folder_and_no_control)
{
    static const struct {
        Str given, kept;
    } rows[] = {
        {T("clip.mp4"), T("clip.mp4")},
        {T("/etc/passwd"), T("passwd")},
        {T("../../x"), T("x")},
        {T("C:\\fakepath\\a b.mp4"), T("a b.mp4")},
        {T("a/b\\c"), T("c")},
        {T(""), T("original")},
        {T("."), T("original")},
        {T(".."), T("original")},
        {T("a\x01\x1f\x7fz"), T("az")},
        {T("a\xC2\x85z"), T("az")},
        {T("\xC3\xA9\xF0\x9F\x90\x87.mp4"), T("\xC3\xA9\xF0\x9F\x90\x87.mp4")},
        {T("a\xFFz"), T("az")},
        {T("invoice\xE2\x80\xAE"
           "fdp.exe"),
         T("invoicefdp.exe")}, /* U+202E turns what follows */
        {T("\xEF\xBB\xBF"
           "a\xE2\x80\x8B"
           "b.pdf"),
         T("ab.pdf")}, /* a mark of byte order, a space of no width */
        {T("a\xE2\x80\xA8z\xE2\x81\xA6.pdf"), T("az.pdf")},
        {T("\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x9A\x80.png"),
         T("\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x9A\x80.png")},
        {T("..."), T("...")},
        {T(".hidden"), T(".hidden")},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        Cx cx = {.arena = arena_new()};
        test_case = rows[i].given.p;
        CHECK(str_eq(filename_safe(&cx, rows[i].given, S("original")), rows[i].kept));
        arena_free(cx.arena);
    }
}

TEST(any_name_at_all_becomes_a_safe_one)
{
    uint32_t seed = 12345;
    for (int i = 0; i < 3000; i++) {
        char text[300];
        size_t n = 0;
        Cx cx = {.arena = arena_new()};
        for (size_t most = seed % sizeof text; n < most; n++) {
            seed = seed * 1664525 + 1013904223;
            text[n] = (char)(seed >> 24);
        }
        seed = seed * 1664525 + 1013904223;
        Str name = filename_safe(&cx, (Str){text, n}, S("original"));
        CHECK(name.n >= 1 && name.n <= FILENAME_MAX_BYTES);
        CHECK(!memchr(name.p, '/', name.n) && !memchr(name.p, '\\', name.n) &&
              !memchr(name.p, 0, name.n));
        CHECK(!str_eq(name, S(".")) && !str_eq(name, S("..")));
        for (const char *p = name.p, *end = str_end(name); p < end;) {
            size_t bytes = utf8_next(p, end);
            CHECK(bytes && (unsigned char)*p >= 0x20);
            p += bytes ? bytes : 1;
        }
        arena_free(cx.arena);
    }
}

TEST(a_name_gets_the_extension_of_what_it_is)
{
    static const char *const pdf[] = {"pdf", NULL}, *const jpeg[] = {"jpg", "jpeg", NULL};
    static const struct {
        Str given;
        const char *const *extensions;
        Str kept;
    } rows[] = {
        {T("score.pdf"), pdf, T("score.pdf")},
        {T("Score.PDF"), pdf, T("Score.PDF")},
        {T("score"), pdf, T("score.pdf")},
        {T("score.html"), pdf, T("score.pdf")},
        {T("score.pdf.exe"), pdf, T("score.pdf")},
        {T("score.exe.pdf"), pdf, T("score.exe.pdf")},
        {T("notes v1.2"), pdf, T("notes v1.2.pdf")}, /* no extension: it begins with a digit */
        {T("a.longextension"), pdf, T("a.longextension.pdf")},
        {T(".htaccess"), pdf, T("htaccess.pdf")},
        {T(".pdf"), pdf, T("pdf.pdf")},
        {T("..."), pdf, T("file.pdf")},
        {T("score.pdf. "), pdf, T("score.pdf")}, /* what Windows makes of it */
        {T("photo.jpeg"), jpeg, T("photo.jpeg")},
        {T("photo.png"), jpeg, T("photo.jpg")},
        {T("photo.jpeg.htm"), jpeg, T("photo.jpeg")},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        Cx cx = {.arena = arena_new()};
        test_case = rows[i].given.p;
        CHECK(str_eq(filename_with(&cx, rows[i].given, rows[i].extensions), rows[i].kept));
        arena_free(cx.arena);
    }
}

TEST(a_long_name_is_cut_between_characters_and_keeps_its_extension)
{
    static const char *const pdf[] = {"pdf", NULL};
    for (size_t shift = 0; shift < 4; shift++) {
        Cx cx = {.arena = arena_new()};
        char text[400] = "aaa";
        size_t n = shift;
        while (n + 3 < 300) {
            memcpy(text + n, "\xE0\xB4\x95", 3);
            n += 3;
        }
        Str safe = filename_safe(&cx, (Str){text, n}, S("x")), name = filename_with(&cx, safe, pdf);
        CHECK(safe.n <= FILENAME_MAX_BYTES && name.n <= FILENAME_MAX_BYTES && name.n > 190);
        CHECK(str_ends(name, S(".pdf")));
        for (const char *p = name.p, *end = str_end(name); p < end;) {
            size_t bytes = utf8_next(p, end);
            CHECK(bytes);
            p += bytes ? bytes : 1;
        }
        arena_free(cx.arena);
    }
}
