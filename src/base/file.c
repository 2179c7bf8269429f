#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* For the file as large as it says it is and one byte more, which tells of its end. What is no
 * plain file, and what the kernel makes up as it is read, does not say. */
static size_t room_for(int fd, size_t most)
{
    struct stat is;
    bool told = fstat(fd, &is) == 0 && S_ISREG(is.st_mode) && is.st_size > 0;
    return (told && (uint64_t)is.st_size < most ? (size_t)is.st_size : most) + 1;
}

bool file_read(Arena *arena, int fd, size_t most, Str *out)
{
    size_t room = room_for(fd, most), have = 0;
    char *p = arena_take(arena, room);
    while (have < room) {
        ssize_t got = read(fd, p + have, room - have);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return false;
        if (got == 0) {
            *out = (Str){p, have};
            return true;
        }
        have += (size_t)got;
    }
    errno = EFBIG;
    return false;
}

bool file_read_path(Arena *arena, const char *path, int flags, size_t most, Str *out)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | flags);
    if (fd < 0)
        return false;
    bool good = file_read(arena, fd, most, out);
    int why = errno;
    close(fd);
    errno = why;
    return good;
}

ssize_t file_read_part(int fd, int64_t at, void *to, size_t n)
{
    size_t have = 0;
    while (have < n) {
        ssize_t got = pread(fd, (char *)to + have, n - have, at + (int64_t)have);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -1;
        if (got == 0)
            break;
        have += (size_t)got;
    }
    return (ssize_t)have;
}

bool file_write(int fd, const void *from, size_t n)
{
    for (const char *p = from; n;) {
        ssize_t put = write(fd, p, n);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0) {
            errno = put ? errno : EIO;
            return false;
        }
        p += put;
        n -= (size_t)put;
    }
    return true;
}

bool file_make(const char *path, const void *from, size_t n)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return false;
    bool good = file_write(fd, from, n);
    int why = errno;
    close(fd);
    errno = why;
    return good;
}

Err file_failed(Cx *cx, const char *doing)
{
    bool full = errno == ENOSPC || errno == EDQUOT;
    return fail(cx, full ? E_FULL : E_INTERNAL, "%s: %s", doing, strerror(errno));
}
