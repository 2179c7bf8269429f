#include "db/shape_row.h"

#include "base/shape_compact.h"
#include "db/db.h"

#include <assert.h>
#include <stdlib.h>

enum { JSON_MAX = 1 << 20 }; /* of a list or an object in one column */

static const Field *field_of_column(const Shape *shape, Str column)
{
    for (size_t i = 0; i < shape->n; i++)
        if (str_eq(str_of(shape->fields[i].column), column))
            return &shape->fields[i];
    return NULL;
}

static Place place_of(const Shape *shape, const char *column)
{
    Place place = {0};
    uint32_t *has = place.has;
    for (Str rest = str_of(column); rest.p;) {
        const Field *f = shape ? field_of_column(shape, str_cut(rest, '.', &rest)) : NULL;
        assert(f && "no such column in the shape");
        if (f->has_at) {
            assert(has < place.has + ROW_DEPTH);
            *has++ = place.at + f->has_at;
        }
        place.field = f;
        place.at += f->at;
        shape = f->shape;
    }
    return place;
}

RowMap *row_map(const Shape *shape, sqlite3_stmt *st)
{
    int n = sqlite3_column_count(st);
    RowMap *map = malloc(sizeof *map + (size_t)n * sizeof map->columns[0]);
    if (!map)
        abort();
    map->shape = shape;
    map->n = n;
    for (int c = 0; c < n; c++)
        map->columns[c] = place_of(shape, sqlite3_column_name(st, c));
    return map;
}

static Str text_in(sqlite3_value *v)
{
    const char *p = (const char *)sqlite3_value_text(v); /* before value_bytes */
    return (Str){p, (size_t)sqlite3_value_bytes(v)};
}

static Err read_enum(Cx *cx, const Field *f, Str name, void *to)
{
    int value = enum_of(f->names, name);
    if (!value)
        return fail(cx, E_INTERNAL, "column %s: no such %s", f->column, f->names->name);
    memcpy(to, &value, sizeof value);
    return OK;
}

/* Nearly always as we wrote it: a page of videos spent a third of its time in jansson. */
static Err read_json(Cx *cx, const Field *f, Str json, void *to)
{
    if (shape_read_compact(cx, f, json, to) || shape_read_field(cx, f, json, to) == OK)
        return OK;
    return fail(cx, E_INTERNAL, "column %s: bad JSON", f->column);
}

static Err read_column(Cx *cx, const Field *f, sqlite3_value *v, void *to)
{
    switch ((Kind)f->kind) {
    case F_STR:
    case F_JSON:
        *(Str *)to = arena_str(cx->arena, text_in(v));
        return OK;
    case F_INT:
    case F_TIME:
        *(int64_t *)to = sqlite3_value_int64(v);
        return OK;
    case F_NUM:
        *(double *)to = sqlite3_value_double(v);
        return OK;
    case F_BOOL:
        *(bool *)to = sqlite3_value_int(v) != 0;
        return OK;
    case F_ENUM:
        return read_enum(cx, f, text_in(v), to);
    case F_LIST:
    case F_OBJ:
        return read_json(cx, f, arena_str(cx->arena, text_in(v)), to);
    }
    return OK;
}

/* One look for the value, then sqlite3_value_*, instead of three sqlite3_column_*, each of which
 * looks again: SQLite allows it where one thread has the connection, and so it is with us. */
Err row_read(Cx *cx, const RowMap *map, sqlite3_stmt *st, void *out)
{
    for (int c = 0; c < map->n; c++) {
        const Place *place = &map->columns[c];
        sqlite3_value *v = sqlite3_column_value(st, c);
        if (sqlite3_value_type(v) == SQLITE_NULL) {
            if (!place->has[0]) /* neither it nor what holds it may be missing */
                return fail(cx, E_INTERNAL, "column %s of %s is NULL", place->field->column,
                            map->shape->name);
            continue;
        }
        for (int i = 0; i < ROW_DEPTH && place->has[i]; i++)
            *((bool *)out + place->has[i]) = true;
        TRY(read_column(cx, place->field, v, (char *)out + place->at));
    }
    return OK;
}

static Val val_json(Cx *cx, const Field *f, const void *at)
{
    Buf json CLEANUP(buf_free) = BUF(JSON_MAX);
    shape_write_field(&json, f, at);
    assert(!json.full);
    return val_str(arena_str(cx->arena, (Str){json.p, json.n}));
}

Val val_field(Cx *cx, const Shape *shape, const char *column, const void *from)
{
    Place place = place_of(shape, column);
    const void *at = (const char *)from + place.at;
    for (int i = 0; i < ROW_DEPTH && place.has[i]; i++)
        if (!*((const bool *)from + place.has[i]))
            return val_null();
    int value = 0;
    switch ((Kind)place.field->kind) {
    case F_STR:
    case F_JSON:
        return val_str(*(const Str *)at);
    case F_INT:
    case F_TIME:
        return val_int(*(const int64_t *)at);
    case F_NUM:
        return (Val){.is = VAL_NUM, .d = *(const double *)at};
    case F_BOOL:
        return val_int(*(const bool *)at);
    case F_ENUM:
        memcpy(&value, at, sizeof value);
        return val_str(enum_str(place.field->names, value));
    case F_LIST:
    case F_OBJ:
        return val_json(cx, place.field, at);
    }
    return val_null();
}
