/* The headers of tus, row by row: what is read, and what is refused. */
#include "upload/tus.h"
#include "test.h"

#include <string.h>

#define T(lit)                                                                                     \
    {                                                                                              \
        lit, sizeof(lit) - 1                                                                       \
    }

TEST(metadata_is_pairs_of_a_key_and_base64)
{
    static const struct {
        Str header;
        bool good;
        Str filename, video, purpose;
    } rows[] = {
        {T(""), true, T(""), T(""), T("")},
        {T("filename Y2xpcC5tcDQ="), true, T("clip.mp4"), T(""), T("")},
        {T("filename Y2xpcC5tcDQ=,videoId eA==,purpose b3JpZ2luYWw="), true, T("clip.mp4"), T("x"),
         T("original")},
        {T("filename Y2xpcC5tcDQ=, videoId eA=="), true, T("clip.mp4"), T("x"), T("")},
        {T("filename ,videoId eA=="), true, T(""), T("x"), T("")},
        {T("filename,videoId eA=="), true, T(""), T("x"),
         T("")}, /* a key alone has an empty value */
        {T("filetype dmlkZW8vbXA0,filename eA=="), true, T("x"), T(""), T("")},
        {T("filetype dmlkZW8vbXA0,filetype eA=="), true, T(""), T(""), T("")},
        {T("filename eA==,filename eA=="), false, T(""), T(""), T("")},
        {T("filename ,filename eA=="), false, T(""), T(""), T("")},
        {T("filename eA"), false, T(""), T(""), T("")},
        {T("filename eA="), false, T(""), T(""), T("")},
        {T("filename eB=="), false, T(""), T(""), T("")},
        {T("filename e A="), false, T(""), T(""), T("")},
        {T("filename  eA=="), false, T(""), T(""), T("")},
        {T("filename -_=="), false, T(""), T(""), T("")},
        {T("filename /w=="), false, T(""), T(""), T("")}, /* FF is no UTF-8 */
        {T("filename wIA="), false, T(""), T(""), T("")}, /* C0 80 */
        {T("filename 7aCA"), false, T(""), T(""), T("")}, /* ED A0 80, a surrogate */
        {T("filename YQBi"), false, T(""), T(""), T("")}, /* a NUL */
        {T("other /w=="), false, T(""), T(""), T("")},
        {T(" eA=="), true, T(""), T(""), T("")}, /* a key of that name */
        {T(",filename eA=="), false, T(""), T(""), T("")},
        {T("filename eA==,,videoId eA=="), false, T(""), T(""), T("")},
        {T("Filename eA=="), true, T(""), T(""), T("")}, /* another key */
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        Cx cx = {.arena = arena_new()};
        TusMetadata meta = {.filename = S("untouched")};
        test_case = rows[i].header.p;
        Err e = tus_metadata(&cx, rows[i].header, &meta);
        CHECK(e == (rows[i].good ? OK : E_MALFORMED));
        if (e == OK)
            CHECK(str_eq(meta.filename, rows[i].filename) && str_eq(meta.video_id, rows[i].video) &&
                  str_eq(meta.purpose, rows[i].purpose));
        else
            CHECK(str_eq(meta.filename, S("untouched")) && cx.said[0]);
        arena_free(cx.arena);
    }
}

TEST(metadata_of_other_purposes_is_read_as_well)
{
    Cx cx = {.arena = arena_new()};
    TusMetadata meta = {0};
    Str header = S("showSlug cw==,title dA==,language aWQ=,label bA==,kind Y2FwdGlvbnM=");
    CHECK(tus_metadata(&cx, header, &meta) == OK);
    CHECK(str_eq(meta.show_slug, S("s")) && str_eq(meta.title, S("t")));
    CHECK(str_eq(meta.language, S("id")) && str_eq(meta.label, S("l")));
    CHECK(str_eq(meta.kind, S("captions")) && !meta.filename.p && !meta.video_id.p);
    CHECK(tus_metadata(&cx, S("kind eA==,kind eA=="), &meta) == E_MALFORMED);
    arena_free(cx.arena);
}

TEST(metadata_has_a_ceiling)
{
    static char text[TUS_METADATA_MAX + 1];
    Cx cx = {.arena = arena_new()};
    TusMetadata meta = {0};
    memcpy(text, "other ", 6);
    for (size_t i = 6; i < sizeof text; i++)
        text[i] = "QUFB"[(i - 6) % 4];
    CHECK(tus_metadata(&cx, (Str){text, TUS_METADATA_MAX - 2}, &meta) ==
          OK); /* 4,088 characters of base64 */
    CHECK(tus_metadata(&cx, (Str){text, sizeof text}, &meta) == E_MALFORMED);
    arena_free(cx.arena);
}

TEST(checksums_are_of_a_known_kind_and_length)
{
    static const struct {
        Str header;
        bool good;
        DigestKind kind;
        size_t n;
    } rows[] = {
        {T("sha1 Lve95gjOVATpfV8EL5X4nxwjKHE="), true, DIGEST_SHA1, 20},
        {T("md5 1B2M2Y8AsgTpgAmY7PhCfg=="), true, DIGEST_MD5, 16},
        {T("sha256 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="), true, DIGEST_SHA256, 32},
        {T("sha256 1B2M2Y8AsgTpgAmY7PhCfg=="), false, 0, 0},
        {T("md5 Lve95gjOVATpfV8EL5X4nxwjKHE="), false, 0, 0},
        {T("SHA1 Lve95gjOVATpfV8EL5X4nxwjKHE="), false, 0, 0},
        {T("crc32 AAAA"), false, 0, 0},
        {T("sha1"), false, 0, 0},
        {T("sha1 "), false, 0, 0},
        {T(""), false, 0, 0},
        {T("sha1  Lve95gjOVATpfV8EL5X4nxwjKHE="), false, 0, 0},
        {T("sha1 Lve95gjOVATpfV8EL5X4nxwjKHE"), false, 0, 0},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        Cx cx = {.arena = arena_new()};
        TusChecksum sum = {0};
        test_case = rows[i].header.p;
        CHECK((tus_checksum(&cx, rows[i].header, &sum) == OK) == rows[i].good);
        if (rows[i].good)
            CHECK(sum.kind == rows[i].kind && sum.sum.n == rows[i].n);
        arena_free(cx.arena);
    }
}

TEST(numbers_have_up_to_fifteen_digits_and_nothing_else)
{
    static const struct {
        Str text;
        int64_t value; /* -1: refused */
    } rows[] = {
        {T("0"), 0},    {T("5"), 5},     {T("007"), 7}, {T("999999999999999"), 999999999999999ll},
        {T(""), -1},    {T("-1"), -1},   {T("+1"), -1}, {T("1000000000000000"), -1},
        {T("1e3"), -1}, {T("0x10"), -1}, {T(" 1"), -1}, {T("1 "), -1},
        {T("1\0"), -1}, {T("1.0"), -1},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        int64_t value = -1;
        test_case = rows[i].text.p;
        CHECK(tus_number(rows[i].text, &value) == (rows[i].value >= 0));
        CHECK(value == rows[i].value);
    }
}
