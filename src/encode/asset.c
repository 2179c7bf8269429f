/* An asset: what it is, is said by its content alone, and checked by reading it whole. */
#include "base/clock.h"
#include "base/fault.h"
#include "base/filename.h"
#include "base/id.h"
#include "db/db.h"
#include "encode/kept_picture.h"
#include "encode/uploaded.h"
#include "media/file_type.h"
#include "media/sound.h"

#include <unistd.h>

enum { PICTURES_MAX = 2 };

typedef struct NewAsset {
    const FileType *type;
    Str id, title, filename, sha256;
    int64_t duration_ms; /* 0: none */
    KeptPicture pictures[PICTURES_MAX];
    size_t n_pictures;
} NewAsset;

static Err read_type(Uploaded *u, NewAsset *a)
{
    Cx *cx = u->cx;
    char head[FILE_TYPE_HEAD];
    int fd = -1;
    int64_t size = 0;
    TRY(blob_open(cx, cx->app->blobs, u->key, &fd, &size));
    ssize_t n = pread(fd, head, sizeof head, 0);
    close(fd);
    if (n < 0)
        return fail_io(cx, "reading", u->key);
    a->type = file_type((Str){head, (size_t)n});
    return a->type ? OK
                   : fail(cx, E_MEDIA_REFUSED,
                          "an asset is a PDF, music (MP3, FLAC, M4A, WAV, Ogg) or an image (JPEG, "
                          "PNG, WebP); this file is none of them");
}

static Still *next_picture(NewAsset *a, const char *kind)
{
    KeptPicture *p = &a->pictures[a->n_pictures++];
    p->kind = kind;
    return &p->still;
}

static Err look_at_music(Uploaded *u, NewAsset *a)
{
    Cx *cx = u->cx;
    SoundInfo info = {0};
    TRY(sound_probe(cx, &u->attempt->limits, u->path.p, &info));
    a->duration_ms = info.duration_ms;
    if (!a->title.n)
        a->title = info.title;
    TRY(still_waveform(cx, &u->still, u->path.p, next_picture(a, "waveform")));
    if (!info.has_cover)
        return OK;
    Err e = still_cover(cx, &u->still, u->path.p, next_picture(a, "cover"));
    if (e == E_MEDIA_REFUSED) /* a broken cover is no fault of the music */
        a->n_pictures--;
    return e == E_MEDIA_REFUSED ? OK : e;
}

static Err look_at(Uploaded *u, NewAsset *a)
{
    Cx *cx = u->cx;
    if (a->type->kind == FILE_TRACK)
        return look_at_music(u, a);
    Still *cover = next_picture(a, "cover");
    return a->type->kind == FILE_DOCUMENT
               ? still_pdf(cx, &u->still, cx->app->conf.pdftoppm.p, u->path.p, cover)
               : still_from_image(cx, &u->still, u->path.p, cover);
}

static Err show(Uploaded *u, NewAsset *a)
{
    Cx *cx = u->cx;
    static const char *const kinds[] = {"document", "track", "image"};
    Str kind = str_of(kinds[a->type->kind]), type = str_of(a->type->media_type);
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(uploaded_ready(u, a->id));
    TRY(db_run(cx, SQL_UPLOADED_ASSET,
               ARGS(V(a->id), u->row.has.video ? V(u->row.video) : val_null(),
                    u->row.has.show ? V(u->row.show) : val_null(), V(kind), V(a->title),
                    V(a->filename), V(type), V(u->row.size), V(a->sha256), V(u->key),
                    a->duration_ms ? V(a->duration_ms) : val_null(), V(cx->now)),
               NULL));
    for (size_t i = 0; i < a->n_pictures; i++)
        TRY(picture_add(cx, &a->pictures[i]));
    crash_step("asset: before commit");
    TRY(tx_commit(&tx));
    return db_settle(cx);
}

static Err publish(Uploaded *u, NewAsset *a)
{
    Err e = OK;
    a->id = id_new(u->cx);
    for (size_t i = 0; !e && i < a->n_pictures; i++) {
        a->pictures[i].asset = a->id;
        e = picture_store(u->cx, &a->pictures[i]);
    }
    if (!e)
        e = show(u, a);
    for (size_t i = 0; e && i < a->n_pictures; i++)
        blob_undo(u->cx, u->cx->app->blobs, a->pictures[i].blob);
    return e;
}

Err asset_take(Uploaded *u)
{
    Cx *cx = u->cx;
    NewAsset a = {.title = u->attempt->job->detail};
    TRY(read_type(u, &a));
    TRY(look_at(u, &a));
    TRY(uploaded_hash(u, &a.sha256));
    a.filename =
        bug("anyname") ? u->row.filename : filename_with(cx, u->row.filename, a.type->extensions);
    crash_step("asset: looked at");
    cx->now = clock_now();
    return publish(u, &a);
}
