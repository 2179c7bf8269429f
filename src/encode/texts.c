/* The captions that lie in an original, one by one; those that cannot be read are left out. */
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "catalog/caption.h"
#include "db/db.h"
#include "encode/folder.h"
#include "encode/jobs.h"
#include "encode/publish.h"
#include "media/caption.h"
#include "media/language.h"
#include "media/manifest.h"

#include <errno.h>
#include <fcntl.h>

static Err read_file(Cx *cx, const char *path, Str *out)
{
    if (file_read_path(cx->arena, path, O_NOFOLLOW, CAPTION_FILE_MAX, out))
        return OK;
    return fail(cx, E_MEDIA_REFUSED,
                errno == EFBIG ? "the captions are too long" : "no captions came out");
}

/* Our own file of it, whatever the original's said. */
static Err write_file(Cx *cx, const Captions *captions, const char *path, int64_t *size)
{
    Buf text CLEANUP(buf_free) = BUF(2 * CAPTION_FILE_MAX);
    caption_write(&text, captions, 0);
    *size = (int64_t)text.n;
    return !text.full && file_make(path, text.p, text.n) ? OK
                                                         : fail_io(cx, "writing", S("captions"));
}

static Err take(Attempt *a, const TranscodeJob *job, const ProbeText *text, CaptionFile *out)
{
    Cx *cx = a->cx;
    Str path = arena_fmt(cx->arena, "%s/%d.vtt", job->folder, text->index), file = {0}, tag = {0};
    Captions captions = {0};
    TRY(transcode_text(cx, job, text, path.p));
    TRY(read_file(cx, path.p, &file));
    TRY(caption_read(cx, file, &captions));
    TRY(write_file(cx, &captions, path.p, &out->size));
    if (!language_tag(cx, media_language(text->language), &tag))
        tag = S("und");
    out->caption = (Caption){.language = tag,
                             .label = text->title.n ? text->title : manifest_language(tag),
                             .kind = text->sdh ? CAPTION_KIND_CAPTIONS : CAPTION_KIND_SUBTITLES};
    out->video = a->encode.video;
    out->source = S("original");
    Str name = arena_fmt(cx->arena, STR_FMT "-%d", STR_ARG(a->job->id), text->index);
    return publish_blob(a, "caption", name, ".vtt", path.p, &out->blob);
}

/* What an editor uploaded in the same language stays. */
static Err show(Attempt *a, const CaptionFile *list, size_t n)
{
    Cx *cx = a->cx;
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(queue_done(cx, a->job));
    for (size_t i = 0; i < n; i++) {
        int64_t there = 0;
        Str id = {0}, kind = enum_str(&CAPTION_KIND, (int)list[i].caption.kind);
        TRY(db_int(cx, SQL_CAPTION_UPLOADED,
                   ARGS(V(list[i].video), V(list[i].caption.language), V(kind)), &there));
        TRY(there ? queue_drop_blob(cx, list[i].blob) : caption_add(cx, &list[i], &id));
    }
    TRY(tx_commit(&tx));
    return db_settle(cx);
}

/* *n of them could be read; after a failure their files are there all the same. */
static Err take_all(Attempt *a, const TranscodeJob *job, CaptionFile *list, size_t *n)
{
    for (size_t i = 0; i < a->probe.n_texts; i++) {
        list[*n] = (CaptionFile){0};
        Err e = take(a, job, &a->probe.text[i], &list[*n]);
        if (e && e != E_MEDIA_REFUSED)
            return e;
        if (e)
            log_say(LOG_WARN, "captions.skipped", LS("encode", a->encode.id),
                    LZ("why", a->cx->said));
        *n += !e;
    }
    return OK;
}

static Err make(Attempt *a, Str folder)
{
    Cx *cx = a->cx;
    CaptionFile *list = arena_array(cx->arena, CaptionFile, a->probe.n_texts);
    size_t n = 0;
    TranscodeJob job = {.limits = &a->limits,
                        .probe = &a->probe,
                        .original = attempt_original(a).p,
                        .folder = folder.p,
                        .watch = attempt_quiet(a)};
    Err e = take_all(a, &job, list, &n);
    cx->now = clock_now();
    if (!e)
        e = show(a, list, n);
    for (size_t i = 0; e && i < n; i++)
        blob_undo(cx, cx->app->blobs, list[i].blob);
    return e;
}

Err job_texts(Attempt *a)
{
    Str folder = {0};
    TRY(attempt_folder(a->cx, a->job, &folder));
    Err e = make(a, folder);
    attempt_folder_drop(folder.p);
    return e;
}
