#include "base/clock.h"
#include "base/file.h"
#include "base/filename.h"
#include "base/id.h"
#include "base/log.h"
#include "catalog/video.h"
#include "common/queue.h"
#include "encode/encode.h"
#include "role/command.h"
#include "role/open.h"
#include "upload/upload.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PAUSE_US = 300000, ALIVE_MS = 25000, COPY_STEP = 64 << 20, COPY_ROOM = 256 << 10 };

typedef struct Import {
    const char *file;
    Str title, show;
    bool publish, wait;
} Import;

/* At most `left` bytes; 0: the end of the file, -1: errno says. */
static ssize_t copy_step(int from, int to, char *room, size_t left)
{
    ssize_t n = copy_file_range(from, NULL, to, NULL, left < COPY_STEP ? left : COPY_STEP, 0);
    if (n >= 0 || (errno != EXDEV && errno != EINVAL && errno != EOPNOTSUPP && errno != ENOSYS))
        return n;
    n = read(from, room,
             left < COPY_ROOM ? left : COPY_ROOM); /* from another file system: by hand */
    return n <= 0 || file_write(to, room, (size_t)n) ? n : -1;
}

static Err copy_bytes(Cx *cx, int from, int to, int64_t size)
{
    char *room = arena_take(cx->arena, COPY_ROOM);
    while (size > 0) {
        ssize_t n = copy_step(from, to, room, (size_t)size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return fail_io(cx, "copying the file", S(""));
        if (n == 0)
            return fail(cx, E_CONFLICT, "the file became shorter while it was copied");
        size -= n;
    }
    return OK;
}

/* The file as a blob: copied beside the uploads, synced, named. */
static Err store_file(Cx *cx, const char *file, Str id, Str *key, int64_t *size)
{
    struct stat s;
    Str folder = {0};
    int from = open(file, O_RDONLY | O_CLOEXEC);
    if (from < 0)
        return fail(cx, E_NOT_FOUND, "%s: %s", file, strerror(errno));
    Err e = fstat(from, &s) == 0 && S_ISREG(s.st_mode) && s.st_size > 0
                ? upload_folder(cx, &folder)
                : fail(cx, E_INVALID, "%s is no file with bytes in it", file);
    if (e) {
        close(from);
        return e;
    }
    Str copy = arena_fmt(cx->arena, STR_FMT "/" STR_FMT, STR_ARG(folder), STR_ARG(id));
    int to = open(copy.p, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    e = to < 0 ? fail_io(cx, "making", copy) : copy_bytes(cx, from, to, s.st_size);
    close(from);
    if (to >= 0)
        close(to);
    *key = arena_fmt(cx->arena, "original/" STR_FMT, STR_ARG(id));
    *size = s.st_size;
    if (!e)
        e = blob_adopt(cx, cx->app->blobs, *key, copy.p);
    (void)unlink(copy.p);
    return e;
}

static Err add_video(Cx *cx, const Import *in, Str key, int64_t size, Video *video)
{
    VideoNew new = {.title = in->title,
                    .description = S(""),
                    .kind = VIDEO_KIND_CLIP,
                    .show = in->show,
                    .language = S("id"),
                    .visibility = VISIBILITY_PUBLIC,
                    .access = ACCESS_EVERYONE,
                    .content_rating = CONTENT_RATING_SU,
                    .comment_policy = COMMENT_POLICY_OPEN,
                    .has = {.show = in->show.n > 0}};
    Str version = {0};
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(video_add(cx, &new, video));
    if (in->publish)
        TRY(db_run(cx, SQL_VIDEO_ASK_PUBLISHING, ARGS(V(video->id)), NULL));
    TRY(encode_begin(cx, video->id, key, filename_safe(cx, str_of(in->file), S("original")), size,
                     &version));
    TRY(tx_commit(&tx));
    return db_settle(cx);
}

static void show_progress(const Encoding *now, bool tty)
{
    static const char *const states[] = {"", "waiting", "probing", "encoding", "ready", "failed"};
    fprintf(stderr, tty ? "\r%-10s %3lld %%" : "%s %lld %%\n", states[now->state],
            (long long)now->percent);
    fflush(stderr);
}

/* One turn: work ourselves when nobody else does, else wait. *over when it is ready or failed. */
static Err step(Cx *cx, Str video, bool tty, Encoding *last, bool *over)
{
    bool alive = false;
    Encoding now = {0};
    cx_again(cx);
    TRY(encode_status(cx, video, &now));
    if (now.state != last->state || now.percent != last->percent)
        show_progress(&now, tty);
    *last = (Encoding){.state = now.state, .percent = now.percent};
    *over = now.state == ENCODING_STATE_READY || now.state == ENCODING_STATE_FAILED;
    if (*over)
        return now.state == ENCODING_STATE_READY
                   ? OK
                   : fail(cx, E_MEDIA_REFUSED, STR_FMT, STR_ARG(now.reason));
    TRY(worker_alive(cx, ALIVE_MS, &alive));
    Err e = alive ? E_NOT_FOUND : encode_work_once(cx, cx->app->worker_id);
    if (e == E_NOT_FOUND)
        usleep(PAUSE_US);
    return e == E_NOT_FOUND ? OK : e;
}

static Err import(Cx *cx, void *arg)
{
    const Import *in = arg;
    Str key = {0}, id = id_new(cx);
    int64_t size = 0;
    Video video = {0};
    Encoding last = {0};
    bool over = false, alive = false, tty = isatty(STDERR_FILENO);
    TRY(store_file(cx, in->file, id, &key, &size));
    Err e = add_video(cx, in, key, size, &video);
    if (e) {
        blob_undo(cx, cx->app->blobs, key);
        return e;
    }
    printf("%.*s\n", STR_ARG(video.id));
    fflush(stdout);
    char name[ID_TEXT], slug[100];
    memcpy(name, video.id.p, ID_TEXT);
    snprintf(slug, sizeof slug, STR_FMT, STR_ARG(video.slug));
    TRY(worker_alive(cx, ALIVE_MS, &alive));
    while (!over && (in->wait || !alive))
        TRY(step(cx, (Str){name, ID_TEXT}, tty, &last, &over));
    if (over)
        fprintf(stderr, "%s%s%s/watch/%s\n", tty ? "\n" : "",
                in->publish ? "" : "Not published yet: ", cx->app->public_url.p, slug);
    return OK;
}

Err cmd_import(Cx *cx, App *app, int argc, char **argv)
{
    Import in = {.title = flag_take(&argc, argv, "--title", true),
                 .show = flag_take(&argc, argv, "--show", true)};
    in.publish = flag_take(&argc, argv, "--publish", false).p != NULL;
    in.wait = flag_take(&argc, argv, "--wait", false).p != NULL;
    if (argc != 3 || !in.title.n || in.title.n > 200)
        return fail(cx, E_INVALID,
                    "usage: hub import FILE --title TITLE [--show SLUG] [--publish] [--wait]");
    in.file = argv[2];
    log_open(LOG_WARN, STDERR_FILENO);
    Err e = app_open(cx, false, app);
    if (!e) {
        e = app_run(cx, import, &in);
        app_close(cx, app);
    }
    log_close();
    return e;
}
