/* GET /d/{ticket}/{filename}: the hot path of a download manager, which asks for a thousand ranges
 * of one file. */
#include "base/fault.h"
#include "base/memo.h"
#include "common/app.h"
#include "download/ticket.h"
#include "http/res.h"

#include <fcntl.h>
#include <unistd.h>

/* What one ticket's requests have in common; texts stand behind it in the same piece of memory. */
typedef struct Served {
    int fd;
    int64_t size, modified, expires_at;
    Str media_type, etag, name;
} Served;

static void served_drop(void *value)
{
    close(((Served *)value)->fd);
}

static Str put_text(char **room, Str text)
{
    Str put = {*room, text.n};
    memcpy(*room, text.p, text.n);
    *room += text.n;
    return put;
}

/* Looked up, opened and kept as long as the data version stays. */
static Err look_up(Cx *cx, Str secret, uint32_t version, Served **out)
{
    TicketRow row = {0};
    int fd = -1;
    int64_t size = 0;
    TRY(ticket_by_secret(cx, secret, &row));
    TRY(blob_open(cx, cx->app->blobs, row.blob, &fd, &size));
    Str etag = arena_fmt(cx->arena, "\"" STR_FMT "\"", STR_ARG(row.sha256));
    size_t bytes = sizeof(Served) + row.media_type.n + etag.n + row.filename.n;
    Served *s = memo_put(cx->memo, secret, version, bytes, served_drop);
    char *room = (char *)(s + 1);
    *s = (Served){
        .fd = fd, .size = row.size_bytes, .modified = row.created_at, .expires_at = row.expires_at};
    s->media_type = put_text(&room, row.media_type);
    s->etag = put_text(&room, etag);
    s->name = put_text(&room, row.filename);
    *out = s;
    return OK;
}

/* The name in the address is for the client's save dialog; the ticket alone decides. */
Err get_download(Cx *cx, Req *req, Res *res)
{
    Str secret = req->params[0];
    uint32_t version = db_version(cx->conn);
    Served *s = memo_get(cx->memo, secret, version);
    if (!s)
        TRY(look_up(cx, secret, version, &s));
    if (cx->now >= s->expires_at && !bug("noexpiry"))
        return fail(cx, E_GONE, "this ticket has expired");
    FileSend file = {
        .fd = fcntl(s->fd, F_DUPFD_CLOEXEC, 0), /* it is sent from after the memo let it go */
        .size = s->size,
        .media_type = s->media_type,
        .etag = s->etag,
        .modified = s->modified,
        .cache_control = "private, no-cache",
        .download_name = s->name};
    if (file.fd < 0)
        return fail_io(cx, "opening", S("the file"));
    res_header(cx, res, "Referrer-Policy", "no-referrer"); /* the address is a secret */
    res_header(cx, res, "Content-Security-Policy", "sandbox; default-src 'none'");
    return res_file(cx, req, res, &file);
}
