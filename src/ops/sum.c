#include "ops/sum.h"

#include "base/file.h"
#include "blob/blob.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static Err pass(Cx *cx, int from, int64_t n, int to, Digest *d)
{
    char room[64 << 10];
    for (int64_t at = 0; at < n;) {
        size_t want = n - at < (int64_t)sizeof room ? (size_t)(n - at) : sizeof room;
        ssize_t got = file_read_part(from, at, room, want);
        if (got < 0)
            return fail_io(cx, "reading", S("a file of the backup"));
        if (got == 0)
            return fail(cx, E_UNAVAILABLE, "a file of %lld bytes ended at %lld", (long long)n,
                        (long long)at);
        digest_add(d, room, (size_t)got);
        if (to >= 0 && !file_write(to, room, (size_t)got))
            return fail_io(cx, "writing", S("a file of the backup"));
        at += got;
    }
    return OK;
}

Err sum_bytes(Cx *cx, int from, int64_t n, int to, uint8_t sum[SHA256_BYTES])
{
    uint8_t made[64];
    Digest *d = digest_open(DIGEST_SHA256);
    Err e = pass(cx, from, n, to, d);
    digest_close(d, made);
    if (!e)
        memcpy(sum, made, SHA256_BYTES);
    return e;
}

Err sum_file(Cx *cx, Str path, int64_t *size, uint8_t sum[SHA256_BYTES])
{
    struct stat s;
    int fd = open(path.p, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return fail_io(cx, "opening", path);
    Err e = fstat(fd, &s) ? fail_io(cx, "reading", path) : sum_bytes(cx, fd, s.st_size, -1, sum);
    close(fd);
    if (!e)
        *size = s.st_size;
    return e;
}
