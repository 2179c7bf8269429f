#include "store.h"

#include "test.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <unistd.h>

static void begin(const Store *s, Cx *cx)
{
    DbConf conf = {.path = s->path, .batch_units = 256, .batch_us = 5000, .wal_pages = 2000};
    CHECK(db_open(cx, &conf, &cx->app->db) == OK);
    cx->conn = conn_open(cx->app->db);
}

static void end(Cx *cx)
{
    CHECK(db_settle(cx) == OK);
    conn_close(cx->conn);
    db_close(cx->app->db);
}

void store_open(Store *s, Cx *cx, const char *name)
{
    const char *place = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    int applied = 0;
    snprintf(s->folder, sizeof s->folder, "%s/hub-%.16s-XXXXXX", place, name);
    CHECK(mkdtemp(s->folder));
    snprintf(s->path, sizeof s->path, "%s/hub.db", s->folder);
    begin(s, cx);
    CHECK(db_migrate(cx, &applied) == OK && applied > 0);
}

void store_again(const Store *s, Cx *cx)
{
    end(cx);
    begin(s, cx);
}

void store_close(const Store *s, Cx *cx)
{
    static const char *const files[] = {"hub.db", "hub.db-wal", "hub.db-shm", "hub.db-turn"};
    end(cx);
    for (size_t i = 0; i < COUNT(files); i++) {
        char path[80];
        snprintf(path, sizeof path, "%s/%s", s->folder, files[i]);
        (void)remove(path);
    }
    (void)remove(s->folder);
}

void store_put(const Store *s, Cx *cx, const char *sql)
{
    sqlite3 *lite = NULL;
    char *said = NULL;
    CHECK(db_settle(cx) == OK && sqlite3_open(s->path, &lite) == SQLITE_OK);
    sqlite3_busy_timeout(lite, 5000);
    CHECK(sqlite3_exec(lite, sql, NULL, NULL, &said) == SQLITE_OK);
    if (said)
        printf("    %s\n", said);
    sqlite3_free(said);
    sqlite3_close(lite);
}
