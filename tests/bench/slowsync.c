/* slowsync.so, by LD_PRELOAD: a disk whose sync takes SLOWSYNC_US longer, for whoever is measured
 * on one that answers at once. Everything else is the disk's own.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <unistd.h>

static int sync_by(const char *name, int fd)
{
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    const char *us = getenv("SLOWSYNC_US");
    int result = real(fd);
    usleep(us ? (useconds_t)strtoul(us, NULL, 10) : 0);
    return result;
}

int fsync(int fd)
{
    return sync_by("fsync", fd);
}

int fdatasync(int fd)
{
    return sync_by("fdatasync", fd);
}
