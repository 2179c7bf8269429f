#include "upload/upload.h"

#include "base/clock.h"
#include "base/fault.h"
#include "base/id.h"
#include "common/app.h"
#include "db/db.h"
#include "upload/complete.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { READ_ROOM = 256 << 10, SYNC_BYTES = 8 << 20, SYNC_MS = 1000 };

Err upload_folder(Cx *cx, Str *path)
{
    *path = arena_fmt(cx->arena, STR_FMT "/uploads", STR_ARG(cx->app->conf.data));
    return folder_make(cx, path->p);
}

static Str file_of(Cx *cx, Str id)
{
    return arena_fmt(cx->arena, STR_FMT "/uploads/" STR_FMT, STR_ARG(cx->app->conf.data),
                     STR_ARG(id));
}

Err upload_by_id(Cx *cx, Str id, UploadRow *out)
{
    Err e = db_one(cx, SQL_UPLOAD_BY_ID, ARGS(V(id), V(cx->viewer.id)), &UPLOAD_ROW, out);
    if (e == E_NOT_FOUND)
        return fail(cx, e, "there is no such upload of yours");
    TRY(e);
    if (str_eq(out->state, S("open")) && out->expires_at < cx->now)
        return fail(cx, E_GONE, "this upload expired; begin a new one");
    return OK;
}

static Err add_row(Cx *cx, const UploadRow *row)
{
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(db_run(cx, SQL_UPLOAD_ADD,
               ARGS(V(row->id), V(row->account), val_opt(row->video), val_opt(row->show),
                    V(row->purpose), V(row->metadata), V(row->filename), V(row->size), V(cx->now),
                    V(row->expires_at)),
               NULL));
    TRY(tx_commit(&tx));
    return db_settle(cx);
}

Err upload_new(Cx *cx, const UploadRow *row)
{
    Str folder = {0}, path = file_of(cx, row->id);
    TRY(upload_folder(cx, &folder));
    int fd = open(path.p, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    if (fd < 0)
        return fail_io(cx, "making the upload", row->id);
    close(fd);
    Err e = folder_sync(cx, folder.p);
    crash_step("upload: file made");
    if (!e)
        e = add_row(cx, row);
    if (e)
        (void)unlink(path.p); /* on a full disk every block counts; else the sweep finds it */
    return e;
}

/* A request's bytes on their way to the file. */
typedef struct Intake {
    Cx *cx;
    const UploadRow *row;
    int fd;
    int64_t at;    /* end of what was written */
    int64_t acked; /* end of what is durable and told to the database */
    int64_t sync_ms;
    Digest *digest; /* with a checksum nothing is acknowledged before it was compared */
} Intake;

static Err acknowledge(Intake *t)
{
    Cx *cx = t->cx;
    int64_t changed = 0;
    if (t->at == t->acked || t->at == t->row->size) /* the end is acknowledged by completing */
        return OK;
    crash_step("upload: before sync");
    if (!bug("nofsync") && !bug("nofsync-file") && fdatasync(t->fd) != 0)
        return fail_io(cx, "syncing the upload", t->row->id);
    crash_step("upload: synced");
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(db_run(
        cx, SQL_UPLOAD_RECEIVED,
        ARGS(V(t->at), V(clock_now() + cx->app->conf.upload_expires), V(t->row->id), V(t->at)),
        &changed));
    if (!changed)
        return fail(cx, E_GONE, "the upload was given up meanwhile");
    TRY(tx_commit(&tx));
    TRY(db_settle(cx));
    t->acked = t->at;
    t->sync_ms = clock_mono_ms();
    return OK;
}

static Err put(Intake *t, const char *p, size_t n)
{
    if (t->at + (int64_t)n > t->row->size)
        return fail(t->cx, E_TOO_LARGE, "this goes beyond the Upload-Length of %lld bytes",
                    (long long)t->row->size);
    if (t->digest)
        digest_add(t->digest, p, n);
    while (n) {
        ssize_t done = pwrite(t->fd, p, n, t->at);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return fail_io(t->cx, "writing the upload", t->row->id);
        /* begins the way to the disk now, so that the sync finds little left to do */
        (void)sync_file_range(t->fd, t->at, done, SYNC_FILE_RANGE_WRITE);
        t->at += done;
        p += done;
        n -= (size_t)done;
    }
    return OK;
}

/* Uploads leave the reserve's room to the store, or nothing could be deleted from a disk they
 * filled. */
static Err check_room(const Intake *t, size_t n)
{
    struct statvfs fs;
    int64_t reserve = t->cx->app->conf.reserve;
    if (reserve <= 0 || bug("noreserve") || fstatvfs(t->fd, &fs) != 0)
        return OK;
    if (fs.f_bavail >= ((uint64_t)reserve + n) / fs.f_frsize + 1)
        return OK;
    return fail(t->cx, E_FULL, "there is no room for this on the disk of the hub");
}

static Err take_body(Intake *t, Req *req)
{
    char *room = arena_take(t->cx->arena, READ_ROOM);
    for (;;) {
        size_t n = 0;
        TRY(body_read(t->cx, req, room, READ_ROOM, &n));
        if (!n)
            return OK;
        TRY(check_room(t, n));
        TRY(put(t, room, n));
        bool due = t->at - t->acked >= SYNC_BYTES || clock_mono_ms() - t->sync_ms >= SYNC_MS;
        if (!t->digest && due)
            TRY(acknowledge(t));
    }
}

static Err compare(Intake *t, const TusChecksum *checksum, int64_t offset)
{
    uint8_t sum[64];
    size_t n = digest_close(t->digest, sum);
    t->digest = NULL;
    if (same_bytes((Str){(char *)sum, n}, checksum->sum) || bug("nochecksum"))
        return OK;
    t->at = offset;
    return fail(t->cx, E_CHECKSUM, "the part was thrown away; send it again from %lld",
                (long long)offset);
}

/* Opens and locks the file, and cuts off what was never acknowledged. */
static Err open_intake(Cx *cx, const UploadRow *row, int64_t offset, Intake *t)
{
    int fd = open(file_of(cx, row->id).p, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return fail_io(cx, "opening the upload", row->id);
    t->fd = fd; /* closed by the caller whatever follows */
    if (flock(fd, LOCK_EX | LOCK_NB) != 0)
        return fail(cx, E_CONFLICT, "another request is sending to this upload");
    UploadRow now = {0};
    TRY(upload_by_id(cx, row->id, &now));
    if (now.received != offset || !str_eq(now.state, S("open")))
        return fail(cx, E_CONFLICT, "the upload is at offset %lld", (long long)now.received);
    return ftruncate(fd, offset) ? fail_io(cx, "preparing the upload", row->id) : OK;
}

static void intake_close(Intake *t)
{
    if (t->digest)
        digest_close(t->digest, NULL);
    if (t->fd < 0)
        return;
    (void)flock(t->fd, LOCK_UN); /* closing is not enough while a process being started still has a
                                    copy of it: the next part would be told of a conflict */
    close(t->fd);
}

Err upload_append(Cx *cx, Req *req, const UploadRow *row, int64_t offset,
                  const TusChecksum *checksum, int64_t *received)
{
    Intake t CLEANUP(intake_close) = {
        .cx = cx, .row = row, .fd = -1, .at = offset, .acked = offset};
    t.sync_ms = clock_mono_ms();
    TRY(open_intake(cx, row, offset, &t));
    t.digest = checksum ? digest_open(checksum->kind) : NULL;
    Err e = take_body(&t, req);
    if (!e && checksum)
        e = compare(&t, checksum, offset);
    if (e && checksum)
        t.at = offset; /* a part with a checksum comes whole or not at all */
    char said[sizeof cx->said];
    memcpy(said, cx->said, sizeof said);
    Err kept = e == E_TOO_LARGE ? OK : acknowledge(&t); /* what came, came */
    if (e)
        memcpy(cx->said, said, sizeof said);
    *received = t.acked;
    TRY(e ? e : kept);
    if (t.at < row->size)
        return OK;
    Str path = file_of(cx, row->id);
    e = upload_complete(cx, row, path.p);
    if (e && e != E_MEDIA_REFUSED)
        return e;
    *received = t.at;
    (void)unlink(path.p); /* else the sweep does it */
    return e;
}

Err upload_drop(Cx *cx, const UploadRow *row)
{
    int64_t changed = 0;
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(db_run(cx, SQL_UPLOAD_DROP, ARGS(V(row->id), V(cx->viewer.id)), &changed));
    if (!changed)
        return fail(cx, E_CONFLICT, "the upload is complete; delete the video instead");
    TRY(tx_commit(&tx));
    TRY(db_settle(cx));
    (void)unlink(file_of(cx, row->id).p);
    return OK;
}

static Err forget_expired(Cx *cx)
{
    BlobRows rows = {0};
    int64_t now = clock_now();
    TRY(db_list(cx, SQL_UPLOAD_EXPIRED, ARGS(V(now)), &BLOB_ROW, &rows.items));
    if (!rows.items.n)
        return OK;
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    for (size_t i = 0; i < rows.items.n; i++)
        TRY(db_run(cx, SQL_UPLOAD_FORGET, ARGS(V(rows.items.p[i].key), V(now)), NULL));
    TRY(tx_commit(&tx));
    return db_settle(cx);
}

Err upload_sweep(Cx *cx)
{
    Str folder = {0};
    TRY(forget_expired(cx));
    TRY(upload_folder(cx, &folder));
    DIR *d = opendir(folder.p);
    Err e = OK;
    for (struct dirent *f; !e && d && (f = readdir(d));) {
        int64_t open = 0, age = 0;
        Str more, id = str_cut(str_of(f->d_name), '.', &more); /* or what was made of it */
        struct stat s;
        if (!id_valid(id) || fstatat(dirfd(d), f->d_name, &s, AT_SYMLINK_NOFOLLOW) != 0)
            continue;
        age = clock_now() / 1000 - s.st_mtim.tv_sec; /* a file comes a moment before its row */
        e = db_int(cx, SQL_UPLOAD_OPEN, ARGS(V(arena_str(cx->arena, id))), &open);
        if (!e && !open && age > 600)
            unlinkat(dirfd(d), f->d_name, 0);
    }
    if (d)
        closedir(d);
    return e;
}
