/* The toy's ids, and db.h over one SQLite connection in memory. */
#include "toy.h"

#include "db/shape_row.h"
#include "schema.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct Stmt {
    sqlite3_stmt *lite;
    RowMap *map;
} Stmt;

struct Conn {
    sqlite3 *lite;
    Stmt stmts[SQL_COUNT];
};

static Err lite_fail(Cx *cx, const char *doing)
{
    int rc = sqlite3_extended_errcode(cx->conn->lite) & 0xff;
    Err e = rc == SQLITE_CONSTRAINT ? E_CONFLICT : rc == SQLITE_BUSY ? E_UNAVAILABLE : E_INTERNAL;
    return fail(cx, e, "%s: %s", doing, sqlite3_errmsg(cx->conn->lite));
}

Conn *toy_open(void)
{
    Conn *db = calloc(1, sizeof *db);
    if (!db || sqlite3_open(":memory:", &db->lite) != SQLITE_OK)
        abort();
    if (sqlite3_exec(db->lite, toy_schema, NULL, NULL, NULL) != SQLITE_OK) {
        fprintf(stderr, "%s\n", sqlite3_errmsg(db->lite));
        abort();
    }
    return db;
}

void toy_close(Conn *db)
{
    if (!db)
        return;
    for (size_t i = 0; i < SQL_COUNT; i++)
        free(db->stmts[i].map), sqlite3_finalize(db->stmts[i].lite);
    sqlite3_close(db->lite);
    free(db);
}

/* Gives the statement back: no row locked, no argument borrowed. */
static void stmt_done(sqlite3_stmt **st)
{
    sqlite3_reset(*st);
    sqlite3_clear_bindings(*st);
}

static int bind(sqlite3_stmt *st, int i, const Val *v)
{
    switch (v->is) {
    case VAL_NULL:
        return sqlite3_bind_null(st, i);
    case VAL_STR:
        return sqlite3_bind_text64(st, i, v->s.p ? v->s.p : "", v->s.n, SQLITE_STATIC, SQLITE_UTF8);
    case VAL_INT:
        return sqlite3_bind_int64(st, i, v->i);
    case VAL_NUM:
        return sqlite3_bind_double(st, i, v->d);
    }
    return SQLITE_MISUSE;
}

/* Prepares cx->conn->stmts[id] once, and binds. */
static Err stmt_ready(Cx *cx, Sql id, const Val *args, size_t n)
{
    Stmt *s = &cx->conn->stmts[id];
    if (!s->lite && sqlite3_prepare_v3(cx->conn->lite, sql_text[id], -1, SQLITE_PREPARE_PERSISTENT,
                                       &s->lite, NULL))
        return lite_fail(cx, sql_name[id]);
    assert((size_t)sqlite3_bind_parameter_count(s->lite) == n);
    for (int i = 1; i <= (int)n; i++)
        if (bind(s->lite, i, &args[i - 1]) != SQLITE_OK)
            return lite_fail(cx, sql_name[id]);
    return OK;
}

Err db_run(Cx *cx, Sql id, const Val *args, size_t n, int64_t *changed)
{
    Stmt *s = &cx->conn->stmts[id];
    TRY(stmt_ready(cx, id, args, n));
    sqlite3_stmt *st CLEANUP(stmt_done) = s->lite;
    if (sqlite3_step(st) != SQLITE_DONE)
        return lite_fail(cx, sql_name[id]);
    if (changed)
        *changed = sqlite3_changes64(cx->conn->lite);
    return OK;
}

Err db_list(Cx *cx, Sql id, const Val *args, size_t n, const Shape *shape, void *out)
{
    Stmt *s = &cx->conn->stmts[id];
    TRY(stmt_ready(cx, id, args, n));
    sqlite3_stmt *st CLEANUP(stmt_done) = s->lite;
    if (s->map && s->map->shape != shape) {
        free(s->map);
        s->map = NULL;
    }
    if (!s->map)
        s->map = row_map(shape, st);

    List list = {0};
    int rc = 0;
    for (size_t room = 0; (rc = sqlite3_step(st)) == SQLITE_ROW; list.n++) {
        if (list.n == room) {
            void *more = arena_take(cx->arena, (room = room ? room * 2 : 8) * shape->size);
            if (list.n)
                memcpy(more, list.p, list.n * shape->size);
            list.p = more;
        }
        TRY(row_read(cx, s->map, st, (char *)list.p + list.n * shape->size));
    }
    if (rc != SQLITE_DONE)
        return lite_fail(cx, sql_name[id]);
    memcpy(out, &list, sizeof list);
    return OK;
}

Err db_one(Cx *cx, Sql id, const Val *args, size_t n, const Shape *shape, void *out)
{
    List list = {0};
    TRY(db_list(cx, id, args, n, shape, &list));
    if (!list.n)
        return fail(cx, E_NOT_FOUND, "no such %s", shape->name);
    assert(list.n == 1);
    memcpy(out, list.p, shape->size);
    return OK;
}

Str new_id(Cx *cx)
{
    static int64_t last;
    char id[13];
    last = cx->now > last ? cx->now : last + 1;
    for (int i = 0; i < 13; i++)
        id[i] = "234567abcdefghijklmnopqrstuvwxyz"[last >> (60 - 5 * i) & 31];
    return arena_str(cx->arena, (Str){id, 13});
}
