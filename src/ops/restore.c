#include "base/fault.h"
#include "base/file.h"
#include "blob/blob.h"
#include "ops/backup.h"
#include "ops/inventory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct Restore {
    Cx *cx; /* its arena is emptied on the way */
    Repository repository;
    Str name, data;
    Inventory inventory;
    Told *told;
    int64_t files;
} Restore;

static void restore_close(Restore *r)
{
    inventory_close(&r->inventory);
    repository_close(&r->repository);
}

static bool is_ours(const char *name)
{
    return strcmp(name, ".") != 0 && strcmp(name, "..") != 0 && strcmp(name, "lost+found") != 0 &&
           strncmp(name, "before-restore-", 15) != 0;
}

static Err is_empty(Cx *cx, Str data, bool *empty)
{
    DIR *d = opendir(data.p);
    *empty = true;
    if (!d)
        return fail_io(cx, "reading", data);
    for (struct dirent *f; (f = readdir(d));)
        *empty &= !is_ours(f->d_name);
    closedir(d);
    return OK;
}

/* Into a folder inside it: renames, that need no room. */
static Err move_away(Cx *cx, Str data, Str name)
{
    Str aside =
        arena_fmt(cx->arena, STR_FMT "/before-restore-" STR_FMT, STR_ARG(data), STR_ARG(name));
    DIR *d = opendir(data.p);
    Err e = d ? OK : fail_io(cx, "reading", data);
    if (!e && mkdir(aside.p, 0700) != 0 && errno != EEXIST)
        e = fail_io(cx, "making", aside);
    for (struct dirent *f; !e && (f = readdir(d));) {
        Str from = arena_fmt(cx->arena, STR_FMT "/%s", STR_ARG(data), f->d_name);
        Str to = arena_fmt(cx->arena, STR_FMT "/%s", STR_ARG(aside), f->d_name);
        if (is_ours(f->d_name) && rename(from.p, to.p) != 0)
            e = fail_io(cx, "moving", from);
    }
    if (d)
        closedir(d);
    return e ? e : folder_sync(cx, data.p);
}

/* A hub that serves the folder has it locked. */
static Err not_served(Cx *cx, Str data)
{
    Str path = arena_fmt(cx->arena, STR_FMT "/serve.lock", STR_ARG(data));
    int fd = open(path.p, O_RDWR | O_CLOEXEC);
    if (fd < 0)
        return OK;
    int rc = flock(fd, LOCK_EX | LOCK_NB);
    close(fd);
    return rc ? fail(cx, E_CONFLICT, "a hub serves " STR_FMT "; stop it first", STR_ARG(data)) : OK;
}

static Err make_room(Restore *r, bool force)
{
    Cx *cx = r->cx;
    bool empty = false;
    TRY(folder_make(cx, r->data.p));
    TRY(not_served(cx, r->data));
    TRY(is_empty(cx, r->data, &empty));
    if (!empty && !force && !bug("anyfolder"))
        return fail(cx, E_CONFLICT,
                    STR_FMT " is not empty; --force moves what is there into a folder inside it",
                    STR_ARG(r->data));
    Str aside = arena_fmt(cx->arena, "%lld", (long long)cx->now);
    if (!empty)
        TRY(move_away(cx, r->data, aside));
    Str mark = arena_fmt(cx->arena, STR_FMT "/restoring", STR_ARG(r->data));
    if (!file_make(mark.p, "", 0))
        return fail_io(cx, "making", mark);
    return folder_sync(cx, r->data.p);
}

static Err folder_of(Cx *cx, Str path)
{
    const char *slash = strrchr(path.p, '/');
    return folder_make(cx, arena_str(cx->arena, (Str){path.p, (size_t)(slash - path.p)}).p);
}

static Err copy(Restore *r, const InventoryItem *item, Str from, Str to)
{
    Cx *cx = r->cx;
    uint8_t sum[SHA256_BYTES];
    int in = open(from.p, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (in < 0)
        return fail_io(cx, "opening", from);
    int out = open(to.p, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    Err e = out < 0 ? fail_io(cx, "making", to) : sum_bytes(cx, in, item->size, out, sum);
    close(in);
    if (out >= 0)
        close(out);
    TRY(e);
    if (memcmp(sum, item->sum, sizeof sum) != 0 && !bug("anybytes"))
        return fail(cx, E_CONFLICT, STR_FMT " is damaged in the backup", STR_ARG(item->path));
    return OK;
}

static Err bring(Restore *r, const InventoryItem *item)
{
    Cx *cx = r->cx;
    Str from = item->blob ? repository_blob(cx, &r->repository, item->sum)
                          : repository_file(cx, &r->repository, r->name, item->path);
    Str to = arena_fmt(cx->arena, STR_FMT "/%s" STR_FMT, STR_ARG(r->data),
                       item->blob ? "blobs/" : "", STR_ARG(item->path));
    TRY(folder_of(cx, to));
    TRY(copy(r, item, from, to));
    r->files++;
    if (r->told)
        r->told("files", r->files, 0);
    crash_step("restore: a file is there");
    return OK;
}

static Err bring_all(Restore *r)
{
    Arena *outer = r->cx->arena, *own = arena_new();
    InventoryItem item = {0};
    Err e = OK;
    r->cx->arena = own; /* paths of files alone */
    while (!e && !(e = inventory_next(r->cx, &r->inventory, &item))) {
        arena_reset(own);
        e = bring(r, &item);
    }
    r->cx->arena = outer;
    arena_free(own);
    return e == E_NOT_FOUND ? OK : e;
}

static Err finish(Restore *r)
{
    Cx *cx = r->cx;
    Str mark = arena_fmt(cx->arena, STR_FMT "/restoring", STR_ARG(r->data));
    int fd = open(r->data.p, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int rc = fd < 0 ? -1 : syncfs(fd);
    if (fd >= 0)
        close(fd);
    if (rc)
        return fail_io(cx, "syncing", r->data);
    crash_step("restore: all is there");
    if (unlink(mark.p) != 0)
        return fail_io(cx, "removing", mark);
    return folder_sync(cx, r->data.p);
}

Err backup_restore(Cx *cx, Str root, Str name, Str data, bool force, Told *told)
{
    Restore r CLEANUP(restore_close) = {.cx = cx, .told = told, .repository = {.lock = -1}};
    r.data = arena_str(cx->arena, data);
    TRY(repository_open(cx, root, false, &r.repository));
    TRY(repository_find(cx, &r.repository, name, &r.name));
    TRY(inventory_open(cx, repository_file(cx, &r.repository, r.name, S("inventory")),
                       &r.inventory));
    TRY(make_room(&r, force));
    TRY(folder_make(cx, arena_fmt(cx->arena, STR_FMT "/blobs", STR_ARG(r.data)).p));
    TRY(bring_all(&r));
    return finish(&r);
}
