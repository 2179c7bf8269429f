#include "ops/backup.h"

#include "base/fault.h"
#include "common/app.h"
#include "contract.h"
#include "db/db.h"
#include "ops/inventory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct Backup {
    Cx *cx;
    Repository repository;
    Str name;
    bool link;
    Told *told;
    int hold;
    BackupRows rows;
    Inventory inventory, former;
    InventoryItem had; /* of the former, its next blob */
    bool has_had;
    BackupResult *result;
} Backup;

void backup_rows_close(BackupRows *rows)
{
    if (rows->cx.conn)
        conn_close(rows->cx.conn);
    if (rows->db)
        db_close(rows->db);
    if (rows->cx.arena)
        arena_free(rows->cx.arena);
    *rows = (BackupRows){0};
}

Err backup_rows_open(Cx *cx, Str path, BackupRows *out)
{
    BackupRows rows = {0};
    TRY(db_open(cx, &(DbConf){.path = path.p, .frozen = true}, &rows.db));
    rows.cx =
        (Cx){.arena = arena_new(), .app = cx->app, .conn = conn_open(rows.db), .now = cx->now};
    *out = rows;
    return OK;
}

static void backup_close(Backup *b)
{
    inventory_close(&b->inventory);
    inventory_close(&b->former);
    backup_rows_close(&b->rows);
    if (b->hold >= 0)
        close(b->hold);
    repository_close(&b->repository);
}

static void tell(Told *told, const char *what, int64_t done, int64_t all)
{
    if (told)
        told(what, done, all);
}

static void told_pages(void *who, int64_t done, int64_t all)
{
    const Backup *b = who;
    tell(b->told, "database, pages", done, all);
}

static Err note(Backup *b, bool blob, Str path, int64_t size, const uint8_t sum[SHA256_BYTES])
{
    InventoryItem item = {.blob = blob, .path = path, .size = size};
    memcpy(item.sum, sum, SHA256_BYTES);
    return inventory_add(&b->rows.cx, &b->inventory, &item);
}

/* The first n bytes of `from`, which is closed, as a file of the snapshot. */
static Err add_file(Backup *b, int from, int64_t n, Str path)
{
    Cx *cx = &b->rows.cx;
    uint8_t sum[SHA256_BYTES];
    Str to = repository_file(cx, &b->repository, b->name, path);
    int fd = open(to.p, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    Err e = fd < 0 ? fail_io(cx, "making", to) : sum_bytes(cx, from, n, fd, sum);
    close(from);
    if (fd >= 0)
        close(fd);
    return e ? e : note(b, false, path, n, sum);
}

static Err add_database(Backup *b)
{
    Cx *cx = b->cx;
    int64_t size = 0;
    uint8_t sum[SHA256_BYTES];
    Str path = repository_file(cx, &b->repository, b->name, S("hub.db"));
    TRY(db_copy(cx, path.p, told_pages, b));
    crash_step("backup: the database is copied");
    TRY(backup_rows_open(cx, path, &b->rows));
    TRY(sum_file(cx, path, &size, sum));
    TRY(inventory_make(cx, repository_file(cx, &b->repository, b->name, S("inventory")),
                       &b->inventory));
    return note(b, false, S("hub.db"), size, sum);
}

static Err add_settings(Backup *b)
{
    Str path = arena_fmt(b->cx->arena, STR_FMT "/hub.conf", STR_ARG(b->cx->app->conf.data));
    struct stat s;
    int fd = open(path.p, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT ? OK : fail_io(b->cx, "opening", path);
    if (fstat(fd, &s) == 0)
        return add_file(b, fd, s.st_size, S("hub.conf"));
    close(fd);
    return fail_io(b->cx, "reading", path);
}

/* It may be whole by now, and a blob; or given up by its sender, and then nobody misses it. */
static Err add_upload(Backup *b, const OpenUpload *u)
{
    Cx *cx = &b->rows.cx;
    int64_t size = 0;
    struct stat s;
    Str path = arena_fmt(cx->arena, STR_FMT "/uploads/" STR_FMT, STR_ARG(cx->app->conf.data),
                         STR_ARG(u->id));
    Str key = arena_fmt(cx->arena, STR_FMT "/" STR_FMT, STR_ARG(u->purpose), STR_ARG(u->id));
    int fd = open(path.p, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0 && blob_open(cx, cx->app->blobs, key, &fd, &size) != OK)
        return OK;
    if (fstat(fd, &s) == 0 && s.st_size >= u->received)
        return add_file(b, fd, u->received,
                        arena_fmt(cx->arena, "uploads/" STR_FMT, STR_ARG(u->id)));
    close(fd);
    return fail(cx, E_UNAVAILABLE, "the upload " STR_FMT " is shorter than it was acknowledged",
                STR_ARG(u->id));
}

static Err add_uploads(Backup *b)
{
    Cx *cx = &b->rows.cx;
    OpenUploads page = {0};
    char after[32] = "";
    TRY(folder_make(b->cx, repository_file(b->cx, &b->repository, b->name, S("uploads")).p));
    do {
        arena_reset(cx->arena);
        TRY(db_list(cx, SQL_OPEN_UPLOADS, ARGS(V(str_of(after))), &OPEN_UPLOAD, &page.items));
        for (size_t i = 0; i < page.items.n; i++) {
            TRY(add_upload(b, &page.items.p[i]));
            (void)snprintf(after, sizeof after, STR_FMT, STR_ARG(page.items.p[i].id));
        }
    } while (page.items.n);
    return OK;
}

/* The former snapshot's blobs come in the order of the keys, as ours do. */
static Err seek_former(Backup *b, Str key, bool *same)
{
    *same = false;
    while (b->former.file) {
        if (b->has_had && b->had.blob) {
            size_t n = b->had.path.n < key.n ? b->had.path.n : key.n;
            int order = memcmp(b->had.path.p, key.p, n);
            order = order ? order : (b->had.path.n > key.n) - (b->had.path.n < key.n);
            *same = order == 0;
            if (order >= 0)
                return OK;
        }
        Err e = inventory_next(b->cx, &b->former, &b->had);
        b->has_had = !e;
        if (e == E_NOT_FOUND)
            inventory_close(&b->former);
        else
            TRY(e);
    }
    return OK;
}

/* Under a name of nobody first: what has the name of its sum is whole. */
static Err keep_bytes(Backup *b, Str key, int from, int64_t size, uint8_t sum[SHA256_BYTES])
{
    Cx *cx = &b->rows.cx;
    Str part = arena_fmt(cx->arena, STR_FMT "/part", STR_ARG(b->repository.root));
    (void)unlink(part.p);
    bool linked = b->link && link(blob_path(cx, cx->app->blobs, key).p, part.p) == 0;
    int to = linked ? -1 : open(part.p, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    Err e = !linked && to < 0 ? fail_io(cx, "making", part) : sum_bytes(cx, from, size, to, sum);
    if (to >= 0)
        close(to);
    TRY(e);
    TRY(repository_blob_folder(cx, &b->repository, sum));
    crash_step("backup: a blob has no name yet");
    if (rename(part.p, repository_blob(cx, &b->repository, sum).p) != 0)
        return fail_io(cx, "storing", key);
    (void)unlink(part.p); /* rename does nothing where both are one file */
    return OK;
}

static Err add_fresh(Backup *b, Str key)
{
    Cx *cx = &b->rows.cx;
    int fd = -1;
    int64_t size = 0;
    uint8_t sum[SHA256_BYTES];
    Err e = blob_open(cx, cx->app->blobs, key, &fd, &size);
    if (e == E_NOT_FOUND) { /* all the others are worth keeping */
        b->result->lost++;
        return OK;
    }
    TRY(e);
    e = keep_bytes(b, key, fd, size, sum);
    close(fd);
    TRY(e);
    b->result->fresh++;
    b->result->bytes += size;
    return note(b, true, key, size, sum);
}

static Err add_blob(Backup *b, Str key)
{
    bool same = false;
    struct stat s;
    b->result->blobs++;
    TRY(seek_former(b, key, &same));
    if (same && stat(repository_blob(&b->rows.cx, &b->repository, b->had.sum).p, &s) == 0 &&
        s.st_size == b->had.size)
        return note(b, true, key, b->had.size, b->had.sum);
    return add_fresh(b, key);
}

static Err add_blobs(Backup *b)
{
    Cx *cx = &b->rows.cx;
    BlobRows page = {0};
    char after[128] = "";
    do {
        arena_reset(cx->arena);
        TRY(db_list(cx, SQL_NEEDED_BLOBS, ARGS(V(str_of(after))), &BLOB_ROW, &page.items));
        for (size_t i = 0; i < page.items.n; i++) {
            Str key = page.items.p[i].key;
            if (str_eq(key, str_of(after)))
                continue; /* of two rows, one of which does not know its size */
            TRY(add_blob(b, key));
            (void)snprintf(after, sizeof after, STR_FMT, STR_ARG(key));
            tell(b->told, "blobs", b->result->blobs, 0);
        }
    } while (page.items.n);
    return OK;
}

/* A sentence of the Cx for rows is for whoever asked. */
static Err add_all(Backup *b)
{
    Err e = add_uploads(b);
    e = e ? e : add_settings(b);
    e = e ? e : add_blobs(b);
    if (e && b->rows.cx.said[0])
        memcpy(b->cx->said, b->rows.cx.said, sizeof b->cx->said);
    return e;
}

static Err sync_all(Backup *b)
{
    Str root = b->repository.root;
    int fd = open(root.p, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int rc = fd < 0 ? -1 : syncfs(fd);
    if (fd >= 0)
        close(fd);
    return rc ? fail_io(b->cx, "syncing", root) : OK;
}

static Err open_former(Backup *b)
{
    Str name = {0};
    Err e = repository_find(b->cx, &b->repository, S(""), &name);
    if (e)
        return e == E_NOT_FOUND ? OK : e;
    return inventory_open(b->cx, repository_file(b->cx, &b->repository, name, S("inventory")),
                          &b->former);
}

static Err make(Backup *b)
{
    Cx *cx = b->cx;
    TRY(open_former(b));
    TRY(blobs_hold(cx, cx->app->blobs, &b->hold));
    TRY(repository_begin(cx, &b->repository, &b->name));
    TRY(add_database(b));
    TRY(add_all(b));
    tell(b->told, "waiting for the disk", 0, 0);
    TRY(sync_all(b));
    TRY(inventory_end(cx, &b->inventory));
    crash_step("backup: whole");
    close(b->hold);
    b->hold = -1;
    return OK;
}

Err backup_make(Cx *cx, Str root, size_t keep, bool link, Told *told, BackupResult *out)
{
    BackupResult result = {0};
    Backup b CLEANUP(backup_close) = {.cx = cx,
                                      .link = link,
                                      .told = told,
                                      .hold = -1,
                                      .repository = {.lock = -1},
                                      .result = &result};
    TRY(repository_open(cx, root, true, &b.repository));
    TRY(make(&b));
    inventory_close(&b.former);
    TRY(repository_prune(cx, &b.repository, keep > 0 ? keep : 1));
    result.name = b.name;
    *out = result;
    return OK;
}
