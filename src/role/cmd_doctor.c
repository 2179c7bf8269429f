/* hub doctor: do the database, the blobs and the indexes agree, and what does this machine lack? */
#include "base/proc.h"
#include "catalog/scan.h"
#include "catalog/search_text.h"
#include "common/audit.h"
#include "common/flag_rules.h"
#include "contract.h"
#include "community/tally.h"
#include "download/ledger.h"
#include "encode/folder.h"
#include "media/jail.h"
#include "role/command.h"
#include "role/open.h"

#include <stdio.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { FRESH_S = 3600 };

typedef struct Doctor {
    Cx *cx;
    bool fix;
    int bad, mended;
} Doctor;

static void say(Doctor *d, const char *how, const char *what, const char *detail)
{
    printf("%-5s %-22s %s\n", how, what, detail);
    d->bad += strcmp(how, "bad") == 0;
}

static void check(Doctor *d, const char *what, Err e)
{
    say(d, e ? "bad" : "ok", what, e ? d->cx->said : "");
    cx_again(d->cx);
}

static void check_needed(Doctor *d)
{
    Cx *cx = d->cx;
    BlobRows page = {0};
    Str after = S("");
    int64_t seen = 0, missing = 0;
    do {
        if (db_list(cx, SQL_NEEDED_BLOBS, ARGS(V(after)), &BLOB_ROW, &page.items) != OK)
            missing++;
        for (size_t i = 0; i < page.items.n; i++, seen++) {
            const BlobRow *row = &page.items.p[i];
            int fd = -1;
            int64_t size = -1;
            if (blob_open(cx, cx->app->blobs, row->key, &fd, &size) == OK)
                close(fd);
            missing += size < 0 || (row->has.size && size != row->size);
            after = row->key;
        }
    } while (page.items.n);
    Str told = arena_fmt(cx->arena, "%lld needed, %lld missing or of another size", (long long)seen,
                         (long long)missing);
    say(d, missing ? "bad" : "ok", "blobs of rows", told.p);
}

typedef struct Orphans {
    Doctor *doctor;
    int64_t n, bytes;
} Orphans;

/* A file comes before its row: a young one without a row is not yet an orphan. */
static void look_at(void *who, Str key, int64_t size)
{
    Orphans *o = who;
    Cx *cx = o->doctor->cx;
    int64_t needed = 1;
    struct stat s;
    Str copy = arena_str(cx->arena, key);
    if (db_int(cx, SQL_DOCTOR_BLOB_NEEDED, ARGS(V(copy)), &needed) != OK || needed ||
        stat(blob_path(cx, cx->app->blobs, copy).p, &s) != 0 ||
        cx->now / 1000 - s.st_ctim.tv_sec < FRESH_S)
        return;
    o->n++;
    o->bytes += size;
    if (o->doctor->fix && blob_drop(cx, cx->app->blobs, copy) == OK)
        o->doctor->mended++;
}

static void check_orphans(Doctor *d)
{
    Orphans o = {.doctor = d};
    Err e = blob_each(d->cx, d->cx->app->blobs, look_at, &o);
    if (e) {
        check(d, "blobs without rows", e);
        return;
    }
    Str told =
        arena_fmt(d->cx->arena, "%lld files, %lld bytes%s", (long long)o.n, (long long)o.bytes,
                  o.n ? d->fix ? ", removed" : "; hub doctor --fix removes them" : "");
    say(d, o.n && !d->fix ? "warn" : "ok", "blobs without rows", told.p);
    cx_again(d->cx);
}

static Err text_unit(Cx *cx, Sql statement)
{
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(db_run(cx, statement, NO_ARGS, NULL));
    TRY(tx_commit(&tx));
    return db_settle(cx);
}

static Err text_agrees(Cx *cx)
{
    int64_t off = 0;
    TRY(db_int(cx, SQL_DOCTOR_TEXT, NO_ARGS, &off));
    if (off)
        return fail(cx, E_CONFLICT, "%lld videos too many or too few", (long long)off);
    return text_unit(cx, SQL_DOCTOR_TEXT_CHECK);
}

static Err text_rebuild(Cx *cx)
{
    TRY(text_unit(cx, SQL_DOCTOR_TEXT_REBUILD));
    return search_text_all(cx);
}

static void check_search(Doctor *d)
{
    Err e = text_agrees(d->cx);
    if (e && d->fix) {
        cx_again(d->cx);
        e = text_rebuild(d->cx);
        d->mended += !e;
    }
    check(d, "search index", e);
}

static void check_segments(Doctor *d)
{
    int64_t bad = 0;
    Err e = db_int(d->cx, SQL_DOCTOR_UNINDEXED, NO_ARGS, &bad);
    if (!e && bad)
        e = fail(d->cx, E_CONFLICT, "%lld renditions or segments do not fit their files",
                 (long long)bad);
    check(d, "segment index", e);
}

/* A flag that outlived its date is forgotten work, and nothing that breaks. */
static void check_flags(Doctor *d)
{
    Cx *cx = d->cx;
    size_t strays = 0, over = 0;
    Str first = {0};
    Err e = flag_strays(cx, &strays);
    for (size_t i = 0; i < FLAG_SPEC_COUNT; i++)
        if (cx->now >= FLAG_SPECS[i].expires_at && !over++)
            first = FLAG_SPECS[i].key;
    Str told = arena_fmt(cx->arena, "%zu expired%s" STR_FMT ", %zu set that this program has not",
                         over, over ? ", the first is " : "", STR_ARG(first), strays);
    if (e)
        check(d, "flags", e);
    else
        say(d, over || strays ? "warn" : "ok", "flags", told.p);
    cx_again(cx);
}

/* How many files are in each state, and whether clamd answers. */
static void check_scans(Doctor *d)
{
    Cx *cx = d->cx;
    int64_t infected = 0, failed = 0, pending = 0, unknown = 0;
    Str clamd = cx->app->conf.clamd, version = S("off");
    Err e = db_int(cx, SQL_SCAN_COUNT, ARGS(V(S("infected"))), &infected);
    e = e ? e : db_int(cx, SQL_SCAN_COUNT, ARGS(V(S("failed"))), &failed);
    e = e ? e : db_int(cx, SQL_SCAN_COUNT, ARGS(V(S("pending"))), &pending);
    e = e ? e : db_int(cx, SQL_SCAN_UNKNOWN, NO_ARGS, &unknown);
    e = e || !clamd.n ? e : clamd_version(cx, clamd, &version);
    Str told = arena_fmt(cx->arena, STR_FMT ", %lld infected, %lld failed, %lld to be scanned",
                         STR_ARG(version), (long long)infected, (long long)failed,
                         (long long)(clamd.n ? pending + unknown : 0));
    if (e)
        check(d, "malware hold", e);
    else
        say(d, infected || (clamd.n && failed) ? "warn" : "ok", "malware hold", told.p);
    cx_again(cx);
}

/* Numbers kept beside the rows they come from. */
static void check_sums(Doctor *d, const char *what, Err (*agrees)(Cx *), Err (*rebuild)(Cx *))
{
    Err e = agrees(d->cx);
    if (e && d->fix) {
        cx_again(d->cx);
        e = rebuild(d->cx);
        e = e ? e : agrees(d->cx);
        d->mended += !e;
    }
    check(d, what, e);
}

static void check_tool(Doctor *d, const char *what, Str path)
{
    Buf out CLEANUP(buf_free) = BUF(4096);
    const char *argv[] = {path.p, "-version", NULL};
    Proc proc = {.argv = argv, .wall_ms = 10000, .out = &out};
    ProcEnd end = {0};
    Err e = proc_run(d->cx, &proc, &end);
    bool good = !e && end.how == PROC_EXITED && end.status == 0;
    Str rest = {0}, line = str_cut((Str){out.p, out.n}, '\n', &rest);
    Str told = arena_fmt(d->cx->arena, STR_FMT, STR_ARG(line));
    say(d, good ? "ok" : "bad", what,
        good ? told.p : "cannot be run; install it, or name it in the settings");
    cx_again(d->cx);
}

static void check_font(Doctor *d)
{
    Str font = d->cx->app->conf.brand_font;
    bool there = access(font.p, R_OK) == 0;
    say(d, there ? "ok" : "warn", "font of cards",
        there ? font.p : "cannot be read: share cards are not made; see --brand-font");
}

static void check_machine(Doctor *d)
{
    Cx *cx = d->cx;
    JailReport jail = {0};
    struct statvfs fs = {0};
    check_tool(d, "ffmpeg", cx->app->conf.ffmpeg);
    check_tool(d, "ffprobe", cx->app->conf.ffprobe);
    check_font(d);
    jail_report(cx, &jail);
    Str told = arena_fmt(cx->arena, "Landlock ABI %d, seccomp %s", jail.landlock_abi,
                         jail.seccomp ? "on" : "off");
    say(d, jail.missing.n ? "warn" : "ok", "jail", jail.missing.n ? jail.missing.p : told.p);
    if (statvfs(cx->app->conf.data.p, &fs) == 0) {
        long long mib = (long long)((uint64_t)fs.f_bavail * fs.f_frsize >> 20);
        told = arena_fmt(cx->arena, "%lld MiB free", mib);
        say(d, mib < 1024 ? "warn" : "ok", "disk", told.p);
    }
}

static Err examine(Cx *cx, void *arg)
{
    Doctor d = {.cx = cx, .fix = *(const bool *)arg};
    check(&d, "database", db_check(cx));
    check(&d, "statements", db_prepare_all(cx));
    check(&d, "audit chain", audit_check(cx));
    check_flags(&d);
    check_segments(&d);
    check_search(&d);
    check_sums(&d, "download quotas", ledger_check, ledger_rebuild);
    check_sums(&d, "likes and comments", tally_check, tally_rebuild);
    check_scans(&d);
    check_needed(&d);
    check_orphans(&d);
    if (d.fix)
        check(&d, "work folders", attempt_folder_sweep(cx));
    check_machine(&d);
    if (d.mended)
        printf("%d mended\n", d.mended);
    return d.bad ? fail(cx, E_CONFLICT, "%d findings; see above", d.bad) : OK;
}

Err cmd_doctor(Cx *cx, App *app, int argc, char **argv)
{
    bool fix = flag_take(&argc, argv, "--fix", false).p != NULL;
    if (argc != 2)
        return fail(cx, E_INVALID, "usage: hub doctor [--fix]");
    TRY(app_open(cx, false, app));
    Err e = app_run(cx, examine, &fix);
    app_close(cx, app);
    return e;
}
