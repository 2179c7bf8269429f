/* sql.h - the statements of the store's own tests, in the form that tools/sqlgen.py writes.
 *
 * A small schema of its own: rows of every kind of column, and items with an event and a counter
 * each for the load. So the store is tested without the product's tables.
 */
#ifndef HUB_SQL_H
#define HUB_SQL_H

#include <stddef.h>

#define TEST_STATEMENTS(X)                                                                         \
    X(NOTE_ADD, "INSERT INTO note(id, body) VALUES ($1, $2)")                                      \
    X(NOTE_ADD_GET, "INSERT INTO note(id, body) VALUES ($1, $2) RETURNING id")                     \
    X(NOTE_CHILD, "INSERT INTO child(note) VALUES ($1) RETURNING n")                               \
    X(NOTE_BODY, "SELECT body FROM note WHERE id = $1")                                            \
    X(NOTE_COUNT, "SELECT count(*) FROM note")                                                     \
    X(NOTE_SAY, "UPDATE note SET body = $1")                                                       \
    X(NOTE_END_ALL, "INSERT OR ROLLBACK INTO note(id, body) VALUES ($1, $2)")                      \
    X(NOTE_JSON, "SELECT json_extract($1, '$.a')")                                                 \
    X(NOTE_TEXT, "SELECT typeof($1) || ':' || quote($1)")                                          \
    X(THING_ADD, "INSERT INTO thing(name, rank, weight, open, kind, at, tags, size_w, size_h)"     \
                 " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)")                                   \
    X(THING_GET, "SELECT name, rank, weight, open, kind, at, tags, size_w AS \"size.w\","          \
                 " size_h AS \"size.h\" FROM thing WHERE name = $1")                               \
    X(THING_LIST, "SELECT name, kind FROM thing WHERE name >= $1 ORDER BY name")                   \
    X(ITEM_ADD, "INSERT INTO item(id, owner, body) VALUES ($1, $2, $3)")                           \
    X(ITEM_AT, "SELECT count(*) FROM item WHERE id = $1")                                          \
    X(ITEM_DROP, "DELETE FROM item WHERE id > 0 AND id <= $1")                                     \
    X(OUTBOX_ADD, "INSERT INTO outbox(item, kind) VALUES ($1, $2)")                                \
    X(COUNTER_ADD, "INSERT INTO counter(id, used, most) VALUES ($1, 0, $2)"                        \
                   " ON CONFLICT (id) DO NOTHING")                                                 \
    X(COUNTER_TAKE, "UPDATE counter SET used = used + 1 WHERE id = $1 AND used + 1 <= most")       \
    X(COUNTER_USED, "SELECT used FROM counter WHERE id = $1")                                      \
    X(TOTALS_OFF, "SELECT abs((SELECT count(*) FROM item) - $1)"                                   \
                  " + abs((SELECT count(*) FROM outbox) - $1)"                                     \
                  " + abs((SELECT sum(used) FROM counter) - $1)"                                   \
                  " + (SELECT count(*) FROM counter WHERE used > most)"                            \
                  " + (SELECT count(*) FROM outbox o LEFT JOIN item i ON i.id = o.item"            \
                  " WHERE i.id IS NULL)")

#define TEST_STATEMENT_ENUM(name, text) SQL_##name,
typedef enum Sql { TEST_STATEMENTS(TEST_STATEMENT_ENUM) SQL_COUNT } Sql;
extern const char *const sql_name[SQL_COUNT];
extern const char *const sql_text[SQL_COUNT];

typedef struct Migration {
    int number;
    const char *name, *text;
} Migration;
enum { MIGRATION_COUNT = 2 };
extern const Migration MIGRATIONS[MIGRATION_COUNT];

#endif
