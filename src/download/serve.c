/* GET /d/{ticket}/{filename}: the hot path of a download manager, which asks for a thousand ranges
 * of one file. While a download is reserved or open its ticket gives the bytes it was reserved for.
 */
#include "base/fault.h"
#include "base/json.h"
#include "base/memo.h"
#include "catalog/scan.h"
#include "common/app.h"
#include "download/direct.h"
#include "download/flow.h"
#include "download/sidecar.h"
#include "download/ticket.h"
#include "http/res.h"
#include "media/progressive.h"

#include <fcntl.h>
#include <unistd.h>

/* What one ticket's requests have in common; texts stand behind it in the same piece of memory. */
typedef struct Served {
    Splice splice;                            /* a file is its first descriptor alone; n 0 */
    int64_t size, modified, made, expires_at; /* made: the ticket */
    Live *live;           /* the download that requests belong to, held; NULL: there is none */
    const Signer *signer; /* of its bytes; NULL: this process sends them */
    Str media_type, etag, name, blob;
    Str digest, link; /* SHA-256 in base64; the name as it stands in the address */
} Served;

static void served_drop(void *value)
{
    Served *s = value;
    splice_close(&s->splice);
    if (s->live)
        live_release(s->live);
    s->live = NULL;
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

static Err open_file(Cx *cx, const GrantRow *g, Splice *out)
{
    int fd = -1;
    int64_t size = 0;
    TRY(blob_open(cx, cx->app->blobs, g->blob, &fd, &size));
    if (g->has.parts)
        return open_parts(cx, g->parts, fd, out);
    *out = SPLICE_NONE;
    out->fds[0] = fd;
    return OK;
}

/* One look into the store. */
typedef struct Seen {
    TicketRow ticket;
    GrantRow grant; /* which bytes; the download, when served->live */
    Served *served;
} Seen;

/* On the loop it is kept as long as the data version stays; else it goes with the request. */
static Served *room_for(Cx *cx, Str secret, uint32_t version, size_t bytes)
{
    return cx->memo ? memo_put(cx->memo, secret, version, bytes, served_drop)
                    : arena_take(cx->arena, bytes);
}

/* What its ticket would give when it were reserved now. */
static void take_present(const TicketRow *t, GrantRow *g)
{
    g->blob = t->blob;
    g->has.parts = t->has.parts;
    g->parts = t->parts;
    g->sha256 = t->sha256;
    g->size_bytes = t->size_bytes;
    g->media_type = t->media_type;
    g->filename = t->filename;
}

static void keep(Cx *cx, Str secret, uint32_t version, const Served *all, Seen *seen)
{
    const GrantRow *g = &seen->grant;
    Str etag = arena_fmt(cx->arena, "\"" STR_FMT "\"", STR_ARG(g->sha256));
    Str digest = sidecar_digest(cx, g->sha256), link = ticket_file(cx, g->filename);
    size_t bytes =
        sizeof(Served) + g->media_type.n + etag.n + g->filename.n + g->blob.n + digest.n + link.n;
    Served *s = room_for(cx, secret, version, bytes);
    char *room = (char *)(s + 1);
    *s = *all;
    s->size = g->size_bytes;
    s->modified = seen->ticket.made_at;
    s->made = seen->ticket.created_at;
    s->expires_at = seen->ticket.expires_at;
    s->media_type = put_text(&room, g->media_type);
    s->etag = put_text(&room, etag);
    s->name = put_text(&room, g->filename);
    s->blob = put_text(&room, g->blob);
    s->digest = put_text(&room, digest);
    s->link = put_text(&room, link);
    seen->served = s;
}

/* Its file cannot be opened, which is not the fault of who fetches it. */
static Err note_failure(Cx *cx, const GrantRow *g, Err why)
{
    Live *live = NULL;
    TRY(live_of(cx, g, &live));
    live_fail(live);
    live_release(live);
    return why;
}

static Err look_up(Cx *cx, Str secret, uint32_t version, Seen *seen)
{
    Served s = {.splice = SPLICE_NONE};
    TRY(ticket_by_secret(cx, secret, &seen->ticket));
    Err none = grant_now(cx, seen->ticket.id, &seen->grant);
    if (none && none != E_NOT_FOUND)
        return none;
    if (none || bug("nopin"))
        take_present(&seen->ticket, &seen->grant);
    TRY(scan_hold(cx, seen->grant.blob, seen->grant.sha256));
    TRY(direct_signer(cx, &seen->grant, &seen->ticket, &s.signer));
    Err e = open_file(cx, &seen->grant, &s.splice);
    if (e)
        return none ? e : note_failure(cx, &seen->grant, e);
    if (!none)
        e = live_of(cx, &seen->grant, &s.live);
    if (e) {
        served_drop(&s);
        return e;
    }
    keep(cx, secret, version, &s, seen);
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
        res_header(cx, res, "X-Content-Type-Options", "none");
    } else {
        put_protection(cx, res);
    }
    TRY(res_file(cx, req, res, &file));
    if (res->status != 304) /* RFC 9110 15.4.5: only what a cache must update */
        sidecar_fields(cx, res, s->digest, s->link);
    return OK;
}

static Str sha256_of(const Served *s)
{
    return (Str){s->etag.p + 1, s->etag.n - 2};
}

/* Of the very bytes that the ticket gives, whatever its asset has become. */
static Err send_beside(Cx *cx, Str secret, Sidecar kind, const Served *s, Res *res)
{
    TicketRow of = {.secret = secret,
                    .filename = s->name,
                    .sha256 = sha256_of(s),
                    .size_bytes = s->size,
                    .created_at = s->made};
    put_protection(cx, res);
    sidecar_send(cx, kind, &of, res);
    return OK;
}

/* HEAD, 304 and 416 have no bytes, and cost nothing. */
static bool has_bytes(const Req *req, const Res *res)
{
    return req->method == M_GET && res_sends_file(res) && res->length > 0;
}

/* Only what has bytes comes here, so that the answer to a HEAD is no free address. */
static Err send_elsewhere(Cx *cx, const Served *s, Res *res, FlowStep *step)
{
    SignedFile file = {.blob = s->blob,
                       .name = s->name,
                       .media_type = s->media_type,
                       .sha256 = sha256_of(s),
                       .download = str_of(s->live->id),
                       .size = s->size,
                       .expires_at = s->expires_at};
    TRY(direct_begin(cx, s->live, step));
    return *step == FLOW_GO ? signer_redirect(cx, s->signer, &file, res) : OK;
}

/* FLOW_GO: it may be sent, or there is nothing to be counted. */
static Err answer(Cx *cx, const Req *req, const Served *s, Res *res, FlowStep *step)
{
    *step = FLOW_GO;
    TRY(send(cx, req, s, res));
    if (!has_bytes(req, res))
        return OK;
    int64_t from = res->offset;
    *step = FLOW_OVER;
    if (s->live && s->signer)
        return send_elsewhere(cx, s, res, step);
    if (s->live)
        TRY(flow_begin(cx, s->live, from, res->length, step, &res->delivery));
    return OK;
}

/* What was said of the file is not said of the refusal. */
static void take_back(Res *res)
{
    res_drop_file(res);
    res->n_headers = 0;
}

/* --- on a worker, where it may write */

static Err reserve(Cx *cx, const TicketRow *ticket, const Day *today)
{
    GrantRow grant = {0};
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(grant_of_ticket(cx, ticket, today, &grant));
    return tx_commit(&tx);
}

static Err reserve_or_tell(Cx *cx, const TicketRow *ticket)
{
    Day today = quota_today(cx);
    TRY(grant_refused(cx, ticket->account, ticket->asset, &today, reserve(cx, ticket, &today)));
    return db_settle(cx);
}

/* On disk before anybody is told that bytes may leave. */
static Err post(Cx *cx, GrantRow *grant, const Served *s)
{
    if (s->signer)
        return direct_post(cx, grant, s->live);
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(grant_post(cx, grant));
    TRY(tx_commit(&tx));
    TRY(db_settle(cx));
    live_post(s->live, grant);
    return OK;
}

static Err try_once(Cx *cx, Req *req, Res *res, FlowStep *step)
{
    Seen seen = {0};
    TRY(look_up(cx, req->params[0], 0, &seen));
    Err e = answer(cx, req, seen.served, res, step);
    if (e ? e != E_RANGE : *step != FLOW_GO)
        take_back(res);
    if (!e && *step == FLOW_OVER)
        e = reserve_or_tell(cx, &seen.ticket);
    if (!e && *step == FLOW_POST)
        e = post(cx, &seen.grant, seen.served);
    served_drop(seen.served);
    return e;
}

/* Reserved, posted, sent; and once more when somebody else ended the reservation in between. */
static Err begin(Cx *cx, Req *req, Res *res)
{
    FlowStep step = FLOW_OVER;
    Err e = OK;
    for (int i = 0; i < 5 && step != FLOW_GO && (!e || e == E_CONFLICT); i++)
        e = try_once(cx, req, res, &step);
    if (e == E_CONFLICT || (!e && step != FLOW_GO)) {
        cx->retry_after_s = 1;
        return fail(cx, E_UNAVAILABLE, "this download changes; ask once more");
    }
    return e;
}

/* The name in the address is for the client's save dialog; the ticket alone decides. Only what
 * stands beside the file is asked for by name. */
Err get_download(Cx *cx, Req *req, Res *res)
{
    Str secret = req->params[0];
    Seen seen = {0};
    FlowStep step = FLOW_GO;
    if (!cx->memo)
        return begin(cx, req, res);
    uint32_t version = db_version(cx->conn);
    seen.served = memo_get(cx->memo, secret, version);
    if (!seen.served)
        TRY(look_up(cx, secret, version, &seen));
    if (live_now(cx) >= seen.served->expires_at && !bug("noexpiry"))
        return fail(cx, E_GONE, "this ticket has expired");
    Sidecar beside = sidecar_of(req->params[1], seen.served->name);
    if (beside)
        return send_beside(cx, secret, beside, seen.served, res);
    Err e = answer(cx, req, seen.served, res, &step);
    if (e && e != E_RANGE)
        take_back(res);
    res->later = !e && step != FLOW_GO;
    if (res->later)
        take_back(res);
    return e;
}
