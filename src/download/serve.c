/* GET /d/{ticket}/{filename}: the hot path of a download manager, which asks for a thousand ranges
 * of one file. */
#include "base/fault.h"
#include "base/json.h"
#include "base/memo.h"
#include "common/app.h"
#include "download/grant.h"
#include "download/ticket.h"
#include "http/res.h"
#include "media/progressive.h"

#include <fcntl.h>
#include <unistd.h>

/* What one ticket's requests have in common; texts stand behind it in the same piece of memory. */
typedef struct Served {
    Splice splice; /* a file is its first descriptor alone; n 0 */
    int64_t size, modified, expires_at;
    int64_t paid_until; /* of the posted download; 0: there is none */
    Str media_type, etag, name;
} Served;

static void served_drop(void *value)
{
    splice_close(&((Served *)value)->splice);
}

static Str put_text(char **room, Str text)
{
    Str put = {*room, text.n};
    memcpy(*room, text.p, text.n);
    *room += text.n;
    return put;
}

/* The blobs a map points into, beside the map's own. */
static Err open_parts(Cx *cx, Str parts, int fd, Splice *out)
{
    CLEANUP(json_close) Json list = {0};
    int files[SPLICE_FILES] = {-1, -1, -1, -1};
    size_t n = 0;
    int64_t size = 0;
    Err e = json_open(cx, parts, &list);
    for (; !e && n < json_count(list) && n + 1 < SPLICE_FILES; n++)
        e = blob_open(cx, cx->app->blobs, arena_str(cx->arena, json_text(json_item(list, n))),
                      &files[n], &size);
    if (!e)
        return progressive_open(cx, fd, files, n, out);
    close(fd);
    for (size_t i = 0; i < SPLICE_FILES; i++)
        if (files[i] >= 0)
            close(files[i]);
    return e;
}

static Err open_row(Cx *cx, const TicketRow *row, Splice *out)
{
    int fd = -1;
    int64_t size = 0;
    TRY(blob_open(cx, cx->app->blobs, row->blob, &fd, &size));
    if (row->has.parts)
        return open_parts(cx, row->parts, fd, out);
    *out = SPLICE_NONE;
    out->fds[0] = fd;
    return OK;
}

/* On the loop it is kept as long as the data version stays; else it goes with the request. */
static Served *room_for(Cx *cx, Str secret, uint32_t version, size_t bytes)
{
    return cx->memo ? memo_put(cx->memo, secret, version, bytes, served_drop)
                    : arena_take(cx->arena, bytes);
}

static Err look_up(Cx *cx, Str secret, uint32_t version, TicketRow *row, Served **out)
{
    GrantRow grant = {0};
    Splice splice = SPLICE_NONE;
    TRY(ticket_by_secret(cx, secret, row));
    Err paid = grant_open(cx, row->id, &grant);
    if (paid && paid != E_NOT_FOUND)
        return paid;
    TRY(open_row(cx, row, &splice));
    Str etag = arena_fmt(cx->arena, "\"" STR_FMT "\"", STR_ARG(row->sha256));
    size_t bytes = sizeof(Served) + row->media_type.n + etag.n + row->filename.n;
    Served *s = room_for(cx, secret, version, bytes);
    char *room = (char *)(s + 1);
    *s = (Served){.splice = splice,
                  .size = row->size_bytes,
                  .modified = row->created_at,
                  .expires_at = row->expires_at,
                  .paid_until = paid ? 0 : grant.resume_until};
    s->media_type = put_text(&room, row->media_type);
    s->etag = put_text(&room, etag);
    s->name = put_text(&room, row->filename);
    *out = s;
    return OK;
}

/* Descriptors of its own: it is sent from after the memo let go. */
static Err give(Cx *cx, const Served *s, FileSend *file)
{
    Splice *own = arena_take(cx->arena, sizeof *own);
    *own = s->splice;
    bool bad = false;
    for (size_t i = 0; i < SPLICE_FILES; i++) {
        own->fds[i] = s->splice.fds[i] < 0 ? -1 : fcntl(s->splice.fds[i], F_DUPFD_CLOEXEC, 0);
        bad = bad || (own->fds[i] < 0 && s->splice.fds[i] >= 0);
    }
    if (bad) {
        splice_close(own);
        return fail_io(cx, "opening", S("the file"));
    }
    file->fd = own->n ? -1 : own->fds[0];
    file->splice = own->n ? own : NULL;
    return OK;
}

/* The download is posted before its first byte leaves: the answer waits for this unit. */
static Err pay(Cx *cx, const TicketRow *ticket, const Day *today)
{
    GrantRow grant = {0};
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(grant_of_ticket(cx, ticket, today, &grant));
    TRY(grant_post(cx, &grant));
    return tx_commit(&tx);
}

static Err pay_or_tell(Cx *cx, const TicketRow *ticket)
{
    Day today = quota_today(cx);
    Err e = pay(cx, ticket, &today);
    if (e == E_QUOTA)
        TRY(grant_refused(cx, ticket->account, ticket->asset, &today));
    return e;
}

static Err send(Cx *cx, const Req *req, const Served *s, Res *res)
{
    FileSend file = {.fd = -1,
                     .size = s->size,
                     .media_type = s->media_type,
                     .etag = s->etag,
                     .modified = s->modified,
                     .cache_control = "private, no-cache",
                     .download_name = s->name};
    TRY(give(cx, s, &file));
    res_header(cx, res, "Referrer-Policy", "no-referrer"); /* the address is a secret */
    if (bug("notinert")) {
        file.media_type = S("text/html");
        file.download_name = (Str){0};
    } else {
        res_header(cx, res, "Content-Security-Policy", "sandbox; default-src 'none'");
    }
    return res_file(cx, req, res, &file);
}

/* HEAD, 304 and 416 have no bytes, and cost nothing. */
static bool has_bytes(const Req *req, const Res *res)
{
    return req->method == M_GET && res_sends_file(res) && res->length > 0;
}

/* On a worker, where it may write: the first bytes of a download. */
static Err begin(Cx *cx, Req *req, Res *res)
{
    TicketRow row = {0};
    Served *s = NULL;
    TRY(look_up(cx, req->params[0], 0, &row, &s));
    Err e = send(cx, req, s, res);
    if (!e && cx->now >= s->paid_until && has_bytes(req, res))
        e = pay_or_tell(cx, &row);
    served_drop(s);
    if (e && e != E_RANGE) { /* what was said of the file is not said of the refusal */
        res_drop_file(res);
        res->n_headers = 0;
    }
    return e;
}

/* The name in the address is for the client's save dialog; the ticket alone decides. */
Err get_download(Cx *cx, Req *req, Res *res)
{
    Str secret = req->params[0];
    TicketRow row = {0};
    if (!cx->memo)
        return begin(cx, req, res);
    uint32_t version = db_version(cx->conn);
    Served *s = memo_get(cx->memo, secret, version);
    if (!s)
        TRY(look_up(cx, secret, version, &row, &s));
    if (cx->now >= s->expires_at && !bug("noexpiry"))
        return fail(cx, E_GONE, "this ticket has expired");
    TRY(send(cx, req, s, res));
    res->later = cx->now >= s->paid_until && has_bytes(req, res) && !bug("nopay");
    if (res->later)
        res_drop_file(res);
    return OK;
}
