/* hub backup, hub restore: the data folder into a folder of backups, and back. */
#include "ops/backup.h"
#include "base/clock.h"
#include "base/log.h"
#include "role/command.h"
#include "role/open.h"
#include "role/progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { KEEP = 7 };

typedef struct Wish {
    Str root, at;
    size_t keep;
    bool link;
} Wish;

static Err make(Cx *cx, void *arg)
{
    const Wish *w = arg;
    BackupResult made = {0};
    TRY(backup_make(cx, w->root, w->keep, w->link, progress_tell, &made));
    progress_over();
    printf("%.*s: %lld blobs, %lld of them new, %lld bytes copied\n", STR_ARG(made.name),
           (long long)made.blobs, (long long)made.fresh, (long long)made.bytes);
    if (made.lost)
        return fail(cx, E_CONFLICT,
                    "%lld blobs that rows need were not there; the backup holds all else; see hub "
                    "doctor",
                    (long long)made.lost);
    return OK;
}

static Err verify(Cx *cx, const Wish *w)
{
    BackupFindings found = {0};
    TRY(backup_verify(cx, w->root, w->at, progress_tell, &found));
    progress_over();
    if (found.bad)
        return fail(cx, E_CONFLICT, "%lld findings, the first: " STR_FMT, (long long)found.bad,
                    STR_ARG(found.first));
    printf("%lld files, nothing is wrong with them\n", (long long)found.files);
    return OK;
}

static Err list(Cx *cx, const Wish *w)
{
    Repository r = {.lock = -1};
    Names names = {0};
    TRY(repository_open(cx, w->root, false, &r));
    Err e = repository_snapshots(cx, &r, &names);
    repository_close(&r);
    TRY(e);
    for (size_t i = 0; i < names.n; i++)
        printf("%.*s\n", STR_ARG(names.p[i]));
    return OK;
}

static bool read_keep(Str text, size_t *out)
{
    char *end = NULL;
    unsigned long n = text.n ? strtoul(text.p, &end, 10) : KEEP;
    *out = n;
    return n >= 1 && n <= 10000 && (!text.n || !*end);
}

/* A mistyped --data must not become an empty hub, and its backup. */
static Err is_data(Cx *cx, const App *app)
{
    Str path = arena_fmt(cx->arena, STR_FMT "/hub.db", STR_ARG(app->conf.data));
    return access(path.p, F_OK) == 0
               ? OK
               : fail(cx, E_NOT_FOUND, STR_FMT " holds no hub; name its folder with --data",
                      STR_ARG(app->conf.data));
}

Err cmd_backup(Cx *cx, App *app, int argc, char **argv)
{
    Wish w = {.link = flag_take(&argc, argv, "--link", false).p};
    bool look = flag_take(&argc, argv, "--verify", false).p != NULL;
    bool names = flag_take(&argc, argv, "--list", false).p != NULL;
    bool keeps = read_keep(flag_take(&argc, argv, "--keep", true), &w.keep);
    w.at = flag_take(&argc, argv, "--at", true);
    if (argc != 3 || !keeps || look + names > 1 || (w.at.p && !look))
        return fail(cx, E_INVALID,
                    "usage: hub backup DIR [--keep N] [--link] | hub backup DIR --list | hub "
                    "backup DIR --verify [--at NAME]");
    w.root = str_of(argv[2]);
    cx->now = clock_now();
    if (look)
        return verify(cx, &w);
    if (names)
        return list(cx, &w);
    TRY(is_data(cx, app));
    log_open(LOG_WARN, STDERR_FILENO);
    Err e = app_open(cx, false, app);
    if (!e) {
        e = app_run(cx, make, &w);
        app_close(cx, app);
    }
    log_close();
    return e;
}

Err cmd_restore(Cx *cx, App *app, int argc, char **argv)
{
    bool force = flag_take(&argc, argv, "--force", false).p != NULL;
    Str at = flag_take(&argc, argv, "--at", true);
    if (argc != 3 || !app->conf.data.n)
        return fail(cx, E_INVALID, "usage: hub restore DIR --data FOLDER [--at NAME] [--force]");
    cx->now = clock_now();
    TRY(backup_restore(cx, str_of(argv[2]), at, app->conf.data, force, progress_tell));
    progress_over();
    printf("restored; hub doctor --data %.*s proves it\n", STR_ARG(app->conf.data));
    return OK;
}
