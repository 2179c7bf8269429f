#include "world.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const int64_t sizes[TICKETS] = {100, 150, 1, 400};

static const char rows[] =
    "INSERT INTO account (id, subject, name, role, created_at) WITH RECURSIVE n (i) AS (VALUES (0) "
    "UNION ALL "
    "SELECT i + 1 FROM n WHERE i < 499) SELECT printf('a%04d', i), i, i, 'fan', 0 FROM n;"
    "INSERT INTO show (id, slug, title, description, created_at, updated_at) VALUES ('s', 's', '', "
    "'', 0, 0);"
    "INSERT INTO asset (id, show, kind, filename, media_type, size_bytes, sha256, gate, tier, "
    "blob, "
    "created_at) WITH k (i, size) AS (VALUES (0, 100), (1, 150), (2, 1), (3, 400)) SELECT 'f' || "
    "i, 's', "
    "'document', 'x.pdf', 'application/pdf', size, 'ab', 'none', 'free', 'x', 0 FROM k;"
    "INSERT INTO ticket (id, secret, asset, account, created_at, expires_at, max_downloads) "
    "SELECT printf('t%s-%d', substr(a.id, 2), k.i), a.id || k.i, 'f' || k.i, a.id, 0, "
    "1700000000000 + (2 + 3 * k.i) * 86400000, 1 + (a.name + k.i) % 3 "
    "FROM account a, (SELECT CAST(substr(id, 2) AS INTEGER) AS i FROM asset) k;";

World *world_open(void)
{
    Arena *a = arena_new();
    World *w = calloc(1, sizeof *w);
    if (!w)
        abort();
    w->cx = (Cx){.arena = a, .app = &w->app, .now = BASE};
    w->app.conf.quota_files = FILES_A_DAY;
    w->app.conf.quota_bytes = BYTES_A_DAY;
    w->app.conf.start_by = START_BY;
    w->app.conf.download_window = WINDOW;
    w->app.conf.time_zone = S("Asia/Jakarta");
    store_open(&w->store, &w->cx, "downloads");
    store_put(&w->store, &w->cx, rows);
    return w;
}

void world_again(World *w)
{
    store_again(&w->store, &w->cx);
}

void world_close(World *w)
{
    store_close(&w->store, &w->cx);
    arena_free(w->cx.arena);
    free(w);
}

Str account_id(World *w, int n)
{
    return arena_fmt(w->cx.arena, "a%04d", n);
}

TicketRow ticket_of(World *w, int n, int k)
{
    return (TicketRow){.id = arena_fmt(w->cx.arena, "t%04d-%d", n, k),
                       .account = account_id(w, n),
                       .max_downloads = 1 + (n + k) % 3,
                       .expires_at = ticket_end(k)};
}

int64_t ticket_end(int k)
{
    return BASE + (2 + 3 * k) * (int64_t)DAY_MS;
}
