#include "powerloss_log.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static struct {
    int log;
    const char *dir, *log_path, *eio_on;
    size_t dir_n;
    long eio;
    int kept;
    pthread_mutex_t mu;
} shim = {.log = -1, .mu = PTHREAD_MUTEX_INITIALIZER};

void lock(void)
{
    pthread_mutex_lock(&shim.mu);
}

void unlock(void)
{
    pthread_mutex_unlock(&shim.mu);
}

__attribute__((constructor)) static void start(void)
{
    const char *eio = getenv("PL_EIO");
    shim.log_path = getenv("PL_LOG");
    shim.dir = getenv("PL_DIR");
    shim.eio_on = getenv("PL_EIO_ON") ? getenv("PL_EIO_ON") : "";
    shim.eio = eio ? strtol(eio, NULL, 10) : 0;
    if (!shim.log_path || !shim.dir)
        return;
    shim.dir_n = strlen(shim.dir);
    int flags = O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC;
    shim.log = (int)syscall(SYS_openat, AT_FDCWD, shim.log_path, flags, 0600);
    pthread_atfork(lock, unlock,
                   unlock); /* no child is born with the lock held by a thread it lacks */
}

static bool ends_in(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);
    return n >= m && strcmp(text + n - m, end) == 0;
}

static bool watched(const char *path)
{
    return shim.log >= 0 && strncmp(path, shim.dir, shim.dir_n) == 0 &&
           (path[shim.dir_n] == '/' || !path[shim.dir_n]) && !ends_in(path, "-shm");
}

bool path_of(int fd, char path[PATH_MAX])
{
    char link[64];
    if (shim.log < 0 || fd == shim.log)
        return false;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, PATH_MAX - 1);
    path[n < 0 ? 0 : n] = 0;
    return n > 0 && watched(path);
}

bool path_at(int folder, const char *name, char path[PATH_MAX])
{
    char dir[PATH_MAX], real[PATH_MAX];
    if (shim.log < 0 || !name[0] || strlen(name) >= PATH_MAX)
        return false;
    const char *slash = strrchr(name, '/'), *last = slash ? slash + 1 : name;
    snprintf(dir, sizeof dir, "%.*s", slash ? (int)(slash - name) + 1 : 1, slash ? name : ".");
    int fd = (int)syscall(SYS_openat, folder, dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return false;
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, real, sizeof real - 1);
    syscall(SYS_close, fd);
    if (n <= 0 || (size_t)n + strlen(last) + 2 > PATH_MAX)
        return false;
    memcpy(path, real, (size_t)n);
    path[n] = '/';
    memcpy(path + n + 1, last, strlen(last) + 1);
    return watched(path);
}

void emit(struct Record r, const char *path, const void *data)
{
    r.path_n = (uint32_t)strlen(path);
    struct iovec parts[3] = {{&r, sizeof r},
                             {(void *)(uintptr_t)path, r.path_n},
                             {(void *)(uintptr_t)data, (size_t)r.n}};
    if (syscall(SYS_writev, shim.log, parts, data ? 3 : 2) < 0)
        abort(); /* an undo log with holes would prove nothing */
}

void emit_text(enum Kind kind, const char *path, const char *text)
{
    emit((struct Record){.kind = kind, .n = (int64_t)strlen(text)}, path, text);
}

void before(int fd, int64_t at, int64_t n)
{
    char path[PATH_MAX];
    struct stat st;
    if (!path_of(fd, path) || fstat(fd, &st) || !S_ISREG(st.st_mode))
        return;
    int64_t left = st.st_size - at, have = left < 0 ? 0 : left < n ? left : n;
    char *was = malloc((size_t)have + 1);
    if (!was)
        abort();
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd); /* the descriptor may be write-only */
    int in = have ? (int)syscall(SYS_openat, AT_FDCWD, link, O_RDONLY | O_CLOEXEC) : -1;
    if (have && (in < 0 || syscall(SYS_pread64, in, was, have, at) != have))
        abort();
    if (in >= 0)
        syscall(SYS_close, in);
    emit(
        (struct Record){
            .kind = BYTES, .inode = st.st_ino, .at = at, .size = st.st_size, .more = n, .n = have},
        path, was);
    free(was);
}

void emit_all(void)
{
    emit((struct Record){.kind = ALL}, shim.dir, NULL);
}

bool watching(void)
{
    return shim.log >= 0;
}

bool sync_fails(const char *path)
{
    return shim.eio > 0 && ends_in(path, shim.eio_on) && --shim.eio == 0;
}

/* By a hard link beside the log. */
void keep(const char *path)
{
    char link[PATH_MAX];
    struct stat st;
    if (!watched(path) || fstatat(AT_FDCWD, path, &st, AT_SYMLINK_NOFOLLOW))
        return;
    snprintf(link, sizeof link, "%s.kept-%d-%d", shim.log_path, (int)getpid(), ++shim.kept);
    if (S_ISDIR(st.st_mode))
        emit_text(GONE, path, "");
    else if (syscall(SYS_linkat, AT_FDCWD, path, AT_FDCWD, link, 0) == 0)
        emit_text(GONE, path, link);
    else
        abort(); /* the log must lie on the folder's file system */
}
