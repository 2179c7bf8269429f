/* statement.c - the program's statements: prepared at first use, bound, stepped, read.
 *
 * In a unit they run on the writer, else on the thread's own connection, which cannot write.
 */
#include "db/store.h"

#include <assert.h>
#include <stdlib.h>

/* Gives the statement back: no row locked, no argument borrowed. */
static void give_back(Stmt **s)
{
    if (!*s || !(*s)->lite)
        return;
    sqlite3_reset((*s)->lite);
    sqlite3_clear_bindings((*s)->lite);
}

/* After these the neighbours' pages are as doubtful as ours: the batch as a whole is lost. */
static bool spoils_the_batch(int rc)
{
    int kind = rc & 0xff;
    return kind == SQLITE_FULL || kind == SQLITE_IOERR || kind == SQLITE_NOMEM;
}

/* The sentence names the statement and what it broke, never a value. */
static Err refuse(Cx *cx, const Conn *conn, Sql id, int rc)
{
    Err e = judge(conn, rc);
    if (conn->writes && (spoils_the_batch(rc) || !in_transaction(conn)))
        batch_doom(conn->db, e);
    if (e == E_FULL)
        return lost_words(cx, e);
    return fail(cx, e, "%s: %s", sql_name[id],
                e == E_CONFLICT ? sqlite3_errmsg(conn->lite) : sqlite3_errstr(rc));
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

static Err prepare(Cx *cx, Conn *conn, Sql id)
{
    int rc = sqlite3_prepare_v3(conn->lite, sql_text[id], -1, SQLITE_PREPARE_PERSISTENT,
                                &conn->stmts[id].lite, NULL);
    if (!rc)
        return OK;
    return (rc & 0xff) == SQLITE_ERROR /* about the text itself, which holds no value */
               ? fail(cx, E_INTERNAL, "%s: %s", sql_name[id], sqlite3_errmsg(conn->lite))
               : refuse(cx, conn, id, rc);
}

/* The statement with its arguments, before its first step. */
static Err ready(Cx *cx, Sql id, const Val *args, size_t n, Stmt **out)
{
    assert(cx->tx || !cx->wrote); /* would miss its own unit: read inside it, or db_settle */
    Conn *conn = cx->tx ? cx->conn->db->writer : cx->conn;
    Stmt *s = *out = &conn->stmts[id];
    if (conn->writes && conn->db->doomed)
        return lost_words(cx, conn->db->doomed);
    if (!s->lite)
        TRY(prepare(cx, conn, id));
    assert(cx->tx || sqlite3_stmt_readonly(s->lite)); /* a write needs a unit */
    assert((size_t)sqlite3_bind_parameter_count(s->lite) == n);
    for (int i = 1; i <= (int)n; i++) {
        int rc = bind(s->lite, i, &args[i - 1]);
        if (rc)
            return refuse(cx, conn, id, rc);
    }
    return OK;
}

/* *row tells whether there is one. */
static Err step(Cx *cx, Sql id, Stmt *s, bool *row)
{
    int rc = sqlite3_step(s->lite);
    *row = rc == SQLITE_ROW;
    if (*row || rc == SQLITE_DONE)
        return OK;
    return refuse(cx, cx->tx ? cx->conn->db->writer : cx->conn, id, rc);
}

/* Steps over what is left: a write is checked (foreign keys) only when it ends. */
static Err run_out(Cx *cx, Sql id, Stmt *s)
{
    for (bool row = !sqlite3_stmt_readonly(s->lite); row;)
        TRY(step(cx, id, s, &row));
    return OK;
}

static const RowMap *map_of(Stmt *s, const Shape *shape)
{
    if (s->map && s->map->shape == shape)
        return s->map;
    free(s->map);
    s->map = row_map(shape, s->lite);
    return s->map;
}

Err db_run(Cx *cx, Sql id, const Val *args, size_t n, int64_t *changed)
{
    Stmt *s CLEANUP(give_back) = NULL;
    TRY(ready(cx, id, args, n, &s));
    for (bool row = true; row;)
        TRY(step(cx, id, s, &row));
    if (changed)
        *changed = sqlite3_changes64(sqlite3_db_handle(s->lite));
    return OK;
}

Err db_one(Cx *cx, Sql id, const Val *args, size_t n, const Shape *shape, void *out)
{
    Stmt *s CLEANUP(give_back) = NULL;
    bool row = false;
    TRY(ready(cx, id, args, n, &s));
    TRY(step(cx, id, s, &row));
    if (!row)
        return fail(cx, E_NOT_FOUND, "no such %s", shape->name);
    void *fresh = arena_take(cx->arena, shape->size);
    TRY(row_read(cx, map_of(s, shape), s->lite, fresh));
    TRY(step(cx, id, s, &row));
    assert(!row); /* exactly one */
    memcpy(out, fresh, shape->size);
    return OK;
}

/* Room for one more item, zeroed. */
static void *list_next(Cx *cx, List *list, size_t *room, size_t size)
{
    if (list->n == *room) {
        void *more = arena_take(cx->arena, (*room = *room ? *room * 4 : 8) * size);
        if (list->n)
            memcpy(more, list->p, list->n * size);
        list->p = more;
    }
    return (char *)list->p + list->n++ * size;
}

Err db_list(Cx *cx, Sql id, const Val *args, size_t n, const Shape *shape, void *out)
{
    Stmt *s CLEANUP(give_back) = NULL;
    TRY(ready(cx, id, args, n, &s));
    List list = {0};
    size_t room = 0;
    for (bool row = true;;) {
        TRY(step(cx, id, s, &row));
        if (!row)
            break;
        TRY(row_read(cx, map_of(s, shape), s->lite, list_next(cx, &list, &room, shape->size)));
    }
    memcpy(out, &list, sizeof list);
    return OK;
}

Err db_int(Cx *cx, Sql id, const Val *args, size_t n, int64_t *out)
{
    Stmt *s CLEANUP(give_back) = NULL;
    bool row = false;
    TRY(ready(cx, id, args, n, &s));
    TRY(step(cx, id, s, &row));
    if (!row)
        return fail(cx, E_NOT_FOUND, "there is no such thing");
    int64_t value = sqlite3_column_int64(s->lite, 0);
    TRY(run_out(cx, id, s));
    *out = value;
    return OK;
}

Err db_text(Cx *cx, Sql id, const Val *args, size_t n, Str *out)
{
    Stmt *s CLEANUP(give_back) = NULL;
    bool row = false;
    TRY(ready(cx, id, args, n, &s));
    TRY(step(cx, id, s, &row));
    if (!row)
        return fail(cx, E_NOT_FOUND, "there is no such thing");
    const char *p = (const char *)sqlite3_column_text(s->lite, 0);
    Str value =
        p ? arena_str(cx->arena, (Str){p, (size_t)sqlite3_column_bytes(s->lite, 0)}) : (Str){0};
    TRY(run_out(cx, id, s));
    *out = value;
    return OK;
}

Err db_prepare_all(Cx *cx)
{
    for (size_t i = 0; i < SQL_COUNT; i++) {
        sqlite3_stmt *st = NULL;
        const char *rest = NULL;
        int rc = sqlite3_prepare_v3(cx->conn->lite, sql_text[i], -1, 0, &st, &rest);
        bool more = !rc && rest[strspn(rest, " \t\r\n;")];
        bool none = !rc && !st;
        sqlite3_finalize(st);
        if (rc)
            return fail(cx, E_INTERNAL, "%s: %s", sql_name[i], sqlite3_errmsg(cx->conn->lite));
        if (more || none)
            return fail(cx, E_INTERNAL, "%s: must be one statement", sql_name[i]);
    }
    return OK;
}

/* The first column of the first row that is not `fine`, into cx->said. */
static Err finding(Cx *cx, const char *pragma, const char *what, const char *fine)
{
    sqlite3_stmt *st = NULL;
    int rc = sqlite3_prepare_v2(cx->conn->lite, pragma, -1, &st, NULL);
    if (!rc)
        rc = sqlite3_step(st);
    const char *found = rc == SQLITE_ROW ? (const char *)sqlite3_column_text(st, 0) : NULL;
    Err e = OK;
    if (found && strcmp(found, fine) != 0)
        e = fail(cx, E_INTERNAL, "%s %s", what, found);
    else if (rc != SQLITE_ROW && rc != SQLITE_DONE)
        e = fail(cx, E_INTERNAL, "%s: %s", pragma, sqlite3_errstr(rc));
    sqlite3_finalize(st);
    return e;
}

Err db_check(Cx *cx)
{
    TRY(finding(cx, "PRAGMA integrity_check(1)", "the database is damaged:", "ok"));
    return finding(cx, "PRAGMA foreign_key_check", "a reference to a missing row is in table", "");
}
