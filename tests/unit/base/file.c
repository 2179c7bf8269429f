#include "base/file.h"
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct Folder {
    char name[32], file[48], link[48];
    Arena *arena;
} Folder;

static Folder folder_new(void)
{
    Folder f = {.name = "/tmp/hub-file-XXXXXX", .arena = arena_new()};
    CHECK(mkdtemp(f.name) != NULL);
    snprintf(f.file, sizeof f.file, "%s/file", f.name);
    snprintf(f.link, sizeof f.link, "%s/link", f.name);
    CHECK(symlink("file", f.link) == 0);
    return f;
}

static void folder_end(Folder *f)
{
    unlink(f->file);
    unlink(f->link);
    rmdir(f->name);
    arena_free(f->arena);
}

TEST(files_are_read_whole_up_to_the_most_allowed)
{
    Folder f = folder_new();
    Str is = {0};
    CHECK(!file_read_path(f.arena, f.file, 0, 8, &is) && errno == ENOENT);
    CHECK(file_make(f.file, "", 0) && file_read_path(f.arena, f.file, 0, 8, &is) && is.n == 0);
    CHECK(file_make(f.file, "12345678", 8) && file_read_path(f.arena, f.file, 0, 8, &is));
    CHECK(str_eq(is, S("12345678")) && is.p[8] == 0);
    CHECK(!file_read_path(f.arena, f.file, 0, 7, &is) && errno == EFBIG && is.n == 8);
    CHECK(file_read_path(f.arena, f.link, 0, 8, &is));
    CHECK(!file_read_path(f.arena, f.link, O_NOFOLLOW, 8, &is) && errno == ELOOP);
    CHECK(!file_read_path(f.arena, f.name, 0, 8, &is) && errno == EISDIR);
    folder_end(&f);
}

TEST(files_are_made_over_what_was_there_but_not_through_a_link)
{
    Folder f = folder_new();
    Str is = {0};
    CHECK(!file_make(f.link, "1", 1) && errno == ELOOP && access(f.file, F_OK) != 0);
    CHECK(file_make(f.file, "1234", 4) && file_make(f.file, "56", 2));
    CHECK(file_read_path(f.arena, f.file, 0, 8, &is) && str_eq(is, S("56")));
    folder_end(&f);
}

TEST(files_that_do_not_tell_their_size_are_read_to_their_end)
{
    Arena *arena = arena_new();
    Str is = {0};
    CHECK(file_read_path(arena, "/proc/self/stat", 0, 4096, &is) && is.n > 8);
    CHECK(!file_read_path(arena, "/proc/self/stat", 0, 8, &is) && errno == EFBIG);
    CHECK(!file_read_path(arena, "/dev/zero", 0, 4096, &is) && errno == EFBIG);
    arena_free(arena);
}

enum { MANY = 1 << 20 };

static void *drink(void *who)
{
    int *fd = who, byte = 0;
    char room[1000];
    for (ssize_t n; (n = read(*fd, room, sizeof room)) > 0;)
        byte += (int)n;
    *fd = byte;
    return NULL;
}

TEST(files_are_written_whole_however_little_is_taken_at_a_time)
{
    int ends[2] = {0};
    pthread_t reader = 0;
    char *bytes = calloc(1, MANY);
    CHECK(bytes && pipe(ends) == 0 && pthread_create(&reader, NULL, drink, &ends[0]) == 0);
    int from = ends[0];
    CHECK(file_write(ends[1], bytes, MANY));
    close(ends[1]);
    pthread_join(reader, NULL);
    CHECK(ends[0] == MANY);
    close(from);
    free(bytes);
}

TEST(parts_of_files_end_where_the_file_does)
{
    Folder f = folder_new();
    char room[8] = {0};
    CHECK(file_make(f.file, "12345678", 8));
    int fd = open(f.file, O_RDONLY | O_CLOEXEC);
    CHECK(file_read_part(fd, 2, room, 4) == 4 && memcmp(room, "3456", 4) == 0);
    CHECK(file_read_part(fd, 6, room, 4) == 2 && file_read_part(fd, 9, room, 4) == 0);
    CHECK(file_read_part(-1, 0, room, 4) == -1 && errno == EBADF);
    close(fd);
    folder_end(&f);
}

TEST(a_full_disk_is_told_from_what_else_goes_wrong)
{
    Cx cx = {0};
    int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
    CHECK(!file_write(fd, "1", 1) && file_failed(&cx, "trying") == E_FULL);
    CHECK(!file_write(-1, "1", 1) && file_failed(&cx, "trying") == E_INTERNAL);
    CHECK(strncmp(cx.said, "trying: ", 8) == 0);
    close(fd);
}
