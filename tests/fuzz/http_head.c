/* Any bytes as what a connection sends: scanned at every cut alike, parsed, joined and moved. What
 * passes keeps the promises that the rest of the hub builds on. */
#include "http/parse.h"
#include "http/syntax.h"
#include "http/target.h"

#include <assert.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool within(Str s, const char *p, size_t n)
{
    return !s.p || (s.p >= p && s.p + s.n <= p + n);
}

/* RFC 3986: no reader may find another path in it. */
static void check_path(Str path)
{
    assert(path.n && path.p[0] == '/');
    for (Str rest = {path.p + 1, path.n - 1}; rest.n;) {
        Str segment = str_cut(rest, '/', &rest);
        assert(segment.n && !str_eq(segment, S(".")) && !str_eq(segment, S("..")));
        assert(!memmem(segment.p, segment.n, "%2f", 3) && !memmem(segment.p, segment.n, "%2F", 3));
        assert(!memmem(segment.p, segment.n, "%00", 3) && !memchr(segment.p, '\\', segment.n));
    }
}

static void check_head(const Head *head, const char *p, size_t n)
{
    const Req *req = &head->req;
    int lengths = 0, hosts = 0, codings = 0;
    assert(within(req->target, p, n) && within(req->path, p, n) && within(req->query, p, n));
    if (!head->asterisk)
        check_path(req->path);
    for (size_t i = 0; i < req->n_headers; i++) {
        const Header *h = &req->headers[i];
        assert(h->name.n && syntax_all(h->name, IS_TOKEN) && syntax_all(h->value, IS_FIELD));
        assert(within(h->name, p, n) && within(h->value, p, n));
        lengths += text_is(h->name, S("content-length"));
        codings += text_is(h->name, S("transfer-encoding"));
        hosts += text_is(h->name, S("host"));
    }
    assert(lengths + codings <= 1 && hosts <= 1 && (hosts || req->minor == 0));
    assert(head->chunked == (codings == 1) && (req->length >= 0 || head->chunked));
    assert(lengths || head->chunked || req->length == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *p = (const char *)data, *why = NULL;
    size_t seen = 0, n = 0, seen_whole = 0, n_whole = 0;
    HeadScan whole = head_scan(p, size, &seen_whole, &n_whole), step = HEAD_MORE;
    for (size_t cut = 0; cut <= size && step == HEAD_MORE; cut++)
        step = head_scan(p, cut, &seen, &n);
    assert(step == whole && (whole != HEAD_WHOLE || n == n_whole));
    if (whole != HEAD_WHOLE)
        return 0;
    static Head head;
    Err e = head_parse(p, n, &head, &why);
    assert(!e == !why);
    if (e)
        return 0;
    check_head(&head, p, n);
    char *copy = malloc(n + HEAD_MAX);
    memcpy(copy, p, n);
    head_move(&head, p, copy);
    check_head(&head, copy, n);
    head_join(&head, copy + n);
    for (size_t i = 0; i < head.req.n_headers; i++)
        assert(within(head.req.headers[i].value, copy, n + HEAD_MAX) ||
               !head.req.headers[i].value.n);
    free(copy);
    return 0;
}
