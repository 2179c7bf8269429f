#include "role/open.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/id.h"
#include "base/p256.h"
#include "catalog/search_text.h"
#include "community/push.h"
#include "contract.h"
#include "download/signer.h"
#include "identity/account.h"
#include "identity/breached.h"
#include "identity/provider.h"
#include "identity/signing_key.h"
#include "media/jail.h"
#include "media/ladder.h"
#include "upload/upload.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

enum { KEY_BYTES = 32, BATCH_US = 5000, WAL_PAGES = 2000 };

void cx_open(Cx *cx, App *app)
{
    *cx = (Cx){.arena = arena_new(), .app = app, .conn = conn_open(app->db), .now = clock_now()};
}

void cx_close(Cx *cx)
{
    conn_close(cx->conn);
    arena_free(cx->arena);
}

void cx_again(Cx *cx)
{
    Cx fresh = {.arena = cx->arena, .app = cx->app, .conn = cx->conn, .now = clock_now()};
    arena_reset(cx->arena);
    *cx = fresh;
}

Err app_run(Cx *cx, Err (*work)(Cx *cx, void *arg), void *arg)
{
    Cx own = {0};
    cx_open(&own, cx->app);
    Err e = work(&own, arg);
    memcpy(cx->said, own.said, sizeof cx->said);
    cx_close(&own);
    return e;
}

static Err open_folder(Cx *cx, App *app)
{
    Str data = app->conf.data;
    if (!data.n)
        return fail(cx, E_INVALID, "--data must name a folder");
    data = arena_str(cx->arena, data);
    TRY(folder_make(cx, data.p));
    if (access(arena_fmt(cx->arena, STR_FMT "/restoring", STR_ARG(data)).p, F_OK) == 0)
        return fail(cx, E_CONFLICT,
                    "a restore into " STR_FMT " was not finished; begin it again with --force",
                    STR_ARG(data));
    char *full =
        realpath(data.p, NULL); /* the jail and the attempts' folders want absolute paths */
    if (!full)
        return fail_io(cx, "finding", data);
    app->conf.data = arena_str(cx->arena, str_of(full));
    free(full);
    TRY(upload_folder(cx, &data));
    return folder_sync(
        cx, app->conf.data.p); /* of folders that a process made which died before its sync */
}

static Err take_lock(Cx *cx, App *app)
{
    Str path = arena_fmt(cx->arena, STR_FMT "/serve.lock", STR_ARG(app->conf.data));
    app->lock = open(path.p, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (app->lock < 0)
        return fail_io(cx, "opening", path);
    if (flock(app->lock, LOCK_EX | LOCK_NB) != 0)
        return fail(cx, E_CONFLICT, "another hub serves " STR_FMT " already",
                    STR_ARG(app->conf.data));
    return OK;
}

/* Made once, and kept in the database; `fresh` is used where there is none yet. */
static Err open_key(Cx *cx, const char *name, Str fresh, Str *out)
{
    Str text = {0};
    Err e = db_text(cx, SQL_SECRET_GET, ARGS(V(str_of(name))), &text);
    if (e == E_NOT_FOUND) {
        Tx tx CLEANUP(tx_end) = {0};
        TRY(tx_begin(cx, &tx));
        TRY(db_run(cx, SQL_SECRET_ADD, ARGS(V(str_of(name)), V(fresh)), NULL));
        TRY(tx_commit(&tx));
        TRY(db_settle(cx));
        e = db_text(cx, SQL_SECRET_GET, ARGS(V(str_of(name))), &text); /* ours, or a faster one's */
    }
    TRY(e);
    if (!base64url_read(cx->arena, text, out))
        return fail(cx, E_INTERNAL, "the %s key in the database is damaged", name);
    return OK;
}

static Err open_keys(Cx *cx, App *app)
{
    uint8_t fresh[P256_PRIVATE];
    p256_generate(fresh);
    TRY(open_key(cx, "stream", id_secret(cx, KEY_BYTES), &app->stream_key));
    TRY(open_key(cx, "push", base64url(cx->arena, fresh, sizeof fresh), &app->push_key));
    return app->push_key.n == P256_PRIVATE
               ? OK
               : fail(cx, E_INTERNAL, "the push key in the database is damaged");
}

static Err set_urls(Cx *cx, App *app)
{
    Str url = app->conf.public_url, listen = app->conf.listen;
    if (!url.n && listen.n > 8 && memcmp(listen.p, "0.0.0.0:", 8) == 0)
        url = arena_fmt(cx->arena, "http://127.0.0.1:%.*s", (int)listen.n - 8, listen.p + 8);
    else if (!url.n)
        url = arena_fmt(cx->arena, "http://" STR_FMT, STR_ARG(listen));
    while (url.n && url.p[url.n - 1] == '/')
        url.n--;
    app->https = url.n > 8 && memcmp(url.p, "https://", 8) == 0;
    size_t scheme = app->https ? 8 : 7;
    if (!app->https && (url.n <= 7 || memcmp(url.p, "http://", 7) != 0))
        return fail(cx, E_INVALID, "--public-url must begin with https:// or http://");
    if (memchr(url.p + scheme, '/', url.n - scheme))
        return fail(cx, E_INVALID, "--public-url has no path: a scheme, a host and perhaps a port");
    app->public_url = arena_str(cx->arena, url);
    app->origin = app->public_url;
    return OK;
}

/* Said now, and not by the first video. */
static Err check_media(Cx *cx, const Conf *c)
{
    LadderWish wish = {0};
    JailMode mode = JAIL_BEST;
    char *end = NULL;
    double lufs = strtod(c->loudness.p, &end);
    if (!jail_mode_read(c->jail, &mode))
        return fail(cx, E_INVALID, "--jail must be require, best or off");
    if (!ladder_wish_read(c->ladder, &wish))
        return fail(cx, E_INVALID, "--ladder: even sides from 144 to 2160, as 240,360,720");
    if (!ladder_preset(c->preset) || !ladder_preset(c->preset_early))
        return fail(cx, E_INVALID, "--preset and --preset-early: ultrafast to veryslow");
    if (c->crf < 16 || c->crf > 32)
        return fail(cx, E_INVALID, "--crf must lie between 16 and 32");
    if (c->teaser < 10000 || c->teaser > 60000)
        return fail(cx, E_INVALID, "--teaser must lie between 10s and 60s");
    bool number = end > c->loudness.p && !*end && lufs >= -40 && lufs <= -5;
    if (!number && !str_eq(c->loudness, S("off")))
        return fail(cx, E_INVALID, "--loudness must lie between -40 and -5 (LUFS), or be off");
    return OK;
}

static Err check_sign_in(Cx *cx, const Conf *c)
{
    for (Str rest = c->second_factor, one; rest.n;) {
        one = str_cut(rest, ',', &rest);
        if (!role_known(one))
            return fail(cx, E_INVALID, "--second-factor is made of roles, by commas");
    }
    if (c->key_rotate < 2 * TOKEN_LIFE_MS)
        return fail(cx, E_INVALID, "--key-rotate: 20m or more, tokens live half as long");
    TRY(provider_check(cx, c));
    return breached_check_list(cx, c->password_list);
}

/* They stand in a header as they are. */
static Err check_embed(Cx *cx, const Conf *c)
{
    if (str_eq(c->embed, S("*")) || str_eq(c->embed, S("off")))
        return OK;
    for (Str rest = c->embed, one; rest.n;) {
        one = str_cut(rest, ',', &rest);
        bool good = str_begins(one, S("https://")) || str_begins(one, S("http://"));
        for (size_t i = 0; i < one.n; i++)
            good = good && (isalnum((unsigned char)one.p[i]) || strchr(":/.-*", one.p[i]));
        if (!good)
            return fail(cx, E_INVALID,
                        "--embed: *, off, or origins as https://fans.example, by commas");
    }
    return c->embed.n ? OK : fail(cx, E_INVALID, "--embed: *, off, or origins, by commas");
}

static Err check_downloads(Cx *cx, const Conf *c)
{
    return c->max_ticket_downloads < 1 ? fail(cx, E_INVALID, "--max-ticket-downloads: 1 or more")
                                       : signer_check(cx, c);
}

static Err open_all(Cx *cx, bool serving, App *app)
{
    int applied = 0;
    TRY(check_media(cx, &app->conf));
    TRY(check_downloads(cx, &app->conf));
    TRY(check_embed(cx, &app->conf));
    TRY(check_sign_in(cx, &app->conf));
    TRY(push_check(cx, app->conf.push_contact));
    TRY(set_urls(cx, app));
    TRY(open_folder(cx, app));
    if (serving)
        TRY(take_lock(cx, app));
    DbConf db = {.path = arena_fmt(cx->arena, STR_FMT "/hub.db", STR_ARG(app->conf.data)).p,
                 .batch_units = (int)app->conf.batch_units,
                 .batch_us = BATCH_US,
                 .wal_pages = WAL_PAGES,
                 .turnstile = serving,
                 .reserve = app->conf.reserve};
    TRY(db_open(cx, &db, &app->db));
    cx->conn = conn_open(app->db);
    TRY(db_migrate(cx, &applied));
    TRY(search_text_renew(cx));
    TRY(open_keys(cx, app));
    if (serving)
        TRY(signing_key_rotate(cx, false));
    TRY(blobs_open(cx, arena_fmt(cx->arena, STR_FMT "/blobs", STR_ARG(app->conf.data)),
                   &app->blobs));
    app->worker_id = id_new(cx);
    return OK;
}

Err app_open(Cx *cx, bool serving, App *app)
{
    app->lock = -1;
    cx->app = app;
    cx->now = clock_now();
    Err e = open_all(cx, serving, app);
    if (e)
        app_close(cx, app);
    return e;
}

void app_close(Cx *cx, App *app)
{
    if (cx->conn)
        conn_close(cx->conn);
    cx->conn = NULL;
    if (app->db)
        db_close(app->db);
    app->db = NULL;
    blobs_close(app->blobs);
    app->blobs = NULL;
    if (app->lock >= 0)
        close(app->lock);
    app->lock = -1;
}
