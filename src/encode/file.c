/* Renditions and the sound as files to keep: a plain MP4 that is put together while it is sent. */
#include "base/clock.h"
#include "base/fault.h"
#include "base/hash.h"
#include "base/id.h"
#include "db/db.h"
#include "encode/folder.h"
#include "encode/jobs.h"
#include "encode/publish.h"
#include "media/progressive.h"

#include <fcntl.h>
#include <unistd.h>

enum { READ_ROOM = 1 << 20 };

/* The tracks of one file, and the blobs their bytes stay in. */
typedef struct Parts {
    MediaTrack tracks[2];
    ProgressiveTrack of[2]; /* picture, sound */
    Str keys[2];
    bool has[2];
    size_t n;
    int64_t size;
    Str sha256;
} Parts;

static Err part(Attempt *a, Parts *parts, size_t which, Str name)
{
    Cx *cx = a->cx;
    RenditionRow row = {0};
    Err e = db_one(cx, SQL_RENDITION_BY_NAME, ARGS(V(a->encode.id), V(name)), &RENDITION_ROW, &row);
    if (e == E_NOT_FOUND && which == 1) /* a silent video */
        return OK;
    TRY(e);
    TRY(encode_track(cx, &row, true, &parts->tracks[which]));
    parts->of[which] = (ProgressiveTrack){.path = blob_path(cx, cx->app->blobs, row.blob).p,
                                          .track = &parts->tracks[which]};
    parts->keys[parts->n++] = row.blob;
    parts->has[which] = true;
    return OK;
}

static Err hash_splice(Attempt *a, const Splice *splice, Str *sha256)
{
    uint8_t sum[64];
    char *room = arena_take(a->cx->arena, READ_ROOM);
    Digest *d = digest_open(DIGEST_SHA256);
    int fd = -1;
    int64_t at = 0, offset = 0, length = 0;
    bool good = true;
    while (good && !attempt_cancelled(a) && splice_find(splice, at, &fd, &offset, &length)) {
        size_t some = length < READ_ROOM ? (size_t)length : READ_ROOM;
        ssize_t n = pread(fd, room, some, offset);
        good = n > 0;
        if (good)
            digest_add(d, room, (size_t)n);
        at += n;
    }
    size_t n = digest_close(d, sum);
    if (!good || at < splice_size(splice))
        return fail(a->cx, E_UNAVAILABLE, "stopped, or the file cannot be read whole");
    *sha256 = hex_text(a->cx->arena, sum, n);
    return OK;
}

static Err hash_whole(Attempt *a, Parts *parts, const char *path)
{
    Cx *cx = a->cx;
    int files[2] = {-1, -1};
    Splice splice = {0};
    int64_t size = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return fail_io(cx, "opening", S("the file's map"));
    for (size_t i = 0; i < parts->n; i++) {
        Err e = blob_open(cx, cx->app->blobs, parts->keys[i], &files[i], &size);
        if (e) {
            close(fd);
            if (i)
                close(files[0]);
            return e;
        }
    }
    TRY(progressive_open(cx, fd, files, parts->n, &splice));
    Err e = hash_splice(a, &splice, &parts->sha256);
    splice_close(&splice);
    return e;
}

static Str parts_json(Cx *cx, const Parts *parts)
{
    Str both = arena_fmt(cx->arena, "[\"" STR_FMT "\"", STR_ARG(parts->keys[0]));
    if (parts->n > 1)
        both = arena_fmt(cx->arena, STR_FMT ",\"" STR_FMT "\"", STR_ARG(both),
                         STR_ARG(parts->keys[1]));
    return arena_fmt(cx->arena, STR_FMT "]", STR_ARG(both));
}

static Err show(Attempt *a, const Parts *parts, Str key)
{
    Cx *cx = a->cx;
    const EncodeRow *e = &a->encode;
    bool picture = parts->has[0];
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(queue_done(cx, a->job));
    TRY(db_run(cx, SQL_ASSET_FILE,
               ARGS(V(id_new(cx)), V(e->id), V(a->job->detail),
                    V(picture ? S("rendition") : S("audio")),
                    V(picture ? arena_fmt(cx->arena, "-" STR_FMT ".mp4", STR_ARG(a->job->detail))
                              : S(".m4a")),
                    V(picture ? S("video/mp4") : S("audio/mp4")), V(parts->size), V(parts->sha256),
                    V(key), V(parts_json(cx, parts)), V(cx->now), V(cx->now), V(e->video)),
               NULL));
    crash_step("file: before commit");
    TRY(tx_commit(&tx));
    return db_settle(cx);
}

static Err make(Attempt *a, Parts *parts, Str folder)
{
    Cx *cx = a->cx;
    Str path = arena_fmt(cx->arena, STR_FMT "/file", STR_ARG(folder)), key = {0};
    bool sound = str_eq(a->job->detail, S("audio"));
    if (!sound)
        TRY(part(a, parts, 0, a->job->detail));
    TRY(part(a, parts, 1, S("audio")));
    TRY(progressive_write(cx, parts->has[0] ? &parts->of[0] : NULL,
                          parts->has[1] ? &parts->of[1] : NULL, path.p, &parts->size));
    TRY(hash_whole(a, parts, path.p));
    cx->now = clock_now();
    TRY(publish_blob(a, "file", a->job->id, "", path.p, &key));
    Err e = show(a, parts, key);
    if (e)
        blob_undo(cx, cx->app->blobs, key);
    return e;
}

Err job_file(Attempt *a)
{
    Parts *parts = arena_take(a->cx->arena, sizeof *parts);
    Str folder = {0};
    *parts = (Parts){0};
    TRY(attempt_folder(a->cx, a->job, &folder));
    Err e = make(a, parts, folder);
    attempt_folder_drop(folder.p);
    return e;
}
