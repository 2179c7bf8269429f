/* copy.c - the database as it is at one moment, in a file of its own, while others write. */
#include "db/store.h"

#include <fcntl.h>
#include <unistd.h>

/* Pages of a step: some megabytes, so that whoever waits hears of it. */
enum { STEP_PAGES = 1024 };

typedef struct Copy {
    Cx *cx;
    Conn *from;
    sqlite3 *to;
    sqlite3_backup *pages;
} Copy;

static void copy_close(Copy *c)
{
    if (c->pages)
        sqlite3_backup_finish(c->pages);
    if (c->to)
        sqlite3_close(c->to);
    if (c->from)
        conn_close(c->from);
}

static Err copy_fail(Copy *c, int rc)
{
    if ((rc & 0xff) == SQLITE_FULL)
        return fail(c->cx, E_FULL, "there is no room for a copy of the database");
    return fail(c->cx, E_UNAVAILABLE, "the database cannot be copied: %s", sqlite3_errstr(rc));
}

/* A read transaction of ours stays open over all steps: the copy shows the moment it began, and
 * SQLite need not begin anew with each commit of others. */
static Err hold_still(Copy *c)
{
    int rc =
        sqlite3_exec(c->from->lite, "BEGIN; SELECT count(*) FROM sqlite_schema", NULL, NULL, NULL);
    return rc ? copy_fail(c, rc) : OK;
}

/* Nobody reads it before it is whole, and a copy that was broken off is thrown away: it needs no
 * journal, and one sync at its end. */
static Err open_copy(Copy *c, const char *path)
{
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    int rc = sqlite3_open_v2(path, &c->to, flags, NULL);
    if (!rc)
        rc = sqlite3_exec(c->to, "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF", NULL, NULL,
                          NULL);
    if (!rc && !(c->pages = sqlite3_backup_init(c->to, "main", c->from->lite, "main")))
        rc = sqlite3_extended_errcode(c->to);
    return rc ? copy_fail(c, rc) : OK;
}

static Err copy_pages(Copy *c, void (*told)(void *, int64_t, int64_t), void *who)
{
    int rc = SQLITE_OK;
    while (rc == SQLITE_OK) {
        rc = sqlite3_backup_step(c->pages, STEP_PAGES);
        int64_t all = sqlite3_backup_pagecount(c->pages);
        if (told)
            told(who, all - sqlite3_backup_remaining(c->pages), all);
    }
    int end = sqlite3_backup_finish(c->pages);
    c->pages = NULL;
    return rc == SQLITE_DONE && !end ? OK : copy_fail(c, end ? end : rc);
}

static Err sync_copy(Cx *cx, const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    int rc = fd < 0 ? -1 : fsync(fd);
    if (fd >= 0)
        close(fd);
    return rc ? fail(cx, E_UNAVAILABLE, "the copy of the database cannot be synced") : OK;
}

Err db_copy(Cx *cx, const char *path, void (*told)(void *who, int64_t done, int64_t all), void *who)
{
    Copy c CLEANUP(copy_close) = {.cx = cx, .from = conn_open(cx->conn->db)};
    TRY(hold_still(&c));
    TRY(open_copy(&c, path));
    TRY(copy_pages(&c, told, who));
    return sync_copy(cx, path);
}
