#include "ops/repository.h"

#include "base/time.h"
#include "blob/blob.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAME_BYTES = 22 }; /* 2026-11-23t081500.123z */

Err repository_open(Cx *cx, Str root, bool write, Repository *out)
{
    root = arena_str(cx->arena, root);
    struct stat s;
    if (write)
        TRY(folder_make(cx, root.p));
    if (stat(root.p, &s) != 0 || !S_ISDIR(s.st_mode))
        return fail(cx, E_NOT_FOUND, STR_FMT " is no folder of backups", STR_ARG(root));
    Str path = arena_fmt(cx->arena, STR_FMT "/lock", STR_ARG(root));
    int fd = open(path.p, write ? O_RDWR | O_CREAT | O_CLOEXEC : O_RDONLY | O_CLOEXEC, 0600);
    if (fd < 0 && (write || errno != ENOENT))
        return fail_io(cx, "opening", path);
    if (fd >= 0 && flock(fd, (write ? LOCK_EX : LOCK_SH) | LOCK_NB) != 0) {
        close(fd);
        return fail(cx, E_CONFLICT, "another process is at work in " STR_FMT, STR_ARG(root));
    }
    *out = (Repository){.root = root, .lock = fd};
    return OK;
}

void repository_close(Repository *r)
{
    if (r->lock >= 0)
        close(r->lock);
    r->lock = -1;
}

Str repository_file(Cx *cx, const Repository *r, Str snapshot, Str file)
{
    return arena_fmt(cx->arena, STR_FMT "/" STR_FMT "/" STR_FMT, STR_ARG(r->root),
                     STR_ARG(snapshot), STR_ARG(file));
}

Str repository_blob(Cx *cx, const Repository *r, const uint8_t sum[SHA256_BYTES])
{
    Str hex = hex_text(cx->arena, sum, SHA256_BYTES);
    return arena_fmt(cx->arena, STR_FMT "/blobs/%.2s/" STR_FMT, STR_ARG(r->root), hex.p,
                     STR_ARG(hex));
}

Err repository_blob_folder(Cx *cx, const Repository *r, const uint8_t sum[SHA256_BYTES])
{
    Str all = arena_fmt(cx->arena, STR_FMT "/blobs", STR_ARG(r->root));
    TRY(folder_make(cx, all.p));
    return folder_make(cx, arena_fmt(cx->arena, "%s/%02x", all.p, sum[0]).p);
}

static bool is_snapshot(const char *name)
{
    static const char form[] = "0000-00-00t000000.000z";
    for (size_t i = 0; i < NAME_BYTES; i++)
        if (form[i] == '0' ? name[i] < '0' || name[i] > '9' : name[i] != form[i])
            return false;
    return name[NAME_BYTES] == 0;
}

static int by_name(const void *a, const void *b)
{
    const Str *x = a, *y = b;
    return strcmp(x->p, y->p);
}

Err repository_names(Cx *cx, const Repository *r, bool whole, Names *out)
{
    DIR *d = opendir(r->root.p);
    Names names = {0};
    size_t room = 0;
    if (!d)
        return fail_io(cx, "reading", r->root);
    for (struct dirent *f; (f = readdir(d));) {
        if (!is_snapshot(f->d_name) ||
            (whole &&
             access(repository_file(cx, r, str_of(f->d_name), S("inventory")).p, F_OK) != 0))
            continue;
        if (names.n == room) {
            Str *more = arena_array(cx->arena, Str, room = room ? room * 4 : 16);
            if (names.n)
                memcpy(more, names.p, names.n * sizeof *more);
            names.p = more;
        }
        names.p[names.n++] = arena_str(cx->arena, str_of(f->d_name));
    }
    closedir(d);
    if (names.n)
        qsort(names.p, names.n, sizeof *names.p, by_name);
    *out = names;
    return OK;
}

Err repository_snapshots(Cx *cx, const Repository *r, Names *out)
{
    return repository_names(cx, r, true, out);
}

Err repository_find(Cx *cx, const Repository *r, Str name, Str *out)
{
    Names all = {0};
    TRY(repository_snapshots(cx, r, &all));
    for (size_t i = all.n; i > 0; i--)
        if (!name.n || str_eq(name, all.p[i - 1])) {
            *out = all.p[i - 1];
            return OK;
        }
    if (name.n)
        return fail(cx, E_NOT_FOUND, STR_FMT " has no backup " STR_FMT, STR_ARG(r->root),
                    STR_ARG(name));
    return fail(cx, E_NOT_FOUND, STR_FMT " holds no whole backup", STR_ARG(r->root));
}

static Str name_of(Cx *cx, int64_t at)
{
    char text[TIME_TEXT]; /* 2026-11-22T12:42:16.123Z */
    time_write(text, at);
    return arena_fmt(cx->arena, "%.10st%.2s%.2s%.6sz", text, text + 11, text + 14, text + 17);
}

/* A clock that was set back must not make an older one the newest. */
Err repository_begin(Cx *cx, const Repository *r, Str *name)
{
    Names all = {0};
    int64_t at = cx->now, step = 1;
    TRY(repository_names(cx, r, false, &all));
    Str last = all.n ? all.p[all.n - 1] : S(""), own = name_of(cx, at);
    for (; strcmp(own.p, last.p) <= 0 && at < TIME_MAX / 2; step *= 2)
        own = name_of(cx, at += step);
    TRY(folder_make(cx, arena_fmt(cx->arena, STR_FMT "/%s", STR_ARG(r->root), own.p).p));
    *name = own;
    return OK;
}
