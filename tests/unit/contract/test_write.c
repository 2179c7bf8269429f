/* What goes out: exact bytes for the corners, and for everything else random structs that come back
 * equal. */
#include "test.h"
#include "world.h"

#include "base/time.h"

#include <stdlib.h>

TEST(text_is_escaped_as_rfc_8259_says)
{
    static const struct {
        const char *name;
        Str text;
        const char *want;
    } rows[] = {{"empty", {0}, "\"\""},
                {"plain", {"hello, world", 12}, "\"hello, world\""},
                {"quote", {"a\"b", 3}, "\"a\\\"b\""},
                {"backslash", {"\\", 1}, "\"\\\\\""},
                {"short escapes", {"\b\f\n\r\t", 5}, "\"\\b\\f\\n\\r\\t\""},
                {"NUL and escape", {"\0\x1b", 2}, "\"\\u0000\\u001b\""},
                {"DEL stays", {"\x7f", 1}, "\"\x7f\""},
                {"slash stays", {"</a>", 4}, "\"</a>\""},
                {"Vietnamese", {"Việt Nam đẹp", 17}, "\"Việt Nam đẹp\""},
                {"four bytes", {"\xF0\x9F\x98\x80", 4}, "\"\xF0\x9F\x98\x80\""},
                {"cut short", {"ab\xE1\xBB", 4}, "\"ab\xEF\xBF\xBD\xEF\xBF\xBD\""},
                {"surrogate", {"\xED\xA0\x80", 3}, "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""},
                {"special at byte 8", {"1234567\"9", 9}, "\"1234567\\\"9\""},
                {"special at byte 9", {"12345678\n", 9}, "\"12345678\\n\""}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        test_case = rows[i].name;
        Buf b CLEANUP(buf_free) = BUF(100);
        buf_json_str(&b, rows[i].text);
        CHECK(str_eq((Str){b.p, b.n}, str_of(rows[i].want)));
    }
}

TEST(numbers_and_times_at_their_ends)
{
    Buf b CLEANUP(buf_free) = BUF(1000);
    static const int64_t ints[] = {0, -1, INT64_MAX, INT64_MIN, 9007199254740991};
    for (size_t i = 0; i < COUNT(ints); i++)
        buf_json_int(&b, ints[i]);
    buf_json_num(&b, 0.1);
    buf_json_num(&b, -1e300);
    buf_json_num(&b, 1.0 / 3);
    buf_json_time(&b, TIME_MIN);
    buf_json_time(&b, -1);
    buf_json_time(&b, TIME_MAX);
    CHECK(str_eq(
        (Str){b.p, b.n},
        S("0-19223372036854775807-922337203685477580890071992547409910.1-1e+3000.33333333333333331"
          "\"0000-01-01T00:00:00.000Z\"\"1969-12-31T23:59:59.999Z\"\"9999-12-31T23:59:59.999Z\"")));
}

TEST(a_full_buffer_says_so_and_stays_in_bounds)
{
    Show show = {.slug = S("pilot"), .title = S("The \"Pilot\" Show")};
    Str want = S("{\"slug\":\"pilot\",\"title\":\"The \\\"Pilot\\\" Show\"}");
    for (size_t max = 0; max <= want.n + BUF_SLACK; max++) {
        Buf b CLEANUP(buf_free) = BUF(max);
        shape_write(&b, &SHOW, &show);
        CHECK((b.full || max >= want.n) && (!b.full || max < want.n + BUF_SLACK) && b.n <= max);
        CHECK(b.full || str_eq((Str){b.p, b.n}, want));
    }
}

/* --- random structs, by shape */

static uint64_t state;

static uint64_t chance(uint64_t n)
{
    state ^= state << 13, state ^= state >> 7, state ^= state << 17; /* xorshift64 */
    return state % n;
}

static Str some_text(Cx *cx, const Field *f)
{
    static const Str bits[] = {{"a", 1},  {"\"", 1},   {"\\", 1},
                               {"\n", 1}, {"\x01", 1}, {"ệ", 3},
                               {"😀", 4},  {"</", 2},   {" long and plain ", 16}};
    Buf b CLEANUP(buf_free) = BUF(1 << 16);
    size_t most = f->max < 20 ? (size_t)f->max : 20;
    if (f->format == AS_URI)
        return S("https://cdn.example/a?b=%20");
    for (size_t i = 0; f->pattern && i < f->pattern->n; i++) {
        const Atom *a = &f->pattern->atoms[i];
        for (uint64_t n =
                 a->min + chance((a->max < 9 ? a->max : 9) - (a->min < 9 ? a->min : 9) + 1);
             n--;) {
            unsigned c = 0;
            while (!(a->set[c >> 5] >> (c & 31) & 1))
                c = (unsigned)chance(128);
            buf_byte(&b, (char)c);
        }
    }
    for (uint64_t n = f->pattern ? 0 : (uint64_t)f->min + chance(most - (size_t)f->min + 1), k; n;
         n -= k == 7   ? 2
              : k == 8 ? 16
                       : 1) {
        k = n >= 16 ? chance(9) : n >= 2 ? chance(8) : chance(7);
        buf_put(&b, bits[k].p, bits[k].n);
    }
    return arena_str(cx->arena, (Str){b.p, b.n});
}

static void fill(Cx *cx, const Shape *shape, char *base, int depth);

static void fill_value(Cx *cx, const Field *f, char *to, int depth)
{
    List list = {.n = chance(depth > 2 ? 1 : 4)};
    switch ((Kind)f->kind) {
    case F_STR:
        *(Str *)(void *)to = some_text(cx, f);
        break;
    case F_JSON:
        *(Str *)(void *)to = S("{\"k\":[1,\"\xE1\xBB\x87\"]}");
        break;
    case F_TIME:
        *(int64_t *)(void *)to = TIME_MIN + (int64_t)chance((uint64_t)(TIME_MAX - TIME_MIN));
        break;
    case F_ENUM:
        memcpy(to, &(int){1 + (int)chance(f->names->n)}, sizeof(int));
        break;
    case F_INT:
        *(int64_t *)(void *)to = f->min + (int64_t)chance((uint64_t)(f->max - f->min) + 1);
        break;
    case F_NUM:
        *(double *)(void *)to = (double)chance(1000003) / 1e6 * 10;
        break;
    case F_BOOL:
        *(bool *)to = chance(2);
        break;
    case F_OBJ:
        fill(cx, f->shape, to, depth + 1);
        break;
    case F_LIST:
        list.p = arena_take(cx->arena, list.n * f->item->size);
        for (size_t i = 0; i < list.n; i++)
            fill_value(cx, f->item, (char *)list.p + i * f->item->size, depth + 1);
        memcpy(to, &list, sizeof list);
        break;
    }
}

static void fill(Cx *cx, const Shape *shape, char *base, int depth)
{
    for (const Field *f = shape->fields; f < shape->fields + shape->n; f++) {
        bool there = !f->has_at || chance(2);
        if (f->has_at)
            base[f->has_at] = there;
        if (f->null_at)
            base[f->null_at] = !there && chance(2);
        if (there)
            fill_value(cx, f, base + f->at, depth);
    }
}

static bool same(const Shape *shape, const char *a, const char *b);

static bool same_value(const Field *f, const char *a, const char *b)
{
    List x = {0}, y = {0};
    if (f->kind == F_STR || f->kind == F_JSON)
        return str_eq(*(const Str *)(const void *)a, *(const Str *)(const void *)b);
    if (f->kind == F_OBJ)
        return same(f->shape, a, b);
    if (f->kind != F_LIST)
        return memcmp(a, b, f->size) == 0;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    for (size_t i = 0; x.n == y.n && i < x.n; i++)
        if (!same_value(f->item, (char *)x.p + i * f->item->size, (char *)y.p + i * f->item->size))
            return false;
    return x.n == y.n;
}

static bool same(const Shape *shape, const char *a, const char *b)
{
    for (const Field *f = shape->fields; f < shape->fields + shape->n; f++) {
        bool there = !f->has_at || a[f->has_at];
        if ((f->has_at && a[f->has_at] != b[f->has_at]) ||
            (f->null_at && a[f->null_at] != b[f->null_at]) ||
            (there && !same_value(f, a + f->at, b + f->at)))
            return false;
    }
    return true;
}

TEST(what_is_written_reads_back_equal)
{
    static const Shape *const shapes[] = {&VIDEO,        &VIDEO_PAGE,  &VIDEO_NEW, &VIDEO_PATCH,
                                          &COMMENT_PAGE, &COMMENT_NEW, &PROBLEM};
    const char *given = getenv("SEED");
    for (uint64_t seed = given ? strtoull(given, NULL, 10) : 1, last = given ? seed : 3000;
         seed <= last; seed++) {
        state = seed * 0x9E3779B97F4A7C15u;
        const Shape *shape = shapes[seed % COUNT(shapes)];
        Cx cx = {.arena = arena_new()};
        char *a = arena_take(cx.arena, shape->size), *b = arena_take(cx.arena, shape->size);
        fill(&cx, shape, a, 0);
        Buf json CLEANUP(buf_free) = BUF(1 << 20);
        shape_write(&json, shape, a);
        if (shape_read(&cx, shape, (Str){json.p, json.n}, b) || !same(shape, a, b)) {
            printf("SEED=%llu %s: %s " STR_FMT "\n", (unsigned long long)seed, shape->name, cx.said,
                   (int)json.n, json.p);
            CHECK(false && "reads back equal");
        }
        test_checks++;
        arena_free(cx.arena);
    }
}
