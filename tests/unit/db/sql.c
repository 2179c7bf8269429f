#include "sql.h"

#define NAME(name, text) [SQL_##name] = #name,
#define TEXT(name, text) [SQL_##name] = text,

const char *const sql_name[SQL_COUNT] = {TEST_STATEMENTS(NAME)};
const char *const sql_text[SQL_COUNT] = {TEST_STATEMENTS(TEXT)};

const Migration MIGRATIONS[MIGRATION_COUNT] = {
    {1, "rows",
     "CREATE TABLE note(id INTEGER PRIMARY KEY, body TEXT NOT NULL UNIQUE CHECK (body <> 'bad'));\n"
     "CREATE TABLE child(n INTEGER PRIMARY KEY, note INTEGER NOT NULL REFERENCES note(id));\n"
     "CREATE TABLE thing(name TEXT PRIMARY KEY, rank INTEGER, weight REAL, open INTEGER NOT NULL,\n"
     "  kind TEXT NOT NULL, at INTEGER, tags TEXT NOT NULL, size_w INTEGER, size_h INTEGER);\n"},
    {2, "load",
     "CREATE TABLE item(id INTEGER PRIMARY KEY, owner INTEGER NOT NULL, body TEXT NOT NULL);\n"
     "CREATE INDEX item_owner ON item(owner, id);\n"
     "CREATE TABLE outbox(n INTEGER PRIMARY KEY, item INTEGER NOT NULL, kind TEXT NOT NULL);\n"
     "CREATE TABLE counter(id INTEGER PRIMARY KEY, used INTEGER NOT NULL, most INTEGER NOT NULL);\n"
     "CREATE VIRTUAL TABLE item_text USING fts5(body);\n"},
};
