#include "encode/folder.h"

#include "common/app.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static Err root_of(Cx *cx, Str *root)
{
    *root = arena_fmt(cx->arena, STR_FMT "/work", STR_ARG(cx->app->conf.data));
    return folder_make(cx, root->p);
}

void work_folder_drop(const char *path)
{
    DIR *d = opendir(path);
    for (struct dirent *f; d && (f = readdir(d));)
        if (strcmp(f->d_name, ".") != 0 && strcmp(f->d_name, "..") != 0)
            unlinkat(dirfd(d), f->d_name, 0);
    if (d)
        closedir(d);
    rmdir(path);
}

Err work_folder(Cx *cx, const JobRow *job, Str *path)
{
    Str root = {0};
    TRY(root_of(cx, &root));
    Str made = arena_fmt(cx->arena, STR_FMT "/" STR_FMT "-%lld", STR_ARG(root), STR_ARG(job->id), (long long)job->fence);
    work_folder_drop(made.p);
    if (mkdir(made.p, 0700) != 0)
        return fail_io(cx, "making", made);
    *path = made;
    return OK;
}

Err work_folder_sweep(Cx *cx)
{
    Str root = {0};
    TRY(root_of(cx, &root));
    DIR *d = opendir(root.p);
    for (struct dirent *f; d && (f = readdir(d));)
        if (f->d_name[0] != '.')
            work_folder_drop(arena_fmt(cx->arena, STR_FMT "/%s", STR_ARG(root), f->d_name).p);
    if (d)
        closedir(d);
    return OK;
}
