#include "upload/complete.h"

#include "base/fault.h"
#include "base/file.h"
#include "catalog/caption.h"
#include "common/app.h"
#include "common/queue.h"
#include "db/db.h"
#include "encode/encode.h"
#include "media/caption.h"
#include "upload/purpose.h"

#include <fcntl.h>
#include <unistd.h>

/* Both names for one file first, then the row that counts. */
static Err hand_on(Cx *cx, const UploadRow *row, const char *path)
{
    bool original = str_eq(row->purpose, S("original"));
    Str key = arena_fmt(cx->arena, STR_FMT "/" STR_FMT, STR_ARG(row->purpose), STR_ARG(row->id)),
        version = {0};
    TusMetadata meta = {0};
    int64_t changed = 0;
    TRY(tus_metadata(cx, row->metadata, &meta));
    TRY(blob_adopt(cx, cx->app->blobs, key, path));
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(db_run(cx, SQL_UPLOAD_COMPLETE, ARGS(V(row->id)), &changed));
    if (changed && original)
        TRY(encode_begin(cx, row->video, key, row->filename, row->size, &version));
    else if (changed)
        TRY(queue_add(cx, &(JobNew){.kind = arena_str(cx->arena, row->purpose).p,
                                    .subject = row->id,
                                    .detail = meta.title,
                                    .owner = row->account,
                                    .priority = JOB_URGENT}));
    crash_step("upload: before the commit that completes it");
    TRY(tx_commit(&tx));
    TRY(db_settle(cx));
    crash_step("upload: complete");
    return OK;
}

static Err read_file(Cx *cx, const UploadRow *row, const char *path, Str *out)
{
    Str file = {0};
    if (!file_read_path(cx->arena, path, O_NOFOLLOW, (size_t)row->size, &file))
        return fail_io(cx, "reading the upload", row->id);
    if (file.n != (size_t)row->size)
        return fail(cx, E_UNAVAILABLE, "the upload could not be read");
    *out = file;
    return OK;
}

/* What is served later is what the hub wrote, not what came. */
static Err caption_blob(Cx *cx, const UploadRow *row, const char *path, Str *key, int64_t *size)
{
    Captions captions = {0};
    Str file = {0}, made = arena_fmt(cx->arena, "%s.vtt", path);
    Buf text CLEANUP(buf_free) = BUF(CAPTION_FILE_MAX * 2);
    TRY(read_file(cx, row, path, &file));
    TRY(caption_read(cx, file, &captions));
    caption_write(&text, &captions, 0);
    if (text.full)
        return fail(cx, E_MEDIA_REFUSED, "written as WebVTT these captions have over %d bytes",
                    CAPTION_FILE_MAX * 2);
    *key = arena_fmt(cx->arena, "caption/" STR_FMT, STR_ARG(row->id));
    *size = (int64_t)text.n;
    /* ours, beside the upload; the sweep knows what of it a crash leaves */
    Err e = file_make(made.p, text.p, text.n) ? OK : fail_io(cx, "writing", made);
    if (!e)
        e = blob_adopt(cx, cx->app->blobs, *key, made.p);
    (void)unlink(made.p);
    return e;
}

static Err settle_caption(Cx *cx, const UploadRow *row, Str state, Str reason, const CaptionFile *f)
{
    int64_t changed = 0;
    Str id = {0};
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(db_run(cx, SQL_UPLOAD_COMPLETE, ARGS(V(row->id)), &changed));
    if (!changed)
        return fail(cx, E_GONE, "the upload was given up meanwhile");
    if (f)
        TRY(caption_add(cx, f, &id));
    TRY(db_run(cx, SQL_UPLOAD_SETTLED, ARGS(V(state), val_opt(reason), val_opt(id), V(row->id)),
               NULL));
    crash_step("upload: before the commit that completes it");
    TRY(tx_commit(&tx));
    return db_settle(cx);
}

static Err refuse_caption(Cx *cx, const UploadRow *row)
{
    Str said = arena_str(cx->arena, str_of(cx->said));
    TRY(settle_caption(cx, row, S("refused"), said, NULL));
    return fail(cx, E_MEDIA_REFUSED, STR_FMT, STR_ARG(said));
}

static Err complete_caption(Cx *cx, const UploadRow *row, const char *path)
{
    TusMetadata meta = {0};
    CaptionFile file = {.video = row->video, .source = S("upload")};
    TRY(tus_metadata(cx, row->metadata, &meta));
    TRY(purpose_caption(cx, &meta, &file.caption));
    Err e = caption_blob(cx, row, path, &file.blob, &file.size);
    if (e == E_MEDIA_REFUSED)
        return refuse_caption(cx, row);
    TRY(e);
    e = settle_caption(cx, row, S("ready"), (Str){0}, &file);
    if (e)
        blob_undo(cx, cx->app->blobs, file.blob);
    return e == E_MEDIA_REFUSED ? refuse_caption(cx, row) : e;
}

Err upload_complete(Cx *cx, const UploadRow *row, const char *path)
{
    return str_eq(row->purpose, S("caption")) ? complete_caption(cx, row, path)
                                              : hand_on(cx, row, path);
}
