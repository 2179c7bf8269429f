/* Ranges, preconditions and file answers: RFC 9110 13 and 14, and a property against a byte slice.
 */
#include "http/condition.h"
#include "http/date.h"
#include "http/range.h"
#include "http/res.h"
#include "chance.h"
#include "test.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define T(lit)                                                                                     \
    {                                                                                              \
        lit, sizeof(lit) - 1                                                                       \
    }

TEST(a_range_means_what_rfc_9110_says)
{
    static const struct {
        Str field;
        int64_t size;
        RangeKind kind;
        int64_t first, length;
    } rows[] = {
        {T("bytes=0-"), 100, RANGE_ONE, 0, 100},
        {T("bytes=0-99"), 100, RANGE_ONE, 0, 100},
        {T("bytes=0-0"), 100, RANGE_ONE, 0, 1},
        {T("bytes=99-"), 100, RANGE_ONE, 99, 1},
        {T("bytes=10-1000"), 100, RANGE_ONE, 10, 90},
        {T("bytes=-1"), 100, RANGE_ONE, 99, 1},
        {T("bytes=-100"), 100, RANGE_ONE, 0, 100},
        {T("bytes=-1000"), 100, RANGE_ONE, 0, 100},
        {T("BYTES=1-2"), 100, RANGE_ONE, 1, 2},
        {T("bytes= 1-2 "), 100, RANGE_ONE, 1, 2},
        {T("bytes=1-2,"), 100, RANGE_ONE, 1, 2},
        {T("bytes=,1-2"), 100, RANGE_ONE, 1, 2},
        {T("bytes=0-99999999999999999999"), 100, RANGE_ONE, 0, 100},
        {T("bytes=-99999999999999999999"), 100, RANGE_ONE, 0, 100},
        {T("bytes=100-"), 100, RANGE_BAD, 0, 0},
        {T("bytes=100-200"), 100, RANGE_BAD, 0, 0},
        {T("bytes=99999999999999999999-"), 100, RANGE_BAD, 0, 0},
        {T("bytes=-0"), 100, RANGE_BAD, 0, 0},
        {T("bytes=0-1,3-4"), 100, RANGE_BAD, 0, 0},
        {T("bytes=0-,0-,0-"), 100, RANGE_BAD, 0, 0},
        {T("bytes=0-"), 0, RANGE_BAD, 0, 0},
        {T("bytes=-5"), 0, RANGE_NONE, 0, 0},
        {T(""), 100, RANGE_NONE, 0, 0},
        {T("bytes"), 100, RANGE_NONE, 0, 0},
        {T("bytes="), 100, RANGE_NONE, 0, 0},
        {T("bytes=,"), 100, RANGE_NONE, 0, 0},
        {T("bytes=-"), 100, RANGE_NONE, 0, 0},
        {T("bytes=5"), 100, RANGE_NONE, 0, 0},
        {T("bytes=5-4"), 100, RANGE_NONE, 0, 0},
        {T("bytes=a-b"), 100, RANGE_NONE, 0, 0},
        {T("bytes=1-2-3"), 100, RANGE_NONE, 0, 0},
        {T("bytes=+1-2"), 100, RANGE_NONE, 0, 0},
        {T("bytes=1 - 2"), 100, RANGE_NONE, 0, 0},
        {T("bytes=1-2,x"), 100, RANGE_NONE, 0, 0},
        {T("bytes=0x1-2"), 100, RANGE_NONE, 0, 0},
        {T("items=0-1"), 100, RANGE_NONE, 0, 0},
        {T("bytes 0-1"), 100, RANGE_NONE, 0, 0},
        {T(" bytes=0-1"), 100, RANGE_NONE, 0, 0},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        int64_t first = 0, length = 0;
        char name[64];
        snprintf(name, sizeof name, STR_FMT, STR_ARG(rows[i].field));
        test_case = name;
        CHECK(range_read(rows[i].field, rows[i].size, &first, &length) == rows[i].kind);
        CHECK(rows[i].kind != RANGE_ONE || (first == rows[i].first && length == rows[i].length));
    }
    test_case = "";
}

/* Which bytes a reader of the RFC would take out of `size` of them, by slicing. */
static bool oracle(int64_t from, int64_t to, bool has_from, bool has_to, int64_t size,
                   int64_t *first, int64_t *length)
{
    int64_t begin = has_from ? from : to > size ? 0 : size - to;
    int64_t end = !has_from || !has_to ? size : to + 1 > size ? size : to + 1;
    if (begin >= end)
        return false;
    *first = begin;
    *length = end - begin;
    return true;
}

TEST(ten_thousand_ranges_agree_with_a_slice)
{
    uint64_t seed = chance_seed(), state = seed;
    int before = test_failed;
    for (int i = 0; i < 10000; i++) {
        char field[64];
        int64_t size = (int64_t)(chance(&state) % 50), first = 0, length = 0, want_first = 0,
                want = 0;
        int64_t from = (int64_t)(chance(&state) % 60), to = (int64_t)(chance(&state) % 60);
        bool has_from = chance(&state) % 3, has_to = !has_from || chance(&state) % 3;
        char a[24] = "", b[24] = "";
        if (has_from)
            snprintf(a, sizeof a, "%lld", (long long)from);
        if (has_to)
            snprintf(b, sizeof b, "%lld", (long long)to);
        snprintf(field, sizeof field, "bytes=%s-%s", a, b);
        RangeKind kind = range_read(str_of(field), size, &first, &length);
        bool broken = has_from && has_to && to < from, nothing = !has_from && size == 0 && to > 0;
        bool some = oracle(from, to, has_from, has_to, size, &want_first, &want);
        RangeKind expected = broken || nothing ? RANGE_NONE : some ? RANGE_ONE : RANGE_BAD;
        test_case = field;
        CHECK(kind == expected);
        CHECK(kind != RANGE_ONE || (first == want_first && length == want));
    }
    if (test_failed > before)
        chance_tell(seed);
    test_case = "";
}

TEST(dates_are_read_in_three_forms_and_written_in_one)
{
    static const struct {
        Str text;
        int64_t ms; /* -1: refused */
    } rows[] = {
        {T("Sun, 06 Nov 1994 08:49:37 GMT"), 784111777000},
        {T("Sunday, 06-Nov-94 08:49:37 GMT"), 784111777000},
        {T("Sun Nov  6 08:49:37 1994"), 784111777000},
        {T("Thu, 01 Jan 1970 00:00:00 GMT"), 0},
        {T("Thu, 29 Feb 2024 23:59:59 GMT"), 1709251199000},
        {T("Sunday, 06-Nov-70 08:49:37 GMT"), 3182489377000},
        {T("Sun, 06 Nov 1994 08:49:37 UTC"), -1},
        {T("Sun, 6 Nov 1994 08:49:37 GMT"), -1},
        {T("Sun, 06 Nov 1994 24:00:00 GMT"), -1},
        {T("Sun, 00 Nov 1994 08:49:37 GMT"), -1},
        {T("Sun, 06 nov 1994 08:49:37 GMT"), -1},
        {T("784111777"), -1},
        {T(""), -1},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        int64_t ms = -1;
        char name[64];
        snprintf(name, sizeof name, STR_FMT, STR_ARG(rows[i].text));
        test_case = name;
        bool read = date_read(rows[i].text, 1795351336000, &ms);
        CHECK(read == (rows[i].ms >= 0) && (!read || ms == rows[i].ms));
    }
    char text[DATE_TEXT];
    date_write(text, 784111777999);
    CHECK(memcmp(text, "Sun, 06 Nov 1994 08:49:37 GMT", DATE_TEXT) == 0);
    for (int64_t ms = 0, back; ms < 4102444800000; ms += 86400000ll * 13 + 3601000) {
        date_write(text, ms);
        CHECK(date_read((Str){text, DATE_TEXT}, 0, &back) && back == ms);
    }
    test_case = "";
}

typedef struct Asked {
    const char *name;
    Method method;
    const char *field, *value, *also, *also_value;
    int status; /* 412 and 416 come as errors */
    int64_t offset, length;
} Asked;

#define MODIFIED 784111777500 /* Sun, 06 Nov 1994 08:49:37.5 GMT */
#define DATED "Sun, 06 Nov 1994 08:49:37 GMT"
#define BEFORE "Sun, 06 Nov 1994 08:49:36 GMT"
#define AFTER "Sun, 06 Nov 1994 08:49:38 GMT"

static const Asked asked[] = {
    {"all of it", M_GET, NULL, NULL, NULL, NULL, 200, 7, 100},
    {"a range", M_GET, "Range", "bytes=10-19", NULL, NULL, 206, 17, 10},
    {"HEAD has no range", M_HEAD, "Range", "bytes=10-19", NULL, NULL, 200, 7, 100},
    {"bytes=0- is a part", M_GET, "Range", "bytes=0-", NULL, NULL, 206, 7, 100},
    {"two ranges", M_GET, "Range", "bytes=0-1,4-5", NULL, NULL, 416, 0, 0},
    {"beyond the end", M_GET, "Range", "bytes=100-", NULL, NULL, 416, 0, 0},
    {"another unit", M_GET, "Range", "lines=1-2", NULL, NULL, 200, 7, 100},
    {"known already", M_GET, "If-None-Match", "\"v1\"", NULL, NULL, 304, 0, 0},
    {"known already, weakly", M_GET, "If-None-Match", "\"v0\", W/\"v1\"", NULL, NULL, 304, 0, 0},
    {"known, whatever it is", M_HEAD, "If-None-Match", "*", NULL, NULL, 304, 0, 0},
    {"another is known", M_GET, "If-None-Match", "\"v2\"", NULL, NULL, 200, 7, 100},
    {"a tag with a comma", M_GET, "If-None-Match", "\"a,\", \"v1\"", NULL, NULL, 304, 0, 0},
    {"broken tags", M_GET, "If-None-Match", "v1", NULL, NULL, 200, 7, 100},
    {"a tag wins over a date", M_GET, "If-None-Match", "\"v2\"", "If-Modified-Since", AFTER, 200, 7,
     100},
    {"not modified since", M_GET, "If-Modified-Since", DATED, NULL, NULL, 304, 0, 0},
    {"modified since", M_GET, "If-Modified-Since", BEFORE, NULL, NULL, 200, 7, 100},
    {"a broken date", M_GET, "If-Modified-Since", "yesterday", NULL, NULL, 200, 7, 100},
    {"still this one", M_GET, "If-Match", "\"v0\", \"v1\"", NULL, NULL, 200, 7, 100},
    {"whatever there is", M_GET, "If-Match", "*", NULL, NULL, 200, 7, 100},
    {"no longer this one", M_GET, "If-Match", "\"v2\"", NULL, NULL, 412, 0, 0},
    {"a weak tag never matches strongly", M_GET, "If-Match", "W/\"v1\"", NULL, NULL, 412, 0, 0},
    {"unmodified since", M_GET, "If-Unmodified-Since", DATED, NULL, NULL, 200, 7, 100},
    {"modified meanwhile", M_GET, "If-Unmodified-Since", BEFORE, NULL, NULL, 412, 0, 0},
    {"If-Match wins over its date", M_GET, "If-Match", "\"v1\"", "If-Unmodified-Since", BEFORE, 200,
     7, 100},
    {"resumed", M_GET, "Range", "bytes=50-", "If-Range", "\"v1\"", 206, 57, 50},
    {"resumed by its date", M_GET, "Range", "bytes=50-", "If-Range", DATED, 206, 57, 50},
    {"replaced meanwhile", M_GET, "Range", "bytes=50-", "If-Range", "\"v0\"", 200, 7, 100},
    {"replaced, by its date", M_GET, "Range", "bytes=50-", "If-Range", AFTER, 200, 7, 100},
    {"a weak If-Range", M_GET, "Range", "bytes=50-", "If-Range", "W/\"v1\"", 200, 7, 100},
    {"If-Range undone, so no 416", M_GET, "Range", "bytes=500-", "If-Range", "\"v0\"", 200, 7, 100},
    {"304 before the range", M_GET, "Range", "bytes=0-1", "If-None-Match", "\"v1\"", 304, 0, 0},
};

static Req req_of(const Asked *a)
{
    Req req = {.method = a->method};
    if (a->field)
        req.headers[req.n_headers++] = (Header){str_of(a->field), str_of(a->value)};
    if (a->also)
        req.headers[req.n_headers++] = (Header){str_of(a->also), str_of(a->also_value)};
    return req;
}

static Str res_value(const Res *res, const char *name)
{
    for (size_t i = 0; i < res->n_headers; i++)
        if (str_eq(res->headers[i].name, str_of(name)))
            return res->headers[i].value;
    return (Str){0};
}

TEST(a_file_is_sent_by_the_conditions_of_the_request)
{
    for (size_t i = 0; i < COUNT(asked); i++) {
        const Asked *a = &asked[i];
        Cx cx = {.arena = arena_new(), .now = MODIFIED + 60000};
        Req req = req_of(a);
        Res res = {.fd = -1};
        int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
        FileSend file = {.fd = fd,
                         .offset = 7,
                         .size = 100,
                         .etag = S("\"v1\""),
                         .modified = MODIFIED,
                         .cache_control = "no-cache",
                         .media_type = S("video/mp4"),
                         .download_name = S("a.mp4")};
        test_case = a->name;
        Err e = res_file(&cx, &req, &res, &file);
        CHECK((e ? err_kind(e)->status : res.status) == a->status);
        bool sends = a->status == 200 || a->status == 206;
        CHECK(sends ? res.fd == fd && res.offset == a->offset && res.length == a->length
                    : res.fd == -1 && fcntl(fd, F_GETFD) < 0);
        CHECK(str_eq(res_value(&res, "Content-Range"), S("bytes */100")) == (a->status == 416));
        CHECK((res_value(&res, "Content-Range").n > 0) == (a->status == 206 || a->status == 416));
        CHECK(e || str_eq(res_value(&res, "ETag"), S("\"v1\"")));
        CHECK(e || str_eq(res_value(&res, "Last-Modified"), S(DATED)));
        CHECK(str_eq(res_value(&res, "Accept-Ranges"), S("bytes")) == sends);
        if (sends)
            close(res.fd);
        arena_free(cx.arena);
    }
    test_case = "";
}

TEST(names_of_downloads_are_safe_for_every_reader)
{
    static const struct {
        Str name, want;
    } rows[] = {
        {T("episode 1.mp4"),
         T("attachment; filename=\"episode 1.mp4\"; filename*=UTF-8''episode%201.mp4")},
        {T("Bò kho.mkv"),
         T("attachment; filename=\"B_ kho.mkv\"; filename*=UTF-8''B%C3%B2%20kho.mkv")},
        {T("a\"b\\c%41;d.txt"), T("attachment; filename=\"a_b_c_41_d.txt\"; "
                                  "filename*=UTF-8''a%22b_c%2541%3Bd.txt")},
        {T("../../etc/passwd"), T("attachment; filename=\".._.._etc_passwd\"; "
                                  "filename*=UTF-8''.._.._etc_passwd")},
        {T("x\r\nSet-Cookie: a"), T("attachment; filename=\"x__Set-Cookie: a\"; "
                                    "filename*=UTF-8''x__Set-Cookie%3A%20a")},
        {T("\xff\xfe"), T("attachment; filename=\"__\"; filename*=UTF-8''%EF%BF%BD%EF%BF%BD")},
        {T("🎬.mp4"), T("attachment; filename=\"_.mp4\"; filename*=UTF-8''%F0%9F%8E%AC.mp4")},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        Cx cx = {.arena = arena_new()};
        Str made = content_disposition(&cx, rows[i].name);
        CHECK(str_eq(made, rows[i].want));
        if (!str_eq(made, rows[i].want))
            printf(STR_FMT "\n", STR_ARG(made));
        arena_free(cx.arena);
    }
}
