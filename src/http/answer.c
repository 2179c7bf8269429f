#include "http/answer.h"

#include "base/fault.h"
#include "base/hash.h"
#include "base/log.h"
#include "http/syntax.h"

#include <assert.h>

static void put_header(Answer *a, const char *name, Str value)
{
    assert(a->n_headers < ANSWER_HEADERS);
    a->headers[a->n_headers++] = (Header){str_of(name), value};
}

/* --- problems, RFC 9457; the schema Problem of the contract says the same */

/* ,"key":"value" */
static void put_text(Buf *b, const char *key, Str value)
{
    buf_byte(b, ',');
    buf_json_str(b, str_of(key));
    buf_byte(b, ':');
    buf_json_str(b, value);
}

static void put_faults(Buf *b, const Cx *cx)
{
    size_t n = cx->n_faults < FAULT_MAX ? cx->n_faults : FAULT_MAX;
    for (size_t i = 0; i < n; i++) {
        const Fault *f = &cx->faults[i];
        Str open = i ? S(",{\"in\":") : S(",\"errors\":[{\"in\":");
        buf_put(b, open.p, open.n);
        buf_json_str(b, f->in);
        put_text(b, "pointer", f->pointer);
        put_text(b, "detail", f->detail);
        buf_byte(b, '}');
    }
    if (n)
        buf_byte(b, ']');
}

static void put_problem(Cx *cx, Err e, Buf *b)
{
    const ErrKind *kind = err_kind(e);
    buf_put(b, "{\"type\":", 8);
    buf_json_str(b, arena_fmt(cx->arena, "/problems/%s", kind->slug));
    put_text(b, "title", str_of(kind->title));
    buf_put(b, ",\"status\":", 10);
    buf_json_int(b, kind->status);
    if (e != E_INTERNAL && cx->said[0]) /* ours to know, the log has it */
        put_text(b, "detail", str_of(cx->said));
    if (cx->request_id.n)
        put_text(b, "requestId", cx->request_id);
    if (e == E_INVALID)
        put_faults(b, cx);
    if (cx->more.n && e != E_INTERNAL) {
        buf_byte(b, ',');
        buf_put(b, cx->more.p, cx->more.n);
    }
    buf_byte(b, '}');
}

/* What the contract lets the route say. */
static Err allowed(Cx *cx, const Route *r, Err e)
{
    if (r && !(r->errors & ERR_BIT(e)) && !bug("contract-errors")) {
        Str said = arena_str(cx->arena, str_of(cx->said));
        e = fail(cx, E_INTERNAL, "%s may not answer %s: " STR_FMT, r->name, err_kind(e)->slug,
                 STR_ARG(said));
    }
    if (e == E_INTERNAL)
        log_say(LOG_ERROR, "internal", LZ("route", r ? r->name : ""), LZ("said", cx->said),
                LS("request", cx->request_id));
    return e;
}

void answer_problem(Cx *cx, Err e, Answer *a)
{
    e = allowed(cx, a->route, e);
    a->status = err_kind(e)->status;
    a->n_headers = 0;
    a->media_type = S("application/problem+json");
    if (!a->body.max)
        a->body = BUF(ANSWER_MAX);
    a->body.n = 0;
    a->body.full = false;
    put_problem(cx, e, &a->body);
    put_header(a, "Cache-Control", S("no-store"));
    if (e == E_SIGN_IN)
        put_header(a, "WWW-Authenticate", S("Bearer"));
    if (e == E_BAD_METHOD && a->allow)
        put_header(a, "Allow", allow_text(cx->arena, a->allow));
    bool later = e == E_LIMITED || e == E_UNAVAILABLE || e == E_FULL;
    if (later || cx->retry_after_s > 0)
        put_header(a, "Retry-After",
                   arena_fmt(cx->arena, "%d", cx->retry_after_s > 0 ? cx->retry_after_s : 1));
}

/* --- entity tags, RFC 9110 8.8.3 */

/* Takes one tag off a list, with its quotes; p == NULL at the end or at what is no tag. */
static Str tag_next(Str *list, bool *weak)
{
    Str s = *list;
    while (s.n && (s.p[0] == ' ' || s.p[0] == '\t' || s.p[0] == ','))
        s = (Str){s.p + 1, s.n - 1};
    *weak = s.n > 1 && s.p[0] == 'W' && s.p[1] == '/';
    if (*weak)
        s = (Str){s.p + 2, s.n - 2};
    *list = (Str){0};
    if (!s.n || s.p[0] != '"')
        return (Str){0};
    const char *end = memchr(s.p + 1, '"', s.n - 1);
    if (!end)
        return (Str){0};
    size_t n = (size_t)(end - s.p) + 1;
    *list = (Str){s.p + n, s.n - n};
    return (Str){s.p, n};
}

bool etag_listed(Str if_none_match, Str etag)
{
    bool weak = false;
    if (str_eq(text_trim(if_none_match), S("*")))
        return true;
    for (Str rest = if_none_match; rest.n;)
        if (str_eq(tag_next(&rest, &weak), etag))
            return true;
    return false;
}

bool etag_version(Str if_match, int64_t *version)
{
    bool weak = false;
    if (str_eq(text_trim(if_match), S("*"))) {
        *version = -1;
        return true;
    }
    Str tag = tag_next(&if_match, &weak), hash = {0};
    if (!tag.n || weak) /* If-Match compares strongly */
        return false;
    Str digits = str_cut((Str){tag.p + 1, tag.n - 2}, '.', &hash);
    bool plain = digits.n && !(digits.p[0] == '0' && digits.n > 1) && !(hash.p && !hash.n);
    return plain && text_number(digits, version);
}

static Str etag_of(Cx *cx, const Route *r, const void *out, Str body)
{
    unsigned long long hash = hash64(body, 0);
    int64_t version = 0;
    if (!r->version_at)
        return arena_fmt(cx->arena, "\"%016llx\"", hash);
    memcpy(&version, (const char *)out + r->version_at - 1, sizeof version);
    return arena_fmt(cx->arena, "\"%lld.%016llx\"", (long long)version, hash);
}

/* --- what is answered */

Err answer_admit(Cx *cx, const Route *r)
{
    if (r->signed_in && !cx->viewer.id.n && !bug("contract-signed-in"))
        return fail(cx, E_SIGN_IN, "%s needs a signed-in viewer", r->name);
    if (r->scope && !(cx->viewer.scopes & r->scope) && !bug("contract-scope"))
        return fail(cx, E_FORBIDDEN, "%s needs the scope %s", r->name, r->scope_name);
    return OK;
}

/* JSON is UTF-8 (RFC 8259), so another charset is another media type. */
static bool is_json(Str type)
{
    Str parameter = {0}, name = str_cut(type, ';', &parameter);
    parameter = text_trim(parameter);
    return text_is(text_trim(name), S("application/json")) &&
           (!parameter.n || text_is(parameter, S("charset=utf-8")) ||
            text_is(parameter, S("charset=\"utf-8\"")));
}

static Str header_of(const Given *given, const char *name)
{
    return given->header ? given->header(given->of, name) : (Str){0};
}

/* Without a body in the contract none is looked at. */
static Err check_body(Cx *cx, const Route *r, const Given *given)
{
    if (!r->body_max || !given->body.n)
        return OK;
    if ((int64_t)given->body.n > r->body_max && !bug("contract-body-max"))
        return fail(cx, E_TOO_LARGE, "the body may have %lld bytes", (long long)r->body_max);
    if (!is_json(header_of(given, "Content-Type")) && !bug("contract-media-type"))
        return fail(cx, E_MEDIA_TYPE, "send the body as Content-Type: application/json");
    return OK;
}

static Err take_status(Cx *cx, const Route *r, int *status)
{
    *status = cx->status ? cx->status : r->status;
    for (size_t i = 0; i < COUNT(r->also) && *status != r->status; i++)
        if (r->also[i] == *status)
            return OK;
    return *status == r->status ? OK
                                : fail(cx, E_INTERNAL, "%s may not answer %d", r->name, *status);
}

/* /v1/videos/{id} with members of the answer; their bytes outside the unreserved of RFC 3986 as
 * %XX. */
static Str location(Cx *cx, const Route *r, const char *out)
{
    Buf b CLEANUP(buf_free) = BUF(4096);
    for (Str rest = str_of(r->location); rest.n;) {
        Str member = {0}, literal = str_cut(rest, '{', &member);
        buf_put(&b, literal.p, literal.n);
        Str name = str_cut(member, '}', &rest);
        for (const Field *f = r->out->fields; member.n && f < r->out->fields + r->out->n; f++) {
            if (!str_eq((Str){f->json, f->json_n}, name))
                continue;
            if (f->kind == F_INT)
                buf_json_int(&b, *(const int64_t *)(const void *)(out + f->at));
            else
                percent_encode(&b, *(const Str *)(const void *)(out + f->at));
        }
    }
    return arena_str(cx->arena, (Str){b.p, b.n});
}

static void put_tags(Cx *cx, const Route *r, const void *out, const Given *given, Answer *a)
{
    bool read = r->method == M_GET && a->status == 200;
    if (!read && !(r->version_at && (r->method == M_PATCH || r->method == M_PUT)))
        return;
    Str tag = etag_of(cx, r, out, (Str){a->body.p, a->body.n});
    put_header(a, "ETag", tag);
    if (!read || !etag_listed(header_of(given, "If-None-Match"), tag) || bug("contract-etag"))
        return;
    a->status = 304;
    a->media_type = (Str){0};
    a->body.n = 0;
}

static Err put_success(Cx *cx, const Route *r, const void *out, const Given *given, Answer *a)
{
    TRY(take_status(cx, r, &a->status));
    put_header(a, "Cache-Control", cx->viewer.id.n ? S("private, no-cache") : S("no-cache"));
    if (!r->out)
        return OK;
    a->media_type = S("application/json");
    shape_write(&a->body, r->out, out);
    if (a->body.full)
        return fail(cx, E_INTERNAL, "the answer passes %d bytes", ANSWER_MAX);
    if (r->location && a->status == r->status)
        put_header(a, "Location", location(cx, r, out));
    put_tags(cx, r, out, given, a);
    return OK;
}

static Err run(Cx *cx, const Match *m, const Given *given, Answer *a)
{
    const Route *r = m->route;
    if (!r)
        return m->allow ? fail(cx, E_BAD_METHOD, "only " STR_FMT,
                               STR_ARG(allow_text(cx->arena, m->allow)))
                        : fail(cx, E_NOT_FOUND, "no such path");
    TRY(answer_admit(cx, r));
    TRY(check_body(cx, r, given));
    if (!r->call)
        return fail(cx, E_INTERNAL, "%s is raw", r->name);
    void *in = arena_take(cx->arena, r->in ? r->in->size : 1);
    void *out = arena_take(cx->arena, r->out ? r->out->size : 1);
    TRY(params_read(cx, m, given, in));
    TRY(r->call(cx, in, out));
    return put_success(cx, r, out, given, a);
}

void answer_run(Cx *cx, const Match *match, const Given *given, Answer *a)
{
    Buf room = a->body;
    room.n = 0;
    room.full = false;
    room.max = ANSWER_MAX;
    *a = (Answer){.route = match->route, .allow = match->allow, .body = room};
    Err e = run(cx, match, given, a);
    if (e)
        answer_problem(cx, e, a);
    else
        cx->said[0] = 0;
}

void answer_close(Answer *a)
{
    buf_free(&a->body);
}
