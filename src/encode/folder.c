#include "encode/folder.h"

#include "base/clock.h"
#include "common/app.h"
#include "db/db.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static Err root_of(Cx *cx, Str *root)
{
    *root = arena_fmt(cx->arena, STR_FMT "/attempts", STR_ARG(cx->app->conf.data));
    return folder_make(cx, root->p);
}

void attempt_folder_drop(const char *path)
{
    DIR *d = opendir(path);
    for (struct dirent *f; d && (f = readdir(d));)
        if (strcmp(f->d_name, ".") != 0 && strcmp(f->d_name, "..") != 0)
            unlinkat(dirfd(d), f->d_name, 0);
    if (d)
        closedir(d);
    rmdir(path);
}

Err attempt_folder(Cx *cx, const JobRow *job, Str *path)
{
    Str root = {0};
    TRY(root_of(cx, &root));
    Str made = {0};
    for (int64_t fence = 1; fence <= job->fence;
         fence++) { /* what attempts before this one left goes */
        made = arena_fmt(cx->arena, STR_FMT "/" STR_FMT "-%lld", STR_ARG(root), STR_ARG(job->id),
                         (long long)fence);
        attempt_folder_drop(made.p);
    }
    if (mkdir(made.p, 0700) != 0)
        return fail_io(cx, "making", made);
    *path = made;
    return OK;
}

/* Of a worker that lives, perhaps in another process. */
static Err is_held(Cx *cx, const char *name, int64_t *held)
{
    Str fence = {0}, job = str_cut(arena_str(cx->arena, str_of(name)), '-', &fence);
    int64_t n = fence.n ? strtoll(fence.p, NULL, 10) : 0;
    return db_int(cx, SQL_JOB_HELD, ARGS(V(job), V(n), V(clock_now())), held);
}

Err attempt_folder_sweep(Cx *cx)
{
    Str root = {0};
    Err e = OK;
    TRY(root_of(cx, &root));
    DIR *d = opendir(root.p);
    for (struct dirent *f; !e && d && (f = readdir(d));) {
        int64_t held = 0;
        if (f->d_name[0] == '.')
            continue;
        e = is_held(cx, f->d_name, &held);
        if (!e && !held)
            attempt_folder_drop(arena_fmt(cx->arena, STR_FMT "/%s", STR_ARG(root), f->d_name).p);
    }
    if (d)
        closedir(d);
    return e;
}
