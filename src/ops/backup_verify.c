#include "contract.h"
#include "db/db.h"
#include "ops/backup.h"
#include "ops/inventory.h"

#include <stdio.h>

typedef struct Walk {
    Cx *cx; /* its arena is emptied on the way */
    const Repository *repository;
    Str name;
    Told *told;
    Inventory inventory;
    InventoryItem item;
    BackupRows rows;
    BackupFindings *found;
    char first[200];
} Walk;

static void bad(Walk *w, const char *what, Str of)
{
    if (!w->found->bad++)
        (void)snprintf(w->first, sizeof w->first, STR_FMT "%s%s", STR_ARG(of), of.n ? ": " : "",
                       what);
}

static void look_at(Walk *w)
{
    Cx *cx = w->cx;
    const InventoryItem *item = &w->item;
    int64_t size = 0;
    uint8_t sum[SHA256_BYTES];
    arena_reset(cx->arena);
    Str path = item->blob ? repository_blob(cx, w->repository, item->sum)
                          : repository_file(cx, w->repository, w->name, item->path);
    Err e = sum_file(cx, path, &size, sum);
    if (e)
        bad(w, cx->said, item->path);
    else if (size != item->size || memcmp(sum, item->sum, sizeof sum) != 0)
        bad(w, "its bytes are not those that were backed up", item->path);
    w->found->files++;
    if (w->told)
        w->told("files", w->found->files, 0);
}

/* Both in the order of the keys: the next that a row needs, or "". */
typedef struct Needed {
    BlobRows page;
    size_t at;
    char key[128];
} Needed;

static Err next_needed(Walk *w, Needed *n)
{
    Cx *cx = &w->rows.cx;
    for (;;) {
        if (n->at == n->page.items.n) {
            arena_reset(cx->arena);
            TRY(db_list(cx, SQL_NEEDED_BLOBS, ARGS(V(str_of(n->key))), &BLOB_ROW, &n->page.items));
            n->at = 0;
            if (!n->page.items.n) {
                n->key[0] = 0;
                return OK;
            }
        }
        Str key = n->page.items.p[n->at++].key;
        if (str_eq(key, str_of(n->key)))
            continue;
        (void)snprintf(n->key, sizeof n->key, STR_FMT, STR_ARG(key));
        return OK;
    }
}

static int order(Str a, const char *b)
{
    size_t n = strlen(b), less = a.n < n ? a.n : n;
    int first = memcmp(a.p, b, less);
    return first ? first : (a.n > n) - (a.n < n);
}

static Err walk_blobs(Walk *w)
{
    Needed needed = {0};
    Err e = next_needed(w, &needed);
    while (!e && !(e = inventory_next(w->cx, &w->inventory, &w->item))) {
        while (!e && w->item.blob && needed.key[0] && order(w->item.path, needed.key) > 0) {
            bad(w, "a row needs it, and the backup has it not", str_of(needed.key));
            e = next_needed(w, &needed);
        }
        if (!e && w->item.blob && needed.key[0] && order(w->item.path, needed.key) == 0)
            e = next_needed(w, &needed);
        if (!e)
            look_at(w);
    }
    for (; e == E_NOT_FOUND && needed.key[0];) {
        bad(w, "a row needs it, and the backup has it not", str_of(needed.key));
        Err next = next_needed(w, &needed);
        e = next ? next : e;
    }
    return e == E_NOT_FOUND ? OK : e;
}

static Err walk(Walk *w)
{
    Cx *cx = w->cx;
    Str database = repository_file(cx, w->repository, w->name, S("hub.db"));
    TRY(inventory_open(cx, repository_file(cx, w->repository, w->name, S("inventory")),
                       &w->inventory));
    Err e = backup_rows_open(cx, database, &w->rows);
    e = e ? e : db_check(&w->rows.cx);
    if (!e)
        e = walk_blobs(w);
    else
        bad(w, w->rows.db ? w->rows.cx.said : cx->said, S("hub.db"));
    if (e && !w->found->bad)
        bad(w, w->rows.cx.said[0] ? w->rows.cx.said : cx->said, S(""));
    return OK;
}

static void walk_close(Walk *w)
{
    inventory_close(&w->inventory);
    backup_rows_close(&w->rows);
    arena_free(w->cx->arena);
}

static Err verify(Cx *cx, const Repository *r, Str name, Told *told, BackupFindings *found)
{
    Cx own = {.arena = arena_new(), .app = cx->app, .now = cx->now};
    Walk w CLEANUP(walk_close) = {
        .cx = &own, .repository = r, .name = name, .told = told, .found = found};
    Err e = walk(&w);
    if (e)
        memcpy(cx->said, own.said, sizeof cx->said);
    found->first = arena_str(cx->arena, str_of(w.first));
    return e;
}

Err backup_verify(Cx *cx, Str root, Str name, Told *told, BackupFindings *out)
{
    Repository r CLEANUP(repository_close) = {.lock = -1};
    BackupFindings found = {0};
    TRY(repository_open(cx, root, false, &r));
    TRY(repository_find(cx, &r, name, &name));
    TRY(verify(cx, &r, name, told, &found));
    *out = found;
    return OK;
}
