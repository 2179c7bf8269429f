/* shape.h - what a contract struct is made of, for JSON, query strings, SQL rows and GraphQL.
 *
 * Shapes are written by tools/contract.py from api/ and are immutable. A member that may be
 * missing has a flag `has.x`, true exactly when the value may be read. A zeroed struct is
 * therefore valid: nothing optional is there. Where absent and null mean different things
 * (optional and nullable, as in a PATCH) `null.x` says that null was given.
 */
#ifndef HUB_SHAPE_H
#define HUB_SHAPE_H

#include "base/buf.h"
#include "base/cx.h"

typedef enum Kind {
    F_STR,  /* Str */
    F_JSON, /* Str: a free-form object, as compact JSON */
    F_TIME, /* int64_t, Unix ms; RFC 3339 on the wire, integer in SQL */
    F_ENUM, /* a C enum from 1; its name on the wire and in SQL */
    F_INT,  /* int64_t, within +-(2^53 - 1) so that JavaScript holds it too */
    F_NUM,  /* double */
    F_BOOL, /* bool */
    F_LIST, /* List of `item`; a JSON text in SQL */
    F_OBJ,  /* the struct of `shape`, in place; "a.b" columns in SQL */
} Kind;

typedef enum Where { IN_PATH = 1, IN_QUERY, IN_HEADER, IN_BODY } Where; /* of operation inputs */
typedef enum Format { AS_IS, AS_URI } Format;

/* Every generated `XList {X *p; size_t n;}` has this layout; copied by memcpy, never aliased. */
typedef struct List {
    void *p;
    size_t n;
} List;

/* A pattern is a sequence of atoms whose greedy match is exact: the generator refuses any other. */
typedef struct Atom {
    uint32_t set[4]; /* ASCII characters */
    uint32_t min, max;
} Atom;

typedef struct Pattern {
    const char *text;
    const Atom *atoms;
    size_t n;
} Pattern;

typedef struct Enum {
    const char *name;
    const Str *values; /* values[1..n] as on the wire */
    const Str *quoted; /* the same as JSON strings */
    size_t n;
} Enum;

typedef struct Field Field;
typedef struct Link Link;

typedef struct Shape {
    const char *name;
    size_t size, n;
    const Field *fields; /* 64 at most */
    bool closed;         /* additionalProperties: false */
    const Link *links;   /* for GraphQL: how to get from this to others */
    size_t n_links;
} Shape;

enum { KEY_MAX = 64 };

struct Field {
    const char *key; /* ,"createdAt": padded with NUL to a multiple of 16 bytes, KEY_MAX at most */
    uint8_t json_n, key_n, kind, where, format;
    bool required, nullable, has_default;
    uint32_t at, size;
    uint32_t has_at, null_at; /* 0: no such flag (`has` is never the first member) */
    const Enum *names;
    const Shape *shape;
    const Field *item;  /* what the writer needs ends here, with the first cache line */
    const char *json;   /* createdAt */
    const char *column; /* created_at */
    int64_t min, max;   /* of the number, the characters, the items */
    const Pattern *pattern;
    int64_t def; /* default of a number, bool, time or enum */
    Str def_str;
};

/* `name` of this shape is what operation `to` answers when its input `input` is our `from`. */
struct Link {
    const char *name;
    unsigned to; /* index in the route table */
    uint32_t from_at, input_at;
};

Str enum_str(const Enum *e, int value); /* a value outside the enum is a bug */
int enum_of(const Enum *e, Str name);   /* 0 when there is no such name */

/* JSON text into the struct. E_MALFORMED: not JSON (one line, no duplicate names, no NUL,
 * 32 deep at most). E_INVALID: all violations are in cx->faults. Strings live in cx->arena. */
Err shape_read(Cx *cx, const Shape *shape, Str json, void *out);

/* The same for one field, for JSON kept in a column. */
Err shape_read_field(Cx *cx, const Field *f, Str json, void *at);

/* The struct as one JSON object, members in the contract's order. */
void shape_write(Buf *b, const Shape *shape, const void *from);
void shape_write_field(Buf *b, const Field *f, const void *at);

#endif
