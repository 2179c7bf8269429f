/* Rows as any SELECT may give them, and the struct they become, told as JSON. */
#include "test.h"
#include "world.h"

#include "db/shape_row.h"

#include <stdlib.h>

static const struct {
    const char *name, *select;
    const Shape *shape;
    Err want;
    const char *json;
} rows[] = {
    {"text", "SELECT 'a' AS slug, 'b' AS title", &SHOW, OK, "{\"slug\":\"a\",\"title\":\"b\"}"},
    {"columns in another order", "SELECT 'b' AS title, 'a' AS slug", &SHOW, OK,
     "{\"slug\":\"a\",\"title\":\"b\"}"},
    {"a number where text is meant", "SELECT 7 AS slug, 1.5 AS title", &SHOW, OK,
     "{\"slug\":\"7\",\"title\":\"1.5\"}"},
    {"NULL where the contract has no room", "SELECT NULL AS slug, 'b' AS title", &SHOW, E_INTERNAL,
     NULL},
    {"NULL where it may be missing", "SELECT NULL AS title, 1 AS premium", &VIDEO_PATCH, OK,
     "{\"premium\":true}"},
    {"a list", "SELECT '[\"x\",\"y\"]' AS tags", &VIDEO_PATCH, OK, "{\"tags\":[\"x\",\"y\"]}"},
    {"a list that is no JSON", "SELECT 'x,y' AS tags", &VIDEO_PATCH, E_INTERNAL, NULL},
    {"a list of other things", "SELECT '[1]' AS tags", &VIDEO_PATCH, E_INTERNAL, NULL},
    {"a time", "SELECT 1 AS publish_at", &VIDEO_PATCH, OK,
     "{\"publishAt\":\"1970-01-01T00:00:00.001Z\"}"},
    {"an object's column",
     "SELECT 't' AS title, 'clip' AS kind, 'SU' AS rating, 's' AS \"show.slug\"", &VIDEO_NEW, OK,
     "{\"title\":\"t\",\"description\":\"\",\"kind\":\"clip\",\"rating\":\"SU\",\"premium\":false,"
     "\"tags\":[],\"chapters\":[],\"show\":{\"slug\":\"s\"}}"},
    {"no object", "SELECT 't' AS title, 'clip' AS kind, 'SU' AS rating, NULL AS \"show.slug\"",
     &VIDEO_NEW, OK,
     "{\"title\":\"t\",\"description\":\"\",\"kind\":\"clip\",\"rating\":\"SU\",\"premium\":false,"
     "\"tags\":[],\"chapters\":[]}"},
    {"an enum of another time", "SELECT 'film' AS kind", &VIDEO_NEW, E_INTERNAL, NULL},
};

TEST(a_row_becomes_a_struct_or_says_what_is_wrong)
{
    sqlite3 *lite = NULL;
    CHECK(sqlite3_open(":memory:", &lite) == SQLITE_OK);
    for (size_t i = 0; i < COUNT(rows); i++) {
        test_case = rows[i].name;
        Cx cx = {.arena = arena_new()};
        sqlite3_stmt *st = NULL;
        CHECK(sqlite3_prepare_v2(lite, rows[i].select, -1, &st, NULL) == SQLITE_OK &&
              sqlite3_step(st) == SQLITE_ROW);
        RowMap *map = row_map(rows[i].shape, st);
        void *out = arena_take(cx.arena, rows[i].shape->size);
        CHECK(row_read(&cx, map, st, out) == rows[i].want);
        Buf json CLEANUP(buf_free) = BUF(4096);
        if (rows[i].json)
            shape_write(&json, rows[i].shape, out);
        CHECK(!rows[i].json || str_eq((Str){json.p, json.n}, str_of(rows[i].json)));
        free(map);
        sqlite3_finalize(st);
        arena_free(cx.arena);
    }
    sqlite3_close(lite);
}
