/* GET /d/{ticket}/{filename}: the hot path of a download manager, which asks for a thousand ranges
 * of one file. */
#include "base/fault.h"
#include "base/json.h"
#include "base/memo.h"
#include "common/app.h"
#include "common/flag_rules.h"
#include "download/grant.h"
#include "download/sidecar.h"
#include "download/signer.h"
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
    Str digest, link;     /* SHA-256 in base64; the name as it stands in the address */
    const Signer *signer; /* of its bytes; NULL: this process sends them */
    Str blob;             /* of what is signed */
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

/* Whose account the ticket is decides; what is put together from parts only this process can send.
 */
static Err choose_signer(Cx *cx, const TicketRow *row, const Signer **out)
{
    const Signer *signer = row->has.parts ? NULL : signer_of(&cx->app->conf);
    FlagWho who = {.account = row->account};
    Str role = {0};
    bool direct = false;
    if (!signer)
        return OK;
    TRY(db_text(cx, SQL_TICKET_ROLE, ARGS(V(row->account)), &role));
    who.tier = flag_tier(role);
    TRY(flag_bool_for(cx, "rapidshare-mode", &who, &direct));
    *out = direct ? signer : NULL;
    return OK;
}

/* Until when what is asked for is charged already. What a signed address sends is charged whole. */
static int64_t paid_until(const GrantRow *grant, const Signer *signer)
{
    return signer && grant->covered_bytes < grant->size_bytes ? 0 : grant->resume_until;
}

static Err look_up(Cx *cx, Str secret, uint32_t version, TicketRow *row, Served **out)
{
    GrantRow grant = {0};
    Splice splice = SPLICE_NONE;
    const Signer *signer = NULL;
    TRY(ticket_by_secret(cx, secret, row));
    TRY(choose_signer(cx, row, &signer));
    Err paid = grant_open(cx, row->id, &grant);
    if (paid && paid != E_NOT_FOUND)
        return paid;
    TRY(open_row(cx, row, &splice));
    Str etag = arena_fmt(cx->arena, "\"" STR_FMT "\"", STR_ARG(row->sha256));
    Str digest = sidecar_digest(cx, row->sha256), link = ticket_file(cx, row);
    size_t bytes = sizeof(Served) + row->media_type.n + etag.n + row->filename.n + digest.n +
                   link.n + row->blob.n;
    Served *s = room_for(cx, secret, version, bytes);
    char *room = (char *)(s + 1);
    *s = (Served){.splice = splice,
                  .size = row->size_bytes,
                  .modified = row->created_at,
                  .expires_at = row->expires_at,
                  .paid_until = paid ? 0 : paid_until(&grant, signer),
                  .signer = signer};
    s->media_type = put_text(&room, row->media_type);
    s->etag = put_text(&room, etag);
    s->name = put_text(&room, row->filename);
    s->digest = put_text(&room, digest);
    s->link = put_text(&room, link);
    s->blob = put_text(&room, row->blob);
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

/* The download is posted before its first byte leaves: the answer waits for this unit. `whole`:
 * what is delivered will not be seen, so all of it counts as delivered. */
static Err pay(Cx *cx, const TicketRow *ticket, const Day *today, bool whole)
{
    GrantRow grant = {0};
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(grant_of_ticket(cx, ticket, today, &grant));
    TRY(grant_post(cx, &grant));
    if (whole && !bug("nowhole"))
        TRY(grant_cover(cx, grant.id,
                        &(GrantCover){.covered_bytes = grant.size_bytes, .sent_since = cx->now}));
    return tx_commit(&tx);
}

static Err pay_or_tell(Cx *cx, const TicketRow *ticket, bool whole)
{
    Day today = quota_today(cx);
    Err e = pay(cx, ticket, &today, whole);
    if (e == E_QUOTA)
        TRY(grant_refused(cx, ticket->account, ticket->asset, &today));
    return e;
}

static void put_protection(Cx *cx, Res *res)
{
    res_header(cx, res, "Referrer-Policy", "no-referrer"); /* the address is a secret */
    res_header(cx, res, "Content-Security-Policy", "sandbox; default-src 'none'");
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
    if (bug("notinert")) {
        file.media_type = S("text/html");
        file.download_name = (Str){0};
    } else {
        put_protection(cx, res);
    }
    TRY(res_file(cx, req, res, &file));
    if (res->status != 304) /* RFC 9110 15.4.5: only what a cache must update */
        sidecar_fields(cx, res, s->digest, s->link);
    return OK;
}

static Err send_beside(Cx *cx, Str secret, Sidecar kind, Res *res)
{
    TicketRow row = {0};
    TRY(ticket_by_secret(cx, secret, &row));
    put_protection(cx, res);
    sidecar_send(cx, kind, &row, res);
    return OK;
}

/* HEAD, 304 and 416 have no bytes, and cost nothing. */
static bool has_bytes(const Req *req, const Res *res)
{
    return req->method == M_GET && res_sends_file(res) && res->length > 0;
}

/* Only what has bytes, so that the answer to a HEAD is no free address. */
static Err send_elsewhere(Cx *cx, const Served *s, Res *res)
{
    SignedFile file = {.blob = s->blob,
                       .name = s->name,
                       .media_type = s->media_type,
                       .sha256 = {s->etag.p + 1, s->etag.n - 2},
                       .size = s->size,
                       .expires_at = s->expires_at};
    return signer_redirect(cx, s->signer, &file, res);
}

/* On a worker, where it may write: the first bytes of a download. */
static Err begin(Cx *cx, Req *req, Res *res)
{
    TicketRow row = {0};
    Served *s = NULL;
    TRY(look_up(cx, req->params[0], 0, &row, &s));
    Err e = send(cx, req, s, res);
    if (!e && cx->now >= s->paid_until && has_bytes(req, res))
        e = pay_or_tell(cx, &row, s->signer);
    if (!e && s->signer && has_bytes(req, res))
        e = send_elsewhere(cx, s, res);
    served_drop(s);
    if (e && e != E_RANGE) { /* what was said of the file is not said of the refusal */
        res_drop_file(res);
        res->n_headers = 0;
    }
    return e;
}

/* The name in the address is for the client's save dialog; the ticket alone decides. Only what
 * stands beside the file is asked for by name. */
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
    Sidecar beside = sidecar_of(req->params[1], s->name);
    if (beside)
        return send_beside(cx, secret, beside, res);
    TRY(send(cx, req, s, res));
    res->later = cx->now >= s->paid_until && has_bytes(req, res) && !bug("nopay");
    if (!res->later && s->signer && has_bytes(req, res))
        return send_elsewhere(cx, s, res);
    if (res->later)
        res_drop_file(res);
    return OK;
}
