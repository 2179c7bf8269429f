/* powerloss.c - LD_PRELOAD: an undo log of every change to a folder that no sync has covered yet.
 *
 *     gcc -D_GNU_SOURCE -O2 -shared -fPIC powerloss.c powerloss_log.c -o powerloss.so
 *     PL_DIR=folder PL_LOG=file LD_PRELOAD=powerloss.so program
 *
 * kill -9 proves little: the kernel keeps what a process has written. This library writes down,
 * before each change, how to take it back; powerloss.py then takes back what was not synced when
 * the process ended. PL_DIR and PL_LOG are absolute, the log outside the folder and on the same
 * file system (removed files are kept beside it as hard links, PL_LOG.kept-N-M). PL_EIO=n
 * PL_EIO_ON=suffix: the n-th sync of such a file fails once, and what it should have kept is lost
 * for good, as Linux does it.
 *
 * Known calls: write, pwrite, writev, pwritev, pwritev2, sendfile, splice, copy_file_range,
 * ftruncate, truncate, fallocate, posix_fallocate; open, openat, creat (with O_CREAT, O_TRUNC),
 * mkdir, mkdirat, link, linkat, rename, renameat, renameat2, unlink, unlinkat, rmdir; fsync,
 * fdatasync, syncfs, sync. Not known: stdio's own writes, mmap (SQLite's -shm, which is rebuilt),
 * io_uring, O_SYNC (taken as not synced). Children inherit it.
 */
#include "powerloss_log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

/* Where the next write without an offset lands. */
static int64_t end_of(int fd)
{
    struct stat st;
    if (fcntl(fd, F_GETFL) & O_APPEND && !fstat(fd, &st))
        return st.st_size;
    return lseek(fd, 0, SEEK_CUR);
}

static int64_t total(const struct iovec *parts, int n)
{
    int64_t sum = 0;
    for (int i = 0; i < n; i++)
        sum += (int64_t)parts[i].iov_len;
    return sum;
}

/* The descriptor is cheap to ask for; only files of ours take the lock. */
#define CHANGES(type, fd, at, n, call)                                                             \
    do {                                                                                           \
        char path_[PATH_MAX];                                                                      \
        if (!path_of((fd), path_))                                                                 \
            return (type)(call);                                                                   \
        lock();                                                                                    \
        before((fd), (at), (int64_t)(n));                                                          \
        long result_ = (call);                                                                     \
        unlock();                                                                                  \
        return (type)result_;                                                                      \
    } while (0)

ssize_t pwrite64(int fd, const void *p, size_t n, off64_t at)
{
    CHANGES(ssize_t, fd, at, n, syscall(SYS_pwrite64, fd, p, n, at));
}

ssize_t pwrite(int fd, const void *p, size_t n, off_t at)
{
    return pwrite64(fd, p, n, at);
}

ssize_t write(int fd, const void *p, size_t n)
{
    CHANGES(ssize_t, fd, end_of(fd), n, syscall(SYS_write, fd, p, n));
}

ssize_t writev(int fd, const struct iovec *parts, int n)
{
    CHANGES(ssize_t, fd, end_of(fd), total(parts, n), syscall(SYS_writev, fd, parts, n));
}

ssize_t pwritev64v2(int fd, const struct iovec *parts, int n, off64_t at, int flags)
{
    CHANGES(ssize_t, fd, at < 0 ? end_of(fd) : at, total(parts, n),
            syscall(SYS_pwritev2, fd, parts, n, at, 0, flags));
}

ssize_t pwritev2(int fd, const struct iovec *parts, int n, off_t at, int flags)
{
    return pwritev64v2(fd, parts, n, at, flags);
}

ssize_t pwritev64(int fd, const struct iovec *parts, int n, off64_t at)
{
    CHANGES(ssize_t, fd, at, total(parts, n), syscall(SYS_pwritev, fd, parts, n, at, 0));
}

ssize_t pwritev(int fd, const struct iovec *parts, int n, off_t at)
{
    return pwritev64(fd, parts, n, at);
}

ssize_t sendfile64(int out, int in, off64_t *at, size_t n)
{
    CHANGES(ssize_t, out, end_of(out), n, syscall(SYS_sendfile, out, in, at, n));
}

ssize_t sendfile(int out, int in, off_t *at, size_t n)
{
    return sendfile64(out, in, at, n);
}

ssize_t splice(int in, off64_t *in_at, int out, off64_t *out_at, size_t n, unsigned flags)
{
    CHANGES(ssize_t, out, out_at ? *out_at : end_of(out), n,
            syscall(SYS_splice, in, in_at, out, out_at, n, flags));
}

ssize_t copy_file_range(int in, off64_t *in_at, int out, off64_t *out_at, size_t n, unsigned flags)
{
    CHANGES(ssize_t, out, out_at ? *out_at : end_of(out), n,
            syscall(SYS_copy_file_range, in, in_at, out, out_at, n, flags));
}

int fallocate64(int fd, int mode, off64_t at, off64_t n)
{
    CHANGES(int, fd, at, n, syscall(SYS_fallocate, fd, mode, at, n));
}

int fallocate(int fd, int mode, off_t at, off_t n)
{
    return fallocate64(fd, mode, at, n);
}

int posix_fallocate64(int fd, off64_t at, off64_t n)
{
    return fallocate64(fd, 0, at, n) ? errno : 0;
}

int posix_fallocate(int fd, off_t at, off_t n)
{
    return posix_fallocate64(fd, at, n);
}

enum { TO_THE_END = INT32_MAX };

int ftruncate64(int fd, off64_t size)
{
    CHANGES(int, fd, size, TO_THE_END, syscall(SYS_ftruncate, fd, size));
}

int ftruncate(int fd, off_t size)
{
    return ftruncate64(fd, size);
}

int truncate64(const char *name, off64_t size)
{
    int fd = (int)syscall(SYS_openat, AT_FDCWD, name, O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    int done = ftruncate64(fd, size);
    syscall(SYS_close, fd);
    return done;
}

int truncate(const char *name, off_t size)
{
    return truncate64(name, size);
}

static int sync_of(int fd, long call)
{
    char path[PATH_MAX];
    struct stat st;
    if (!path_of(fd, path) || fstat(fd, &st))
        return (int)syscall(call, fd);
    lock();
    bool bad = sync_fails(path);
    long done = bad ? -1 : syscall(call, fd);
    if (!done || bad)
        emit((struct Record){.kind = bad ? DROPPED : SYNCED, .inode = st.st_ino}, path, NULL);
    unlock();
    if (bad)
        errno = EIO;
    return (int)done;
}

int fsync(int fd)
{
    return sync_of(fd, SYS_fsync);
}

int fdatasync(int fd)
{
    return sync_of(fd, SYS_fdatasync);
}

int syncfs(int fd)
{
    lock();
    int done = (int)syscall(SYS_syncfs, fd);
    if (!done && watching())
        emit_all();
    unlock();
    return done;
}

void sync(void)
{
    lock();
    syscall(SYS_sync);
    if (watching())
        emit_all();
    unlock();
}

int unlinkat(int folder, const char *name, int flags)
{
    char path[PATH_MAX];
    if (!path_at(folder, name, path))
        return (int)syscall(SYS_unlinkat, folder, name, flags);
    lock();
    keep(path);
    int done = (int)syscall(SYS_unlinkat, folder, name, flags);
    unlock();
    return done;
}

int unlink(const char *name)
{
    return unlinkat(AT_FDCWD, name, 0);
}

int rmdir(const char *name)
{
    return unlinkat(AT_FDCWD, name, AT_REMOVEDIR);
}

int renameat2(int from_at, const char *from, int to_at, const char *to, unsigned flags)
{
    char a[PATH_MAX], b[PATH_MAX];
    bool ours = path_at(from_at, from, a), to_ours = path_at(to_at, to, b);
    if (!ours && !to_ours)
        return (int)syscall(SYS_renameat2, from_at, from, to_at, to, flags);
    lock();
    if (!to_ours)
        keep(a);
    else if (!(flags & RENAME_NOREPLACE))
        keep(b);
    int done = (int)syscall(SYS_renameat2, from_at, from, to_at, to, flags);
    if (!done && to_ours)
        emit_text(ours ? RENAMED : CREATED, b, ours ? a : "");
    unlock();
    return done;
}

int renameat(int from_at, const char *from, int to_at, const char *to)
{
    return renameat2(from_at, from, to_at, to, 0);
}

int rename(const char *from, const char *to)
{
    return renameat2(AT_FDCWD, from, AT_FDCWD, to, 0);
}

/* Runs the call; on success the name is one that was not there before. */
#define CREATES(folder, name, call)                                                                \
    do {                                                                                           \
        char path_[PATH_MAX];                                                                      \
        if (!path_at((folder), (name), path_))                                                     \
            return (int)(call);                                                                    \
        lock();                                                                                    \
        int done_ = (int)(call);                                                                   \
        if (!done_)                                                                                \
            emit((struct Record){.kind = CREATED}, path_, NULL);                                   \
        unlock();                                                                                  \
        return done_;                                                                              \
    } while (0)

int mkdirat(int folder, const char *name, mode_t mode)
{
    CREATES(folder, name, syscall(SYS_mkdirat, folder, name, mode));
}

int mkdir(const char *name, mode_t mode)
{
    return mkdirat(AT_FDCWD, name, mode);
}

int linkat(int from_at, const char *from, int to_at, const char *to, int flags)
{
    CREATES(to_at, to, syscall(SYS_linkat, from_at, from, to_at, to, flags));
}

int link(const char *from, const char *to)
{
    return linkat(AT_FDCWD, from, AT_FDCWD, to, 0);
}

/* O_TRUNC is taken apart, so that what it throws away is kept first. */
static int open_noted(int folder, const char *name, int flags, mode_t mode, const char *path)
{
    struct stat st;
    lock();
    bool fresh = flags & O_CREAT && fstatat(folder, name, &st, 0) != 0;
    bool cuts = flags & O_TRUNC && !fresh && (flags & O_ACCMODE) != O_RDONLY;
    int without = cuts ? flags & ~O_TRUNC : flags;
    int fd = (int)syscall(SYS_openat, folder, name, without | O_LARGEFILE, mode);
    if (fd >= 0 && fresh && fstat(fd, &st) == 0) /* a new file: nothing is pending of this inode */
        emit((struct Record){.kind = CREATED, .inode = st.st_ino}, path, NULL);
    unlock();
    if (fd >= 0 && cuts && ftruncate64(fd, 0)) {
        syscall(SYS_close, fd);
        return -1;
    }
    return fd;
}

static int open_any(int folder, const char *name, int flags, mode_t mode)
{
    char path[PATH_MAX];
    bool tmp = (flags & O_TMPFILE) == O_TMPFILE;
    if (tmp || !(flags & (O_CREAT | O_TRUNC)) || !path_at(folder, name, path))
        return (int)syscall(SYS_openat, folder, name, flags | O_LARGEFILE, mode);
    return open_noted(folder, name, flags, mode, path);
}

#define MODE_OF(flags, mode)                                                                       \
    mode_t mode = 0;                                                                               \
    if ((flags)&O_CREAT || ((flags)&O_TMPFILE) == O_TMPFILE) {                                     \
        va_list ap_;                                                                               \
        va_start(ap_, flags);                                                                      \
        mode = va_arg(ap_, mode_t);                                                                \
        va_end(ap_);                                                                               \
    }

int openat64(int folder, const char *name, int flags, ...)
{
    MODE_OF(flags, mode)
    return open_any(folder, name, flags, mode);
}

int open64(const char *name, int flags, ...)
{
    MODE_OF(flags, mode)
    return open_any(AT_FDCWD, name, flags, mode);
}

int openat(int folder, const char *name, int flags, ...) __attribute__((alias("openat64")));
int open(const char *name, int flags, ...) __attribute__((alias("open64")));

int creat64(const char *name, mode_t mode)
{
    return open_any(AT_FDCWD, name, O_CREAT | O_WRONLY | O_TRUNC, mode);
}

int creat(const char *name, mode_t mode)
{
    return creat64(name, mode);
}
