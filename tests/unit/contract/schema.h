/* schema.h - the toy's tables, in place of sql/NNNN_name.sql. */
#ifndef HUB_SCHEMA_H
#define HUB_SCHEMA_H

static const char toy_schema[] =
    "PRAGMA foreign_keys = ON;"
    "CREATE TABLE show (slug TEXT PRIMARY KEY, title TEXT NOT NULL);"
    "CREATE TABLE video (id TEXT PRIMARY KEY, slug TEXT NOT NULL UNIQUE, title TEXT NOT NULL, "
    "description TEXT NOT NULL,"
    "  kind TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'draft', rating TEXT NOT NULL, premium "
    "INTEGER NOT NULL,"
    "  views INTEGER NOT NULL DEFAULT 0, score REAL NOT NULL DEFAULT 0, tags TEXT NOT NULL DEFAULT "
    "'[]',"
    "  chapters TEXT NOT NULL DEFAULT '[]', show TEXT REFERENCES show, poster_url TEXT, extra "
    "TEXT, publish_at INTEGER,"
    "  created_at INTEGER NOT NULL, version INTEGER NOT NULL DEFAULT 1, owner TEXT NOT NULL);"
    "CREATE TABLE comment (id TEXT PRIMARY KEY, video TEXT NOT NULL REFERENCES video, author TEXT "
    "NOT NULL,"
    "  text TEXT NOT NULL, at_ms INTEGER, created_at INTEGER NOT NULL);"
    "CREATE VIEW video_full AS SELECT v.id, v.slug, v.title, v.description, v.kind, v.state, "
    "v.rating, v.premium, v.views,"
    "  v.score, v.tags, v.chapters, s.slug AS show_slug, s.title AS show_title, v.poster_url, "
    "v.extra, v.publish_at,"
    "  v.created_at, v.version, v.owner FROM video v LEFT JOIN show s ON s.slug = v.show;"
    "INSERT INTO show VALUES ('pilot', 'The Pilot Show');"
    "INSERT INTO video (id, slug, title, description, kind, state, rating, premium, show, "
    "created_at, owner) VALUES"
    "  ('aaaa', 'seen', 'Seen by all', 'x', 'episode', 'public', '13', 0, 'pilot', 1000, 'ann'),"
    "  ('bbbb', 'ready', 'Ready', 'x', 'clip', 'ready', 'SU', 1, NULL, 2000, 'ann'),"
    "  ('cccc', 'draft', 'Draft', 'x', 'music', 'draft', '21', 0, NULL, 3000, 'ann');";

#endif
