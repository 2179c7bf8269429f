#include "download/sidecar.h"

#include "base/hash.h"
#include "base/markup.h"
#include "base/time.h"
#include "download/ticket.h"

enum { SIDECAR_MAX = 16 << 10 };

static const struct {
    const char *suffix, *media_type;
} kinds[SIDECARS] = {
    [SIDECAR_SHA256] = {".sha256", "text/plain; charset=utf-8"},
    [SIDECAR_METALINK] = {".meta4", "application/metalink4+xml"},
};

const char *sidecar_suffix(Sidecar kind)
{
    return kinds[kind].suffix;
}

Sidecar sidecar_of(Str asked, Str filename)
{
    if (!str_begins(asked, filename))
        return SIDECAR_NONE;
    Str rest = {asked.p + filename.n, asked.n - filename.n};
    Sidecar kind = SIDECARS - 1;
    while (kind && !str_eq(rest, str_of(kinds[kind].suffix)))
        kind--;
    return kind;
}

static void put(Buf *b, Str text)
{
    buf_put(b, text.p, text.n);
}

/* As coreutils write it; no name of ours has what they escape, a backslash or a line end. */
static void write_sum(Buf *b, const TicketRow *ticket)
{
    put(b, ticket->sha256);
    put(b, S("  "));
    put(b, ticket->filename);
    buf_byte(b, '\n');
}

/* The document exists since the ticket does; its address would be new with another one. */
static void write_metalink(Cx *cx, Buf *b, const TicketRow *ticket)
{
    char published[TIME_TEXT];
    time_write(published, ticket->created_at);
    put(b, S("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
             "<metalink xmlns=\"urn:ietf:params:xml:ns:metalink\">\n  <published>"));
    put(b, (Str){published, TIME_TEXT});
    put(b, S("</published>\n  <file name=\""));
    markup_put(b, ticket->filename, markup_entity);
    put(b, arena_fmt(cx->arena, "\">\n    <size>%lld</size>\n    <hash type=\"sha-256\">",
                     (long long)ticket->size_bytes));
    markup_put(b, ticket->sha256, markup_entity);
    put(b, S("</hash>\n    <url priority=\"1\">"));
    markup_put(b, ticket_url(cx, ticket), markup_entity);
    put(b, S("</url>\n  </file>\n</metalink>\n"));
}

void sidecar_send(Cx *cx, Sidecar kind, const TicketRow *ticket, Res *res)
{
    Str name = arena_fmt(cx->arena, STR_FMT "%s", STR_ARG(ticket->filename), kinds[kind].suffix);
    res->status = 200;
    res->media_type = str_of(kinds[kind].media_type);
    res->body.max = SIDECAR_MAX; /* names and addresses are far shorter */
    if (kind == SIDECAR_SHA256)
        write_sum(&res->body, ticket);
    else
        write_metalink(cx, &res->body, ticket);
    res_header(cx, res, "Cache-Control", "private, no-cache");
    res_header(cx, res, "Content-Disposition", STR_FMT, STR_ARG(content_disposition(cx, name)));
}

Str sidecar_digest(Cx *cx, Str sha256)
{
    uint8_t sum[SHA256_BYTES];
    return hex_read(sha256, sum, sizeof sum) ? base64_text(cx->arena, sum, sizeof sum) : (Str){0};
}

void sidecar_fields(Cx *cx, Res *res, Str digest, Str name)
{
    if (digest.n) {
        res_header(cx, res, "Repr-Digest", "sha-256=:" STR_FMT ":", STR_ARG(digest));
        res_header(cx, res, "Digest", "sha-256=" STR_FMT, STR_ARG(digest));
    }
    res_header(cx, res, "Link", "<" STR_FMT "%s>; rel=describedby; type=\"%s\"", STR_ARG(name),
               kinds[SIDECAR_METALINK].suffix, kinds[SIDECAR_METALINK].media_type);
}
