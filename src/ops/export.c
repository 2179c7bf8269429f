#include "ops/export.h"

#include "base/fault.h"
#include "base/file.h"
#include "base/id.h"
#include "common/app.h"
#include "contract.h"
#include "db/db.h"
#include "ops/zip.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PAGE_MAX = 8 << 20, KEY_ROOM = 256 };

/* Each statement takes the account and the first member of the last row, by which it is ordered. */
static const struct {
    const char *file;
    Sql rows;
    const Shape *shape;
} kinds[] = {
    {"account.json", SQL_EXPORT_ACCOUNT, &EXPORT_ACCOUNT},
    {"sessions.json", SQL_EXPORT_SESSIONS, &EXPORT_SESSION},
    {"known-browsers.json", SQL_EXPORT_KNOWN, &EXPORT_KNOWN},
    {"identities.json", SQL_EXPORT_IDENTITIES, &EXPORT_IDENTITY},
    {"consents.json", SQL_EXPORT_CONSENTS, &EXPORT_CONSENT},
    {"history.json", SQL_EXPORT_HISTORY, &EXPORT_HISTORY},
    {"playbacks.json", SQL_EXPORT_PLAYBACKS, &EXPORT_PLAYBACK},
    {"likes.json", SQL_EXPORT_LIKES, &EXPORT_LIKE},
    {"comments.json", SQL_EXPORT_COMMENTS, &EXPORT_COMMENT},
    {"reports.json", SQL_EXPORT_REPORTS, &EXPORT_REPORT},
    {"shares.json", SQL_EXPORT_SHARES, &EXPORT_SHARE},
    {"playlists.json", SQL_EXPORT_PLAYLISTS, &EXPORT_PLAYLIST},
    {"playlist-videos.json", SQL_EXPORT_PLAYLIST_VIDEOS, &EXPORT_PLAYLIST_VIDEO},
    {"tickets.json", SQL_EXPORT_TICKETS, &EXPORT_TICKET},
    {"downloads.json", SQL_EXPORT_DOWNLOADS, &EXPORT_DOWNLOAD},
    {"quota.json", SQL_EXPORT_QUOTA, &EXPORT_QUOTA},
    {"direct-pause.json", SQL_EXPORT_PAUSE, &EXPORT_PAUSE},
    {"proofs.json", SQL_EXPORT_PROOFS, &EXPORT_PROOF},
    {"follows.json", SQL_EXPORT_FOLLOWS, &EXPORT_FOLLOW},
    {"notifications.json", SQL_EXPORT_NOTIFICATIONS, &EXPORT_NOTIFICATION},
    {"notification-settings.json", SQL_EXPORT_NOTIFICATION_SETTINGS, &EXPORT_NOTIFICATION_SETTING},
    {"push-subscriptions.json", SQL_EXPORT_PUSH, &EXPORT_PUSH},
    {"uploads.json", SQL_EXPORT_UPLOADS, &EXPORT_UPLOAD},
    {"videos.json", SQL_EXPORT_VIDEOS, &EXPORT_VIDEO},
};

/* Where a kind has come to; outlives the arena of a page. */
typedef struct Place {
    char key[KEY_ROOM];
    size_t n;
    bool any, over;
} Place;

static void put_rows(Buf *b, const Shape *shape, const List *rows, bool any)
{
    for (size_t i = 0; i < rows->n; i++) {
        if (any || i)
            buf_byte(b, ',');
        buf_byte(b, '\n');
        shape_write(b, shape, (const char *)rows->p + i * shape->size);
    }
}

static Err page(Cx *cx, Zip *zip, size_t kind, Str account, Place *place)
{
    List rows = {0};
    Buf b CLEANUP(buf_free) = BUF(PAGE_MAX);
    const Shape *shape = kinds[kind].shape;
    TRY(db_list(cx, kinds[kind].rows, ARGS(V(account), V(((Str){place->key, place->n}))), shape,
                &rows));
    place->over = !rows.n;
    if (place->over)
        return OK;
    Str key;
    memcpy(&key, (const char *)rows.p + (rows.n - 1) * shape->size + shape->fields[0].at,
           sizeof key);
    place->n = key.n < KEY_ROOM ? key.n : KEY_ROOM;
    memcpy(place->key, key.p, place->n);
    put_rows(&b, shape, &rows, place->any);
    place->any = true;
    return b.full ? fail(cx, E_INTERNAL, "a page of the archive has no room")
                  : zip_write(cx, zip, (Str){b.p, b.n});
}

/* Pages have an arena of their own, which is emptied after each. */
static Err put_kind(Cx *cx, Zip *zip, size_t kind, Str account)
{
    Arena *whole = cx->arena, *own = arena_new();
    Place place = {0};
    Err e = zip_entry(cx, zip, kinds[kind].file);
    if (!e)
        e = zip_write(cx, zip, S("["));
    while (!e && !place.over) {
        cx->arena = own;
        e = page(cx, zip, kind, account, &place);
        cx->arena = whole;
        arena_reset(own);
    }
    arena_free(own);
    return e ? e : zip_write(cx, zip, S("\n]\n"));
}

static Err fill(Cx *cx, Zip *zip, Str account)
{
    for (size_t i = 0; i < COUNT(kinds); i++)
        TRY(put_kind(cx, zip, i, account));
    return zip_end(cx, zip);
}

Err export_make(Cx *cx, Str account, int *fd, int64_t *size)
{
    Zip zip = {0};
    Str path = arena_fmt(cx->arena, STR_FMT "/export." STR_FMT, STR_ARG(cx->app->conf.data),
                         STR_ARG(id_secret(cx, 16)));
    zip.fd = open(path.p, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (zip.fd < 0 || unlink(path.p))
        return file_failed(cx, "making the archive");
    Err e = fill(cx, &zip, account);
    if (e) {
        close(zip.fd);
        return e;
    }
    *fd = zip.fd;
    *size = zip.at;
    return OK;
}
