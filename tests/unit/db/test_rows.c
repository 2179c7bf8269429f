/* Values into columns and back, and what statements say when it does not work. */
#include "room.h"
#include "test.h"
#include "thing.h"

#include <math.h>

static Err put(Cx *cx, const Thing *t)
{
    static const char *const columns[] = {"name", "rank", "weight", "open",  "kind",
                                          "at",   "tags", "size.w", "size.h"};
    Val args[COUNT(columns)];
    for (size_t i = 0; i < COUNT(columns); i++)
        args[i] = val_field(cx, &THING, columns[i], t);
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(db_run(cx, SQL_THING_ADD, args, COUNT(args), NULL));
    TRY(tx_commit(&tx));
    return db_settle(cx);
}

static bool same(const Thing *a, const Thing *b)
{
    bool tags = a->tags.n == b->tags.n;
    for (size_t i = 0; tags && i < a->tags.n; i++)
        tags = str_eq(a->tags.p[i], b->tags.p[i]);
    return tags && str_eq(a->name, b->name) && a->rank == b->rank &&
           fabs(a->weight - b->weight) < 1e-12 && a->open == b->open && a->kind == b->kind &&
           a->at == b->at && a->size.w == b->size.w && a->size.h == b->size.h &&
           memcmp(&a->has, &b->has, sizeof a->has) == 0;
}

TEST(every_kind_of_field_comes_back_as_it_was)
{
    Room room CLEANUP(room_close) = room_open();
    Str tags[] = {S("a"), S("quote \" and \xC3\xA9"), {0}};
    const Thing things[] = {
        {.name = S("all"),
         .rank = -7,
         .weight = 1.25,
         .open = true,
         .kind = THING_FILM,
         .at = 1700000000123,
         .tags = {tags, 3},
         .size = {640, 360},
         .has = {true, true, true, true}},
        {.name = S("least"), .kind = THING_CLIP},
        {.name = S("zero is there"), .kind = THING_CLIP, .has = {.rank = true, .at = true}},
        {.kind = THING_CLIP}, /* a name of no bytes, p == NULL: '' and not NULL */
    };
    for (size_t i = 0; i < COUNT(things); i++) {
        Thing got = {0};
        CHECK(put(&room.cx, &things[i]) == OK);
        CHECK(db_one(&room.cx, SQL_THING_GET, ARGS(V(things[i].name)), &THING, &got) == OK);
        CHECK(same(&got, &things[i]));
    }
}

TEST(an_empty_text_is_not_null_and_null_is)
{
    Room room CLEANUP(room_close) = room_open();
    Str got = {0};
    CHECK(db_text(&room.cx, SQL_NOTE_TEXT, ARGS(V((Str){0})), &got) == OK);
    CHECK(str_eq(got, S("text:''")));
    CHECK(db_text(&room.cx, SQL_NOTE_TEXT, ARGS(val_opt((Str){0})), &got) == OK);
    CHECK(str_eq(got, S("null:NULL")));
    CHECK(db_text(&room.cx, SQL_NOTE_TEXT, ARGS(((Val){.is = VAL_NUM, .d = .5})), &got) == OK);
    CHECK(str_eq(got, S("real:0.5")));
}

static const struct {
    const char *name, *kind, *tags;
    bool open_is_null;
    Err want;
} odd_rows[] = {
    {"all is well", "clip", "[]", false, OK},
    {"an enum of another time", "song", "[]", false, E_INTERNAL},
    {"a list that is no JSON", "clip", "a,b", false, E_INTERNAL},
    {"a list of other things", "clip", "[1]", false, E_INTERNAL},
    {"an empty text for a list", "clip", "", false, E_INTERNAL},
    {"NULL where the table has no room", "clip", "[]", true, E_CONFLICT},
};

TEST(a_row_that_breaks_its_shape_is_told_and_nothing_is_handed_out)
{
    Room room CLEANUP(room_close) = room_open();
    for (size_t i = 0; i < COUNT(odd_rows); i++) {
        test_case = odd_rows[i].name;
        Tx tx CLEANUP(tx_end) = {0};
        Str name = str_of(odd_rows[i].name);
        Thing got = {.rank = 99};
        CHECK(tx_begin(&room.cx, &tx) == OK);
        Val open = odd_rows[i].open_is_null ? val_null() : V(1);
        Err e = db_run(&room.cx, SQL_THING_ADD,
                       ARGS(V(name), val_null(), val_null(), open, V(str_of(odd_rows[i].kind)),
                            val_null(), V(str_of(odd_rows[i].tags)), val_null(), val_null()),
                       NULL);
        if (!e)
            e = db_one(&room.cx, SQL_THING_GET, ARGS(V(name)), &THING, &got);
        CHECK(e == odd_rows[i].want);
        CHECK(!e || got.rank == 99);
    }
}

TEST(lists_grow_and_an_empty_one_is_zero)
{
    Room room CLEANUP(room_close) = room_open();
    enum { N = 100 };
    for (int64_t i = 0; i < N; i++) {
        Thing t = {.name = arena_fmt(room.cx.arena, "%03d", (int)i),
                   .kind = i % 2 ? THING_FILM : THING_CLIP};
        CHECK(put(&room.cx, &t) == OK);
    }
    ThingList list = {0};
    CHECK(db_list(&room.cx, SQL_THING_LIST, ARGS(V(S(""))), &THING, &list) == OK && list.n == N);
    for (size_t i = 0; i < list.n; i++) {
        CHECK(str_eq(list.p[i].name, arena_fmt(room.cx.arena, "%03d", (int)i)));
        CHECK(list.p[i].kind == (i % 2 ? THING_FILM : THING_CLIP));
    }
    CHECK(db_list(&room.cx, SQL_THING_LIST, ARGS(V(S("x"))), &THING, &list) == OK);
    CHECK(list.n == 0 && !list.p);
}

TEST(what_is_not_there_is_not_found_and_null_reads_as_zero)
{
    Room room CLEANUP(room_close) = room_open();
    Thing got = {.rank = 99};
    int64_t number = 99;
    Str text = S("as it was");
    CHECK(db_one(&room.cx, SQL_THING_GET, ARGS(V(S("no"))), &THING, &got) == E_NOT_FOUND);
    CHECK(got.rank == 99 && !strcmp(room.cx.said, "no such thing"));
    CHECK(db_text(&room.cx, SQL_NOTE_BODY, ARGS(V(1)), &text) == E_NOT_FOUND);
    CHECK(db_int(&room.cx, SQL_NOTE_BODY, ARGS(V(1)), &number) == E_NOT_FOUND);
    CHECK(str_eq(text, S("as it was")) && number == 99);
    CHECK(db_int(&room.cx, SQL_NOTE_JSON, ARGS(V(S("{}"))), &number) == OK && number == 0);
    CHECK(db_text(&room.cx, SQL_NOTE_JSON, ARGS(V(S("{}"))), &text) == OK && !text.p && !text.n);
}

TEST(an_error_names_the_statement_and_never_a_value)
{
    Room room CLEANUP(room_close) = room_open();
    Cx *cx = &room.cx;
    const Str secret = S("secret-value");
    Tx tx CLEANUP(tx_end) = {0};
    int64_t n = 0;
    CHECK(tx_begin(cx, &tx) == OK);
    CHECK(db_run(cx, SQL_NOTE_ADD, ARGS(V(1), V(secret)), &n) == OK && n == 1);
    CHECK(db_run(cx, SQL_NOTE_ADD, ARGS(V(2), V(secret)), NULL) == E_CONFLICT);
    CHECK(!strcmp(cx->said, "NOTE_ADD: UNIQUE constraint failed: note.body"));
    CHECK(db_run(cx, SQL_NOTE_ADD, ARGS(V(2), V(S("bad"))), NULL) == E_CONFLICT);
    CHECK(db_run(cx, SQL_NOTE_ADD, ARGS(V(2), val_null()), NULL) == E_CONFLICT);
    CHECK(strstr(cx->said, "NOTE_ADD: NOT NULL"));
    CHECK(db_int(cx, SQL_NOTE_CHILD, ARGS(V(77)), &n) ==
          E_CONFLICT); /* RETURNING, then the check */
    CHECK(strstr(cx->said, "NOTE_CHILD: FOREIGN KEY"));
    CHECK(db_int(cx, SQL_NOTE_JSON, ARGS(V(secret)), &n) == E_INTERNAL);
    CHECK(strstr(cx->said, "NOTE_JSON") && !strstr(cx->said, "secret"));
    CHECK(db_int(cx, SQL_NOTE_ADD_GET, ARGS(V(5), V(S("five"))), &n) == OK && n == 5);
    CHECK(tx_commit(&tx) == OK && db_settle(cx) == OK);
    CHECK(room_notes(cx) == 2);
}
