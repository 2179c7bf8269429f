/* prune.c - what a repository no longer needs: old snapshots, half-made ones, blobs nobody names.
 */
#include "base/fault.h"
#include "blob/blob.h"
#include "ops/inventory.h"
#include "ops/repository.h"

#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OPEN_FOLDERS = 8 };

typedef struct Sum {
    uint8_t bytes[SHA256_BYTES];
} Sum;

typedef struct Sums {
    Sum *p;
    size_t n, room;
} Sums;

static void sums_free(Sums *s)
{
    free(s->p);
}

static int by_bytes(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(Sum));
}

static Err add_sums(Cx *cx, const Repository *r, Str snapshot, Sums *sums)
{
    Inventory i CLEANUP(inventory_close) = {0};
    InventoryItem item = {0};
    TRY(inventory_open(cx, repository_file(cx, r, snapshot, S("inventory")), &i));
    Err e = OK;
    while (!(e = inventory_next(cx, &i, &item))) {
        if (!item.blob)
            continue;
        if (sums->n == sums->room) {
            sums->room = sums->room ? sums->room * 2 : 1024;
            sums->p = realloc(sums->p, sums->room * sizeof *sums->p);
            if (!sums->p)
                abort();
        }
        memcpy(sums->p[sums->n++].bytes, item.sum, SHA256_BYTES);
    }
    return e == E_NOT_FOUND ? OK : e;
}

static int remove_one(const char *path, const struct stat *s, int kind, struct FTW *at)
{
    (void)s, (void)kind, (void)at;
    return remove(path);
}

/* Its inventory first: from then on it is none. */
static Err drop_snapshot(Cx *cx, const Repository *r, Str name)
{
    Str folder = arena_fmt(cx->arena, STR_FMT "/" STR_FMT, STR_ARG(r->root), STR_ARG(name));
    if (unlink(repository_file(cx, r, name, S("inventory")).p) == 0)
        TRY(folder_sync(cx, folder.p));
    crash_step("backup: an old snapshot has no inventory");
    if (nftw(folder.p, remove_one, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS) != 0)
        return fail_io(cx, "removing", folder);
    return OK;
}

static void drop_in(const char *folder, const Sums *named)
{
    DIR *d = opendir(folder);
    for (struct dirent *f; d && (f = readdir(d));) {
        Sum sum = {0};
        bool is_sum = hex_read(str_of(f->d_name), sum.bytes, sizeof sum.bytes);
        if (f->d_name[0] == '.' && (f->d_name[1] == 0 || f->d_name[1] == '.'))
            continue;
        if (!is_sum || !named->n || !bsearch(&sum, named->p, named->n, sizeof sum, by_bytes))
            (void)unlinkat(dirfd(d), f->d_name, 0); /* else the next prune does it */
    }
    if (d)
        closedir(d);
}

static void drop_unnamed(Cx *cx, const Repository *r, Sums *named)
{
    if (named->n)
        qsort(named->p, named->n, sizeof *named->p, by_bytes);
    for (unsigned i = 0; i < 256; i++)
        drop_in(arena_fmt(cx->arena, STR_FMT "/blobs/%02x", STR_ARG(r->root), i).p, named);
}

static bool is_among(const Names *all, size_t from, Str name)
{
    for (size_t i = from; i < all->n; i++)
        if (str_eq(all->p[i], name))
            return true;
    return false;
}

/* Nothing goes before all inventories that stay were read: a damaged one stops it. */
Err repository_prune(Cx *cx, const Repository *r, size_t keep)
{
    Names whole = {0}, all = {0};
    Sums named CLEANUP(sums_free) = {0};
    TRY(repository_snapshots(cx, r, &whole));
    TRY(repository_names(cx, r, false, &all));
    size_t from = whole.n > keep ? whole.n - keep : 0;
    for (size_t i = from; i < whole.n; i++)
        TRY(add_sums(cx, r, whole.p[i], &named));
    for (size_t i = 0; i < all.n; i++)
        if (!is_among(&whole, from, all.p[i]))
            TRY(drop_snapshot(cx, r, all.p[i]));
    drop_unnamed(cx, r, &named);
    return OK;
}
