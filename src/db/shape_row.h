/* shape_row.h - one row of a SQLite statement into a struct; inside db/ only.
 *
 * A column finds its field by name, "a.b" the field b of the object a. Where each column goes is
 * worked out once per statement and shape. A map belongs to the Stmt that it was made for.
 */
#ifndef HUB_SHAPE_ROW_H
#define HUB_SHAPE_ROW_H

#include "base/shape.h"

#include <sqlite3.h>

enum { ROW_DEPTH = 3 };

/* Where a column's value lives in the outermost struct. */
typedef struct Place {
    const Field *field;
    uint32_t at;
    uint32_t has[ROW_DEPTH]; /* flags that a value sets, outermost first; 0 ends */
} Place;

typedef struct RowMap {
    const Shape *shape;
    int n;
    Place columns[];
} RowMap;

/* A column the shape lacks is a bug. Freed by free(). */
RowMap *row_map(const Shape *shape, sqlite3_stmt *st);

/* E_INTERNAL: NULL where the contract has no room for it, or a value outside its enum. */
Err row_read(Cx *cx, const RowMap *map, sqlite3_stmt *st, void *out);

#endif
