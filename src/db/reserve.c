#include "db/reserve.h"

#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { LOOK_MS = 1000 };

struct Reserve {
    int dir;
    int64_t bytes;
    int64_t look_at_ms;
    bool there;
    bool withheld; /* bug switch */
};

static bool room_for(int dir, int64_t bytes)
{
    struct statvfs fs;
    if (fstatvfs(dir, &fs))
        return false;
    return fs.f_bavail >= (uint64_t)bytes / fs.f_frsize + 1;
}

static bool make(Reserve *r)
{
    int fd = openat(r->dir, "reserve", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return false;
    bool made = ftruncate(fd, (off_t)r->bytes) == 0 && posix_fallocate(fd, 0, (off_t)r->bytes) == 0;
    close(fd);
    if (!made)
        unlinkat(r->dir, "reserve", 0);
    return made;
}

static bool is_whole(const Reserve *r)
{
    struct stat st;
    return fstatat(r->dir, "reserve", &st, 0) == 0 && st.st_size == r->bytes &&
           st.st_blocks * 512 >= r->bytes;
}

static int folder_of(const char *file)
{
    const char *slash = strrchr(file, '/');
    char *dir = slash ? strndup(file, (size_t)(slash - file) + 1) : strdup(".");
    if (!dir)
        abort();
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    free(dir);
    return fd;
}

Reserve *reserve_open(const char *database, int64_t bytes)
{
    Reserve *r = calloc(1, sizeof *r);
    if (!r)
        abort();
    r->dir = folder_of(database);
    r->bytes = bytes;
    r->withheld = bug("noreserve");
    if (bytes > 0 && r->dir >= 0)
        r->there = is_whole(r) || (room_for(r->dir, 2 * bytes) && make(r));
    return r;
}

void reserve_close(Reserve *r)
{
    if (!r)
        return;
    if (r->dir >= 0)
        close(r->dir);
    free(r);
}

bool reserve_spend(Reserve *r)
{
    r->look_at_ms = clock_mono_ms() + LOOK_MS;
    if (!r->there || r->withheld)
        return false;
    r->there = false;
    if (unlinkat(r->dir, "reserve", 0) || fsync(r->dir))
        return false;
    log_say(LOG_ERROR, "store.full", LI("reserve_freed", r->bytes));
    return true;
}

void reserve_renew(Reserve *r)
{
    if (r->there || r->bytes <= 0 || r->dir < 0 || clock_mono_ms() < r->look_at_ms)
        return;
    r->look_at_ms = clock_mono_ms() + LOOK_MS;
    r->there = room_for(r->dir, 2 * r->bytes) && make(r);
    if (r->there)
        log_say(LOG_INFO, "store.room_again", LI("reserve", r->bytes));
}
