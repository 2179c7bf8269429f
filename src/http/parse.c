#include "http/parse.h"

#include "base/fault.h"
#include "http/syntax.h"
#include "http/target.h"

#include <strings.h>

typedef struct KnownRow {
    Str name;
    bool once;
} KnownRow;

static const KnownRow rows[KNOWN_COUNT] = {
    [H_OTHER] = {{0}, false},
#define KNOWN(id, name, once) [H_##id] = {{name, sizeof name - 1}, once},
#include "http/known.def"
#undef KNOWN
};

HeadScan head_scan(const char *p, size_t n, size_t *seen, size_t *head_n)
{
    size_t top = n < HEAD_MAX ? n : HEAD_MAX;
    for (size_t at = *seen; at < top; at++) {
        const char *lf = memchr(p + at, '\n', top - at);
        if (!lf)
            break;
        at = (size_t)(lf - p);
        bool crlf = at > 0 && p[at - 1] == '\r';
        if (!crlf && !bug("http-bare-lf"))
            return HEAD_BAD;
        size_t line_end = crlf ? at - 1 : at;
        if (at < 2) { /* one empty line before the request line is let pass, RFC 9112 2.2 */
            *seen = at + 1;
            continue;
        }
        if (line_end > 0 && p[line_end - 1] == '\n') {
            *head_n = at + 1;
            return line_end == 2 ? HEAD_BAD : HEAD_WHOLE;
        }
        *seen = at + 1;
    }
    return n >= HEAD_MAX ? HEAD_LONG : HEAD_MORE;
}

/* The next line without its end; head_scan saw that there is one. */
static Str take_line(Str *rest)
{
    Str line = str_cut(*rest, '\n', rest);
    if (line.n && line.p[line.n - 1] == '\r')
        line.n--;
    return line;
}

static bool version_read(Str s, int *major, int *minor)
{
    if (s.n != 8 || memcmp(s.p, "HTTP/", 5) != 0 || s.p[6] != '.')
        return false;
    *major = s.p[5] - '0';
    *minor = s.p[7] - '0';
    return *major >= 0 && *major <= 9 && *minor >= 0 && *minor <= 9;
}

static bool method_read(Str s, Method *out)
{
    for (Method m = 0; m < METHOD_COUNT; m++)
        if (str_eq(method_name(m), s)) {
            *out = m;
            return true;
        }
    return false;
}

static Err refuse(Err e, const char *sentence, const char **why)
{
    *why = sentence;
    return e;
}

static Err read_request_line(Str line, Head *head, const char **why)
{
    Req *req = &head->req;
    Str rest = {0}, version = {0};
    Str method = str_cut(line, ' ', &rest);
    req->target = str_cut(rest, ' ', &version);
    int major = 0;
    if (!method.n || !syntax_all(method, IS_TOKEN) || !version_read(version, &major, &req->minor))
        return refuse(E_MALFORMED, "the request line is not METHOD SP target SP HTTP/1.1", why);
    if (major != 1 || req->minor > 1)
        return refuse(E_HTTP_VERSION, "only HTTP/1.1 and HTTP/1.0 are spoken here", why);
    if (!method_read(method, &req->method))
        return refuse(E_NOT_DONE, "that method is not known here", why);
    if (req->target.n > TARGET_MAX)
        return refuse(E_URI_TOO_LONG, "the request target is longer than 8 KiB", why);
    head->asterisk = str_eq(req->target, S("*"));
    if (head->asterisk && req->method == M_OPTIONS)
        return OK;
    if (!target_read(req->target, &req->path, &req->query))
        return refuse(E_MALFORMED, "the request target is not a plain absolute path", why);
    return OK;
}

static Known known_of(Str name)
{
    for (Known k = 1; k < KNOWN_COUNT; k++)
        if (rows[k].name.n == name.n && text_is(name, rows[k].name))
            return k;
    return H_OTHER;
}

static Err read_field(Str line, Head *head, const char **why)
{
    Req *req = &head->req;
    size_t n = 0;
    while (n < line.n && syntax_is(line.p[n], IS_TOKEN))
        n++;
    if (n == 0 || n == line.n || line.p[n] != ':')
        return refuse(E_MALFORMED, "a header field is not name:value", why);
    Str name = {line.p, n}, value = text_trim((Str){line.p + n + 1, line.n - n - 1});
    if (!syntax_all(value, IS_FIELD))
        return refuse(E_MALFORMED, "a header value has a control character", why);
    if (req->n_headers == REQ_HEADERS)
        return refuse(E_HEAD_TOO_LARGE, "more than 64 header fields", why);
    req->headers[req->n_headers++] = (Header){name, value};
    Known k = known_of(name);
    if (k && head->at[k]) {
        if (rows[k].once && !(k == H_CONTENT_LENGTH && bug("http-two-lengths")))
            return refuse(E_MALFORMED, "a header field that may stand once stands twice", why);
    } else if (k) {
        head->at[k] = (int8_t)req->n_headers;
    }
    return OK;
}

/* RFC 9112 6.3, with every doubtful case refused. */
static Err read_framing(Head *head, const char **why)
{
    Req *req = &head->req;
    Str length = head_value(head, H_CONTENT_LENGTH), te = head_value(head, H_TRANSFER_ENCODING);
    if (length.p && te.p && !bug("http-te-and-length"))
        return refuse(E_MALFORMED, "both Content-Length and Transfer-Encoding", why);
    if (length.p && !text_number(length, &req->length))
        return refuse(E_MALFORMED, "Content-Length is not a decimal number", why);
    /* blanks behind it are lawful, but readers differ on them: the line must end there */
    if (te.p && (req->minor == 0 || !text_is(te, S("chunked")) || strchr(" \t", te.p[te.n])))
        return refuse(E_MALFORMED, "Transfer-Encoding may only be chunked, on HTTP/1.1", why);
    head->chunked = te.p != NULL;
    if (te.p)
        req->length = -1;
    return OK;
}

static Err read_connection(Head *head, const char **why)
{
    Req *req = &head->req;
    Str host = head_value(head, H_HOST), expect = head_value(head, H_EXPECT);
    if (!host.p && req->minor == 1)
        return refuse(E_MALFORMED, "there is no Host", why);
    if (host.p && !host_valid(host))
        return refuse(E_MALFORMED, "Host is not a host and port", why);
    req->host = host;
    if (expect.p && !text_is(expect, S("100-continue")))
        return refuse(E_MALFORMED, "Expect may only be 100-continue", why);
    head->expects = expect.p && req->minor == 1;
    Str connection = head_value(head, H_CONNECTION);
    head->keep_alive = req->minor == 1;
    for (size_t i = 0; connection.p && i < req->n_headers; i++) {
        if (!text_is(req->headers[i].name, S("connection")))
            continue;
        if (text_lists(req->headers[i].value, S("close")))
            head->keep_alive = false;
        else if (req->minor == 0 && text_lists(req->headers[i].value, S("keep-alive")))
            head->keep_alive = true;
    }
    return OK;
}

static bool repeats(const Req *req)
{
    for (size_t i = 1; i < req->n_headers; i++)
        for (size_t j = 0; j < i; j++) {
            Str a = req->headers[i].name, b = req->headers[j].name;
            if (a.n == b.n && strncasecmp(a.p, b.p, a.n) == 0)
                return true;
        }
    return false;
}

Err head_parse(const char *p, size_t n, Head *out, const char **why)
{
    Str rest = {p, n};
    out->req.n_headers = 0;
    out->req.n_params = 0;
    out->req.length = 0;
    out->req.target = out->req.path = out->req.query = out->req.host = out->req.body = (Str){0};
    out->chunked = out->expects = out->keep_alive = false;
    memset(out->at, 0, sizeof out->at);
    Str line = take_line(&rest);
    if (!line.n)
        line = take_line(&rest);
    TRY(read_request_line(line, out, why));
    for (line = take_line(&rest); line.n; line = take_line(&rest))
        TRY(read_field(line, out, why));
    TRY(read_framing(out, why));
    TRY(read_connection(out, why));
    out->repeated = repeats(&out->req);
    return OK;
}

Str head_value(const Head *head, Known which)
{
    int at = head->at[which];
    return at ? head->req.headers[at - 1].value : (Str){0};
}

static void move(Str *s, const char *from, const char *to)
{
    if (s->p)
        s->p = to + (s->p - from);
}

void head_move(Head *head, const char *from, const char *to)
{
    Req *req = &head->req;
    move(&req->target, from, to);
    move(&req->path, from, to);
    move(&req->query, from, to);
    move(&req->host, from, to);
    for (size_t i = 0; i < req->n_headers; i++) {
        move(&req->headers[i].name, from, to);
        move(&req->headers[i].value, from, to);
    }
}

/* Joins into header i whatever else has its name; returns the end of the text written. */
static char *join_one(Req *req, size_t i, char *room)
{
    Header *first = &req->headers[i];
    char *start = room;
    for (size_t j = i + 1; j < req->n_headers; j++) {
        Header *other = &req->headers[j];
        if (other->name.n != first->name.n ||
            strncasecmp(other->name.p, first->name.p, first->name.n) != 0)
            continue;
        if (room == start) {
            memcpy(room, first->value.p, first->value.n);
            room += first->value.n;
        }
        memcpy(room, ", ", 2);
        memcpy(room + 2, other->value.p, other->value.n);
        room += 2 + other->value.n;
        *other = (Header){S("\x01"), {"", 0}}; /* no name that a client could send or we ask for */
    }
    if (room > start)
        first->value = (Str){start, (size_t)(room - start)};
    return room;
}

void head_join(Head *head, char *room)
{
    if (!head->repeated)
        return;
    for (size_t i = 0; i < head->req.n_headers; i++)
        room = join_one(&head->req, i, room);
    head->repeated = false;
}
