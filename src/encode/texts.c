/* The captions that lie in an original, one by one; those that cannot be read are left out. */
#include "base/clock.h"
#include "base/id.h"
#include "base/log.h"
#include "db/db.h"
#include "encode/caption.h"
#include "encode/folder.h"
#include "encode/jobs.h"
#include "encode/publish.h"
#include "media/caption.h"

#include <fcntl.h>
#include <unistd.h>

static Err read_file(Cx *cx, const char *path, Str *out)
{
    char *room = arena_take(cx->arena, CAPTION_FILE_MAX + 1);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return fail(cx, E_MEDIA_REFUSED, "no captions came out");
    ssize_t n = read(fd, room, CAPTION_FILE_MAX + 1);
    close(fd);
    if (n < 0 || n > CAPTION_FILE_MAX)
        return fail(cx, E_MEDIA_REFUSED, "the captions are too long");
    *out = (Str){room, (size_t)n};
    return OK;
}

static Err take(Work *w, const TranscodeJob *job, const ProbeText *text, CaptionNew *out)
{
    Cx *cx = w->cx;
    Str path = arena_fmt(cx->arena, "%s/%d.vtt", job->folder, text->index), file = {0};
    TRY(transcode_text(cx, job, text, path.p));
    TRY(read_file(cx, path.p, &file));
    TRY(caption_read(cx, file, &out->captions));
    out->video = w->encode.video;
    out->language = text->language.n ? text->language : S("und");
    out->label = text->title;
    out->source = "original";
    return caption_keep(cx, out);
}

static Err show(Work *w, const CaptionNew *list, size_t n)
{
    Cx *cx = w->cx;
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(queue_done(cx, w->job));
    for (size_t i = 0; i < n; i++)
        TRY(caption_add(cx, &list[i], NULL));
    TRY(tx_commit(&tx));
    return db_settle(cx);
}

static Err make(Work *w, Str folder)
{
    Cx *cx = w->cx;
    CaptionNew *list = arena_array(cx->arena, CaptionNew, w->probe.n_texts);
    size_t n = 0;
    TranscodeJob job = {.limits = &w->limits,
                        .probe = &w->probe,
                        .original = work_original(w).p,
                        .folder = folder.p,
                        .watch = work_quiet(w)};
    for (size_t i = 0; i < w->probe.n_texts; i++) {
        list[n] = (CaptionNew){0};
        Err e = take(w, &job, &w->probe.text[i], &list[n]);
        if (e && e != E_MEDIA_REFUSED)
            return e;
        if (e)
            log_say(LOG_WARN, "captions.skipped", LS("encode", w->encode.id), LZ("why", cx->said));
        n += !e;
    }
    cx->now = clock_now();
    return show(w, list, n);
}

Err job_texts(Work *w)
{
    Str folder = {0};
    TRY(work_folder(w->cx, w->job, &folder));
    Err e = make(w, folder);
    work_folder_drop(folder.p);
    return e;
}
