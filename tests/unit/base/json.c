#include "base/json.h"
#include "test.h"

static Cx fresh(void)
{
    return (Cx){.arena = arena_new()};
}

TEST(json_is_looked_into_by_name_and_place)
{
    Cx cx = fresh();
    CLEANUP(json_close) Json root = {0};
    int64_t i = 0;
    CHECK(json_open(&cx, S("{\"a\":[1,\"two\",{\"b\":true}],\"n\":null,\"r\":1.5,\"z\":0}"),
                    &root) == OK);
    Json a = json_member(root, "a");
    CHECK(json_kind(root) == JSON_IS_OBJECT && json_count(root) == 4);
    CHECK(json_kind(a) == JSON_IS_LIST && json_count(a) == 3);
    CHECK(json_whole(json_item(a, 0), &i) && i == 1);
    CHECK(str_eq(json_text(json_item(a, 1)), S("two")));
    CHECK(json_flag(json_member(json_item(a, 2), "b")));
    CHECK(json_kind(json_member(root, "n")) == JSON_IS_NULL);
    CHECK(!json_whole(json_member(root, "r"), &i) && i == 1);
    CHECK(json_kind(json_member(root, "r")) == JSON_IS_NUMBER);
    CHECK(!json_flag(json_member(root, "z")));
    arena_free(cx.arena);
}

TEST(json_that_is_absent_stays_absent_however_deep_one_looks)
{
    Cx cx = fresh();
    CLEANUP(json_close) Json root = {0};
    int64_t i = 7;
    CHECK(json_open(&cx, S("[]"), &root) == OK);
    Json none = json_member(json_item(json_member(root, "a"), 3), "b");
    CHECK(json_kind(none) == JSON_ABSENT && json_count(none) == 0);
    CHECK(json_text(none).n == 0 && !json_whole(none, &i) && i == 7 && !json_flag(none));
    JsonMember m = {0};
    CHECK(!json_next(none, &m) && !json_next(root, &m));
    arena_free(cx.arena);
}

TEST(json_members_come_in_the_order_of_the_document)
{
    Cx cx = fresh();
    CLEANUP(json_close) Json root = {0};
    char names[8] = {0};
    CHECK(json_open(&cx, S("{\"c\":1,\"a\":2,\"b\":3}"), &root) == OK);
    JsonMember m = {0};
    for (size_t n = 0; n < 7 && json_next(root, &m); n++)
        names[n] = m.name.p[0];
    CHECK(str_eq(str_of(names), S("cab")));
    arena_free(cx.arena);
}

TEST(json_refuses_what_is_no_json_duplicates_and_depth)
{
    char deep[100] = {0};
    memset(deep, '[', 40);
    memset(deep + 40, ']', 40);
    const Str rows[] = {S(""), S("{"), S("{\"a\":1,\"a\":2}"), S("nul"), S("[1,]"), str_of(deep)};
    for (size_t i = 0; i < COUNT(rows); i++) {
        Cx cx = fresh();
        Json root = {0};
        CHECK(json_open(&cx, rows[i], &root) == E_MALFORMED && !root.at && cx.said[0]);
        arena_free(cx.arena);
    }
}
