#include "blob/blob.h"

#include "base/clock.h"
#include "base/fault.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_ROOM = 1024, HOLD_WAIT_MS = 5000, HOLD_LOOK_US = 2000 };

struct Blobs {
    char root[PATH_ROOM];
    pthread_mutex_t making; /* who finds a folder of another thread must find it synced */
};

Err fail_io(Cx *cx, const char *doing, Str what)
{
    int no = errno;
    Err e = no == ENOSPC || no == EDQUOT ? E_FULL : no == ENOENT ? E_NOT_FOUND : E_UNAVAILABLE;
    return fail(cx, e, "%s " STR_FMT ": %s", doing, STR_ARG(what), strerror(no));
}

Err folder_sync(Cx *cx, const char *folder)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return fail_io(cx, "opening", str_of(folder));
    int rc = bug("nofsync") || bug("nofsync-file") ? 0 : fsync(fd);
    Err e = rc ? fail_io(cx, "syncing", str_of(folder)) : OK;
    close(fd);
    return e;
}

Err folder_make(Cx *cx, const char *folder)
{
    if (mkdir(folder, 0700) != 0)
        return errno == EEXIST ? OK : fail_io(cx, "making", str_of(folder));
    const char *slash = strrchr(folder, '/');
    size_t n = slash && slash > folder ? (size_t)(slash - folder) : 1;
    return folder_sync(cx, arena_fmt(cx->arena, "%.*s", (int)n, slash ? folder : ".").p);
}

Err blobs_open(Cx *cx, Str root, Blobs **out)
{
    Blobs *b = calloc(1, sizeof *b);
    if (!b)
        abort();
    pthread_mutex_init(&b->making, NULL);
    int n = snprintf(b->root, sizeof b->root, STR_FMT, STR_ARG(root));
    Err e = n > 0 && n < PATH_ROOM - 200
                ? folder_make(cx, b->root)
                : fail(cx, E_UNAVAILABLE, "the path of the blobs is too long");
    if (!e) /* of folders that a process made which died before its sync */
        e = folder_sync(cx, b->root);
    if (e)
        blobs_close(b);
    else
        *out = b;
    return e;
}

void blobs_close(Blobs *b)
{
    if (b)
        pthread_mutex_destroy(&b->making);
    free(b);
}

/* Keys are the hub's own; one that could leave the folder is a bug, and stops here. */
static void check_key(Str key)
{
    size_t slashes = 0;
    assert(key.n && key.n < 120 && key.p[0] != '/' && key.p[0] != '.');
    for (size_t i = 0; i < key.n; i++) {
        char c = key.p[i];
        slashes += c == '/';
        assert((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '/' ||
               (c == '.' && key.p[i - 1] != '.' && key.p[i - 1] != '/'));
    }
    assert(slashes == 1);
}

Str blob_path(Cx *cx, Blobs *b, Str key)
{
    check_key(key);
    return arena_fmt(cx->arena, "%s/" STR_FMT, b->root, STR_ARG(key));
}

static Str folder_of(Cx *cx, Blobs *b, Str key)
{
    Str rest, kind = str_cut(key, '/', &rest);
    return arena_fmt(cx->arena, "%s/" STR_FMT, b->root, STR_ARG(kind));
}

static Err sync_file(Cx *cx, const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return fail_io(cx, "opening", str_of(path));
    int rc = bug("nofsync") || bug("nofsync-file") ? 0 : fsync(fd);
    Err e = rc ? fail_io(cx, "syncing", str_of(path)) : OK;
    close(fd);
    return e;
}

Err blob_adopt(Cx *cx, Blobs *b, Str key, const char *path)
{
    Str to = blob_path(cx, b, key), folder = folder_of(cx, b, key);
    crash_step("blob: before sync");
    TRY(sync_file(cx, path));
    pthread_mutex_lock(&b->making);
    Err e = folder_make(cx, folder.p);
    pthread_mutex_unlock(&b->making);
    TRY(e);
    crash_step("blob: before link");
    if (link(path, to.p) != 0 && errno != EEXIST)
        return fail_io(cx, "storing", key);
    e = folder_sync(cx, folder.p);
    if (e)
        (void)unlink(to.p); /* a second sync would hide that the first one failed */
    crash_step("blob: after link");
    return e;
}

Err blob_open(Cx *cx, Blobs *b, Str key, int *fd, int64_t *size)
{
    Str path = blob_path(cx, b, key);
    struct stat s;
    int opened = open(path.p, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (opened < 0)
        return fail_io(cx, "opening blob", key);
    if (fstat(opened, &s) != 0 || !S_ISREG(s.st_mode)) {
        close(opened);
        return fail(cx, E_UNAVAILABLE, "blob " STR_FMT " is no file", STR_ARG(key));
    }
    *fd = opened;
    *size = s.st_size;
    return OK;
}

/* Who drops shares the lock with others who drop; who holds has it alone. */
static Err hold_open(Cx *cx, const Blobs *b, int *fd)
{
    Str path = arena_fmt(cx->arena, "%s.hold", b->root);
    *fd = open(path.p, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    return *fd < 0 ? fail_io(cx, "opening", path) : OK;
}

Err blobs_hold(Cx *cx, Blobs *b, int *fd)
{
    int lock = -1;
    int64_t until = clock_mono_ms() + HOLD_WAIT_MS;
    TRY(hold_open(cx, b, &lock));
    while (flock(lock, LOCK_EX | LOCK_NB) != 0) {
        if (clock_mono_ms() >= until) {
            close(lock);
            return fail(cx, E_CONFLICT, "another backup of this folder is being made");
        }
        usleep(HOLD_LOOK_US);
    }
    *fd = lock;
    return OK;
}

static Err drop(Cx *cx, Blobs *b, Str key)
{
    Str path = blob_path(cx, b, key);
    if (unlink(path.p) != 0 && errno != ENOENT)
        return fail_io(cx, "dropping blob", key);
    return folder_sync(cx, folder_of(cx, b, key).p);
}

Err blob_drop(Cx *cx, Blobs *b, Str key)
{
    int lock = -1;
    Err e = hold_open(cx, b, &lock);
    if (e == E_FULL) /* the first drop of all, on a full disk: there is no lock to be had */
        return drop(cx, b, key);
    TRY(e);
    if (flock(lock, LOCK_SH | LOCK_NB) == 0 || bug("dropheld"))
        e = drop(cx, b, key);
    else
        e = fail(cx, E_CONFLICT, "blobs are held while a backup is made");
    close(lock);
    return e;
}

void blob_undo(Cx *cx, Blobs *b, Str key)
{
    char said[sizeof cx->said];
    memcpy(said, cx->said, sizeof said);
    if (key.n)
        (void)(drop(cx, b, key) == OK); /* no row named it ever: nobody holds it */
    memcpy(cx->said, said, sizeof said);
}

static void each_in(Cx *cx, Blobs *b, const char *kind, void (*each)(void *, Str, int64_t),
                    void *who)
{
    Str folder = arena_fmt(cx->arena, "%s/%s", b->root, kind);
    DIR *d = opendir(folder.p);
    struct stat s;
    for (struct dirent *f; d && (f = readdir(d));) {
        if (f->d_name[0] == '.' || fstatat(dirfd(d), f->d_name, &s, AT_SYMLINK_NOFOLLOW) != 0)
            continue;
        char key[PATH_ROOM];
        int n = snprintf(key, sizeof key, "%s/%s", kind, f->d_name);
        each(who, (Str){key, (size_t)n}, s.st_size);
    }
    if (d)
        closedir(d);
}

Err blob_each(Cx *cx, Blobs *b, void (*each)(void *, Str, int64_t), void *who)
{
    DIR *d = opendir(b->root);
    if (!d)
        return fail_io(cx, "reading", str_of(b->root));
    for (struct dirent *f; (f = readdir(d));)
        if (f->d_name[0] != '.')
            each_in(cx, b, f->d_name, each, who);
    closedir(d);
    return OK;
}
