/* head.c - the lines of an answer's head: status, the operation's own, and what the wire adds. */
#include "base/clock.h"
#include "http/loop.h"

#include <strings.h>

/* RFC 9110 15; the commonest first */
static const struct {
    int status;
    const char *phrase;
} reasons[] = {
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {206, "Partial Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {416, "Range Not Satisfiable"},
    {422, "Unprocessable Content"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {503, "Service Unavailable"},
    {505, "HTTP Version Not Supported"},
    {507, "Insufficient Storage"},
};

static const char *reason(int status)
{
    for (size_t i = 0; i < COUNT(reasons); i++)
        if (reasons[i].status == status)
            return reasons[i].phrase;
    return ""; /* RFC 9112 4: it may be empty */
}

static void put(Buf *b, Str s)
{
    buf_put(b, s.p, s.n);
}

static void put_line(Buf *b, Str name, Str value)
{
    char *to = buf_room(b, name.n + value.n + 4);
    if (!to)
        return;
    memcpy(to, name.p, name.n);
    memcpy(to + name.n, ": ", 2);
    if (value.n)
        memcpy(to + name.n + 2, value.p, value.n);
    memcpy(to + name.n + 2 + value.n, "\r\n", 2);
    b->n += name.n + value.n + 4;
}

static bool has(const Res *res, Str name)
{
    for (size_t i = 0; i < res->n_headers; i++)
        if (res->headers[i].name.n == name.n &&
            strncasecmp(res->headers[i].name.p, name.p, name.n) == 0)
            return true;
    return false;
}

void head_lines(const Lines *lines, Buf *to)
{
    const Res *res = lines->res;
    char status[4] = {(char)('0' + lines->status / 100 % 10), (char)('0' + lines->status / 10 % 10),
                      (char)('0' + lines->status % 10), ' '};
    put(to, S("HTTP/1.1 "));
    buf_put(to, status, sizeof status);
    put(to, str_of(reason(lines->status)));
    put(to, S("\r\n"));
    if (res->media_type.n && lines->status != 304)
        put_line(to, S("Content-Type"), res->media_type);
    if (lines->chunked)
        put(to, S("Transfer-Encoding: chunked\r\n"));
    if (lines->length >= 0) {
        char text[INT_TEXT];
        put_line(to, S("Content-Length"),
                 (Str){text, (size_t)(int_write(text, lines->length) - text)});
    }
    for (size_t i = 0; i < res->n_headers; i++)
        put_line(to, res->headers[i].name, res->headers[i].value);
    if (!has(res, S("X-Content-Type-Options")))
        put(to, S("X-Content-Type-Options: nosniff\r\n"));
    if (!has(res, S("Referrer-Policy")))
        put(to, S("Referrer-Policy: strict-origin-when-cross-origin\r\n"));
}

static void put_rate(Buf *b, const Exchange *x)
{
    put(b, S("RateLimit: limit="));
    buf_json_int(b, x->limit);
    put(b, S(", remaining="));
    buf_json_int(b, x->left);
    put(b, S(", reset="));
    buf_json_int(b, x->reset_s);
    put(b, S("\r\n"));
}

void head_own_lines(Client *c, const Exchange *x, Buf *to)
{
    Loop *l = c->loop;
    int64_t now = clock_now();
    if (now / 1000 != l->date_s) {
        date_write(l->date, now);
        l->date_s = now / 1000;
    }
    put_line(to, S("Date"), (Str){l->date, DATE_TEXT});
    put_line(to, S("X-Request-Id"), (Str){c->record.trace.id, c->record.trace.id_n});
    put_line(to, S("traceparent"), (Str){c->record.trace.parent, TRACE_PARENT});
    if (!c->keep)
        put(to, S("Connection: close\r\n"));
    else if (c->old)
        put(to, S("Connection: keep-alive\r\n"));
    if (x && x->limit > 0)
        put_rate(to, x);
    put(to, S("\r\n"));
}
