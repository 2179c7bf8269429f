/* GET /assets/{file}: style, player and icon, out of the program itself; GET /push.js; GET
 * /openapi/{service}.json. */
#include "assets.h"
#include "base/hash.h"
#include "contract.h"
#include "http/answer.h"
#include "http/res.h"

#include <strings.h>

static const Embedded *find(Str name)
{
    for (size_t i = 0; i < EMBEDDED_COUNT; i++)
        if (str_eq(name, str_of(EMBEDDED[i].name)))
            return &EMBEDDED[i];
    return NULL;
}

/* Whether Accept-Encoding names gzip, or *, without q=0 (RFC 9110 12.5.3). */
static bool takes_gzip(Str header)
{
    for (Str rest = header; rest.n;) {
        Str weight = {0}, coding = str_cut(str_cut(rest, ',', &rest), ';', &weight);
        while (coding.n && coding.p[0] == ' ')
            coding = (Str){coding.p + 1, coding.n - 1};
        while (coding.n && coding.p[coding.n - 1] == ' ')
            coding.n--;
        while (weight.n &&
               (weight.p[0] == ' ' || (weight.p[0] | 0x20) == 'q' || weight.p[0] == '='))
            weight = (Str){weight.p + 1, weight.n - 1};
        bool none = weight.n && strspn(weight.p, "0. ") >= weight.n;
        if ((coding.n == 4 && strncasecmp(coding.p, "gzip", 4) == 0) || str_eq(coding, S("*")))
            return !none;
    }
    return false;
}

static void send(Cx *cx, const Req *req, Res *res, Str etag, const unsigned char *p, size_t n)
{
    res_header(cx, res, "ETag", STR_FMT, STR_ARG(etag));
    if (etag_listed(req_header(req, "If-None-Match"), etag)) {
        res->status = 304;
        return;
    }
    buf_put(&res->body, (const char *)p, n);
}

static Err serve(Cx *cx, const Req *req, Res *res, const Embedded *file, const char *cache)
{
    bool gzip = takes_gzip(req_header(req, "Accept-Encoding"));
    Str etag = arena_fmt(cx->arena, "\"%s%s\"", file->hash, gzip ? "-gzip" : "");
    res->media_type = str_of(file->media_type);
    res_header(cx, res, "Cache-Control", "%s", cache);
    res_header(cx, res, "Vary", "Accept-Encoding");
    if (gzip)
        res_header(cx, res, "Content-Encoding", "gzip");
    send(cx, req, res, etag, gzip ? file->gzip : file->p, gzip ? file->gzip_n : file->n);
    return OK;
}

Err get_page_asset(Cx *cx, Req *req, Res *res)
{
    const Embedded *file = find(req->params[0]);
    if (!file)
        return fail(cx, E_NOT_FOUND, "there is no such file");
    return serve(cx, req, res, file, "public, max-age=31536000, immutable");
}

/* A worker keeps its address for good: browsers look there for its next version. */
Err get_push_worker(Cx *cx, Req *req, Res *res)
{
    Str path = S(EMBEDDED_PUSH_JS);
    size_t folder = sizeof "/assets/" - 1;
    return serve(cx, req, res, find((Str){path.p + folder, path.n - folder}), "public, no-cache");
}

Err get_document(Cx *cx, Req *req, Res *res)
{
    for (size_t i = 0; i < DOCUMENT_COUNT; i++) {
        const Document *d = &DOCUMENTS[i];
        if (!str_eq(req->params[0], str_of(d->name)))
            continue;
        Str etag = arena_fmt(cx->arena, "\"%016llx\"",
                             (unsigned long long)hash64((Str){(const char *)d->p, d->n}, 0));
        res->media_type = S("application/json");
        res_header(cx, res, "Cache-Control", "public, no-cache");
        res_header(cx, res, "Access-Control-Allow-Origin",
                   "*"); /* for readers of contracts elsewhere */
        send(cx, req, res, etag, d->p, d->n);
        return OK;
    }
    return fail(cx, E_NOT_FOUND, "there is no service of that name");
}
