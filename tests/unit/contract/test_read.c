/* What a request may hold: each row is one body or one query and the first violation it must give.
 */
#include "test.h"
#include "world.h"

#include <stdlib.h>

typedef struct Row {
    const char *name, *given,
        *want; /* "": accepted; "400": not JSON; else "pointer detail" of every violation, by ';' */
} Row;

/* All faults as text, in the order found. */
static Str told(Cx *cx)
{
    Str all = {0};
    for (size_t i = 0; i < cx->n_faults && i < FAULT_MAX; i++)
        all = arena_fmt(cx->arena, STR_FMT "%s" STR_FMT " " STR_FMT, STR_ARG(all), i ? ";" : "",
                        STR_ARG(cx->faults[i].pointer), STR_ARG(cx->faults[i].detail));
    return all;
}

static void check_row(Cx *cx, Err e, const Row *row)
{
    bool accepted = !*row->want, refused = strcmp(row->want, "400") == 0;
    test_case = row->name;
    CHECK(e == (accepted ? OK : refused ? E_MALFORMED : E_INVALID));
    if (!accepted && !refused && !str_eq(told(cx), str_of(row->want))) {
        CHECK(false && "the violations told");
        printf("    told   " STR_FMT "\n    wanted %s\n", STR_ARG(told(cx)), row->want);
    }
}

static const Row bodies[] = {
    {"the least", "{\"title\":\"a\"}", ""},
    {"everything",
     "{\"title\":\"a\",\"description\":\"b\",\"kind\":\"clip\",\"rating\":\"SU\",\"premium\":true,"
     "\"score\":9.5,"
     "\"episode\":1,\"tags\":[\"x\"],\"chapters\":[{\"startMs\":0,\"title\":\"t\"}],\"posterUrl\":"
     "\"https://a.b/c\","
     "\"color\":\"#00ff7f\",\"show\":{\"slug\":\"s\"},\"extra\":{\"a\":[1]},\"publishAt\":\"2026-"
     "01-01T00:00:00Z\"}",
     ""},
    {"white space around", " \n{ \"title\" : \"a\" }\t", ""},
    {"nothing", "", "400"},
    {"only half", "{\"title\":", "400"},
    {"two values", "{\"title\":\"a\"}{}", "400"},
    {"a comment", "{\"title\":\"a\"/**/}", "400"},
    {"trailing comma", "{\"title\":\"a\",}", "400"},
    {"single quotes", "{'title':'a'}", "400"},
    {"the same name twice", "{\"title\":\"a\",\"title\":\"b\"}", "400"},
    {"a NUL in text", "{\"title\":\"a\\u0000\"}", "400"},
    {"a lone surrogate", "{\"title\":\"\\ud800\"}", "400"},
    {"broken UTF-8", "{\"title\":\"\xC3\"}", "400"},
    {"overlong UTF-8", "{\"title\":\"\xC0\xAF\"}", "400"},
    {"an integer beyond int64", "{\"title\":\"a\",\"episode\":99999999999999999999}", "400"},
    {"33 deep",
     "{\"extra\":{\"a\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}}", "400"},
    {"an array", "[]", " must be an object"},
    {"missing", "{}", "/title is required"},
    {"null where none may be", "{\"title\":null}", "/title must not be null"},
    {"a number for text", "{\"title\":1}", "/title must be a string"},
    {"empty title", "{\"title\":\"\"}", "/title must have at least 1 characters"},
    {"200 characters of 3 bytes", NULL, ""},
    {"201 characters", NULL, "/title must have at most 200 characters"},
    {"unknown", "{\"title\":\"a\",\"titel\":1}", "/titel is not a known field"},
    {"unknown, with / and ~", "{\"title\":\"a\",\"a/b~c\":1}", "/a~1b~0c is not a known field"},
    {"wrong case", "{\"title\":\"a\",\"Kind\":\"clip\"}", "/Kind is not a known field"},
    {"not in the enum", "{\"title\":\"a\",\"kind\":\"film\"}",
     "/kind must be one of episode, clip, trailer, music"},
    {"enum as its number", "{\"title\":\"a\",\"kind\":1}", "/kind must be a string"},
    {"enum that looks like a number", "{\"title\":\"a\",\"rating\":\"17\"}", ""},
    {"bool as text", "{\"title\":\"a\",\"premium\":\"true\"}", "/premium must be true or false"},
    {"bool as number", "{\"title\":\"a\",\"premium\":1}", "/premium must be true or false"},
    {"number too large", "{\"title\":\"a\",\"score\":10.5}", "/score must be from 0 to 10"},
    {"integer for a number", "{\"title\":\"a\",\"score\":10}", ""},
    {"text for a number", "{\"title\":\"a\",\"score\":\"1\"}", "/score must be a number"},
    {"integer at its least", "{\"title\":\"a\",\"episode\":1}", ""},
    {"integer below", "{\"title\":\"a\",\"episode\":0}", "/episode must be at least 1"},
    {"integer above", "{\"title\":\"a\",\"episode\":10000}", "/episode must be at most 9999"},
    {"integer as 2.0", "{\"title\":\"a\",\"episode\":2.0}", ""},
    {"integer as 2.5", "{\"title\":\"a\",\"episode\":2.5}", "/episode must be an integer"},
    {"integer as 1e300", "{\"title\":\"a\",\"episode\":1e300}", "/episode must be an integer"},
    {"integer as text", "{\"title\":\"a\",\"episode\":\"2\"}", "/episode must be an integer"},
    {"list of wrong things", "{\"title\":\"a\",\"tags\":[1,\"x\",null]}",
     "/tags/0 must be a string;/tags/2 must not be null"},
    {"list item too short", "{\"title\":\"a\",\"tags\":[\"x\",\"\"]}",
     "/tags/1 must have at least 1 characters"},
    {"too many items",
     "{\"title\":\"a\",\"tags\":[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\",\"10\","
     "\"11\"]}",
     "/tags must have at most 10 items"},
    {"object for a list", "{\"title\":\"a\",\"tags\":{}}", "/tags must be an array"},
    {"inside a list of objects",
     "{\"title\":\"a\",\"chapters\":[{\"startMs\":-1,\"title\":\"\"},{}]}",
     "/chapters/0/startMs must be at least 0;/chapters/0/title must have at least 1 characters;"
     "/chapters/1/startMs is required;/chapters/1/title is required"},
    {"URL without scheme", "{\"title\":\"a\",\"posterUrl\":\"//x/y\"}",
     "/posterUrl must be an http or https URL"},
    {"URL of another scheme", "{\"title\":\"a\",\"posterUrl\":\"javascript:alert(1)\"}",
     "/posterUrl must be an http or https URL"},
    {"URL with a space", "{\"title\":\"a\",\"posterUrl\":\"https://x/a b\"}",
     "/posterUrl must be an http or https URL"},
    {"pattern too short", "{\"title\":\"a\",\"color\":\"#00ff7\"}",
     "/color must match ^#[0-9a-f]{6}$"},
    {"pattern, one more", "{\"title\":\"a\",\"color\":\"#00ff7f0\"}",
     "/color must match ^#[0-9a-f]{6}$"},
    {"pattern, newline at the end", "{\"title\":\"a\",\"color\":\"#00ff7f\\n\"}",
     "/color must match ^#[0-9a-f]{6}$"},
    {"nested object null", "{\"title\":\"a\",\"show\":null}", ""},
    {"nested object, bad inside", "{\"title\":\"a\",\"show\":{\"slug\":\"A\"}}",
     "/show/slug must match ^[a-z0-9-]{1,80}$"},
    {"nested object, unknown inside", "{\"title\":\"a\",\"show\":{\"slug\":\"a\",\"x\":1}}",
     "/show/x is not a known field"},
    {"text for an object", "{\"title\":\"a\",\"show\":\"a\"}", "/show must be an object"},
    {"free form, a list", "{\"title\":\"a\",\"extra\":[]}", "/extra must be an object"},
    {"time null", "{\"title\":\"a\",\"publishAt\":null}", ""},
    {"time with offset", "{\"title\":\"a\",\"publishAt\":\"2026-01-01T07:00:00.5+07:00\"}", ""},
    {"time without zone", "{\"title\":\"a\",\"publishAt\":\"2026-01-01T00:00:00\"}",
     "/publishAt must be a date-time like 2026-01-31T23:59:00Z"},
    {"29 February of no leap year", "{\"title\":\"a\",\"publishAt\":\"2026-02-29T00:00:00Z\"}",
     "/publishAt must be a date-time like 2026-01-31T23:59:00Z"},
    {"29 February of a leap year", "{\"title\":\"a\",\"publishAt\":\"2028-02-29T00:00:00Z\"}", ""},
    {"24 o'clock", "{\"title\":\"a\",\"publishAt\":\"2026-01-01T24:00:00Z\"}",
     "/publishAt must be a date-time like 2026-01-31T23:59:00Z"},
    {"time as number", "{\"title\":\"a\",\"publishAt\":1}", "/publishAt must be a string"},
    {"many at once", "{\"kind\":\"film\",\"premium\":0,\"x\":0}",
     "/kind must be one of episode, clip, trailer, music;/premium must be true or false;/x is not "
     "a known field;/title is required"},
};

TEST(a_body_is_accepted_or_every_violation_is_told)
{
    for (size_t i = 0; i < COUNT(bodies); i++) {
        Cx cx = {.arena = arena_new()};
        Row row = bodies[i];
        if (!row.given) { /* generated: 200 or 201 times a character of three bytes */
            size_t n = *row.want ? 201 : 200;
            Buf b CLEANUP(buf_free) = BUF(4096);
            buf_put(&b, "{\"title\":\"", 10);
            for (size_t k = 0; k < n; k++)
                buf_put(&b, "ệ", 3);
            buf_put(&b, "\"}", 3);
            row.given = arena_str(cx.arena, (Str){b.p, b.n}).p;
        }
        VideoNew v = {.title = S("untouched")};
        Err e = shape_read(&cx, &VIDEO_NEW, str_of(row.given), &v);
        check_row(&cx, e, &row);
        CHECK((e == OK) != str_eq(v.title, S("untouched")));
        arena_free(cx.arena);
    }
}

static const Row queries[] = {
    {"none", "", ""},
    {"all", "limit=5&cursor=abc&kind=clip&tag=a&tag=b&since=2026-01-01T00%3A00%3A00Z&premium=true",
     ""},
    {"empty pairs", "&&limit=5&", ""},
    {"plus is a space", "tag=a+b%20c", ""},
    {"limit 0", "limit=0", "/limit must be at least 1"},
    {"limit 101", "limit=101", "/limit must be at most 100"},
    {"limit as text", "limit=ten", "/limit must be an integer"},
    {"limit empty", "limit=", "/limit must be an integer"},
    {"limit with a sign", "limit=%2B5", "/limit must be an integer"},
    {"limit with a zero before", "limit=05", "/limit must be an integer"},
    {"limit beyond int64", "limit=9999999999999999999999", "/limit must be an integer"},
    {"limit twice", "limit=5&limit=6", "/limit is given twice"},
    {"unknown", "limti=5", "/limti is not a known parameter"},
    {"path parameter in the query", "id=aaaa", "/id is not a known parameter"},
    {"enum", "kind=film", "/kind must be one of episode, clip, trailer, music"},
    {"bool", "premium=1", "/premium must be true or false"},
    {"list item", "tag=a&tag=", "/tag/1 must have at least 1 characters"},
    {"list too long", "tag=1&tag=2&tag=3&tag=4&tag=5&tag=6&tag=7",
     "/tag must have at most 5 items"},
    {"cursor with a quote", "cursor=%27", "/cursor must match ^[A-Za-z0-9_-]*$"},
    {"broken escape", "cursor=%4", "400"},
    {"escape of no hex", "cursor=%zz", "400"},
    {"NUL", "tag=%00", "400"},
    {"broken UTF-8", "tag=%C3%28", "/tag/0 must be UTF-8"},
    {"time", "since=yesterday", "/since must be a date-time like 2026-01-31T23:59:00Z"},
    {"many at once", "limit=0&x=1&kind=",
     "/limit must be at least 1;/x is not a known parameter;/kind must be one of episode, clip, "
     "trailer, music"},
};

TEST(a_query_is_accepted_or_every_violation_is_told)
{
    World w CLEANUP(world_close) = world((Str){0});
    Match m = router_find(w.router, M_GET, S("/v1/videos"));
    for (size_t i = 0; i < COUNT(queries); i++) {
        Cx cx = {.arena = arena_new()};
        ListVideosIn in = {0};
        Err e = params_read(&cx, &m, &(Given){.query = str_of(queries[i].given)}, &in);
        check_row(&cx, e, &queries[i]);
        CHECK(e || in.limit ==
                       (strncmp(queries[i].name, "none", 4) && strncmp(queries[i].name, "plus", 4)
                            ? 5
                            : 24));
        arena_free(cx.arena);
    }
}

TEST(absent_null_and_value_are_three_things_in_a_patch)
{
    static const struct {
        const char *body;
        bool has, null;
    } rows[] = {{"{}", false, false},
                {"{\"publishAt\":null}", false, true},
                {"{\"publishAt\":\"1970-01-01T00:00:01Z\"}", true, false}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        Cx cx = {.arena = arena_new()};
        VideoPatch p = {0};
        CHECK(shape_read(&cx, &VIDEO_PATCH, str_of(rows[i].body), &p) == OK);
        CHECK(p.has.publish_at == rows[i].has && p.null.publish_at == rows[i].null &&
              p.publish_at == (rows[i].has ? 1000 : 0));
        CHECK(!p.has.title);
        arena_free(cx.arena);
    }
}

TEST(violations_beyond_the_limit_are_counted)
{
    Cx cx = {.arena = arena_new()};
    Buf b CLEANUP(buf_free) = BUF(4096);
    buf_byte(&b, '{');
    for (int64_t i = 0; i < 40; i++) {
        buf_json_str(&b, arena_fmt(cx.arena, "x%d", (int)i));
        buf_put(&b, ":0,", 3);
    }
    buf_put(&b, "\"title\":1}", 10);
    VideoNew v = {0};
    CHECK(shape_read(&cx, &VIDEO_NEW, (Str){b.p, b.n}, &v) == E_INVALID && cx.n_faults == 41);
    CHECK(shape_read(&cx, &VIDEO_NEW, S("{}"), &v) == E_INVALID && cx.n_faults == 42);
    arena_free(cx.arena);
}

TEST(defaults_are_filled_and_readable_without_a_flag)
{
    Cx cx = {.arena = arena_new()};
    VideoNew v = {0};
    CHECK(shape_read(&cx, &VIDEO_NEW, S("{\"title\":\"a\"}"), &v) == OK);
    CHECK(v.kind == VIDEO_KIND_EPISODE && v.rating == RATING_13 && !v.premium && v.tags.n == 0 &&
          v.description.n == 0);
    CHECK(!v.has.score && !v.has.show && !v.null.show);
    arena_free(cx.arena);
}
