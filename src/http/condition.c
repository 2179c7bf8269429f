#include "http/condition.h"

#include "base/fault.h"
#include "http/date.h"
#include "http/syntax.h"

static Str opaque(Str etag)
{
    bool weak = etag.n > 2 && etag.p[0] == 'W' && etag.p[1] == '/';
    return weak ? (Str){etag.p + 2, etag.n - 2} : etag;
}

/* The next element: [W/]"..." whose text may hold a comma. {0} when broken or at the end. */
static Str next_etag(Str *rest)
{
    while (rest->n && (rest->p[0] == ',' || rest->p[0] == ' ' || rest->p[0] == '\t'))
        *rest = (Str){rest->p + 1, rest->n - 1};
    size_t at = rest->n > 2 && rest->p[0] == 'W' && rest->p[1] == '/' ? 2 : 0;
    if (at >= rest->n || rest->p[at] != '"')
        return (Str){0};
    const char *end = memchr(rest->p + at + 1, '"', rest->n - at - 1);
    if (!end)
        return (Str){0};
    Str one = {rest->p, (size_t)(end + 1 - rest->p)};
    *rest = (Str){end + 1, rest->n - one.n};
    return one;
}

/* Whether `field`, a list of entity tags or "*", has this one. Weak comparison ignores W/. */
static bool listed(Str field, Str etag, bool weak)
{
    if (str_eq(text_trim(field), S("*")))
        return true;
    if (!etag.n)
        return false;
    for (Str rest = field, one; (one = next_etag(&rest)).p;) {
        if (weak ? str_eq(opaque(one), opaque(etag)) : etag.p[0] == '"' && str_eq(one, etag))
            return true;
    }
    return false;
}

/* The field's date in whole seconds, as Last-Modified is sent; false: the field is ignored. */
static bool dated(const Req *req, const char *name, const Version *v, int64_t *ms)
{
    Str field = req_header(req, name);
    return field.p && v->modified > 0 && date_read(field, v->now, ms);
}

int condition_status(const Req *req, const Version *v)
{
    bool reads = req->method == M_GET || req->method == M_HEAD;
    Str match = req_header(req, "if-match"), none = req_header(req, "if-none-match");
    int64_t since = 0, modified = v->modified / 1000 * 1000;
    if (match.p) {
        if (!listed(match, v->etag, false))
            return 412;
    } else if (dated(req, "if-unmodified-since", v, &since) && modified > since) {
        return 412;
    }
    if (none.p)
        return !listed(none, v->etag, true) ? 0 : reads ? 304 : 412;
    if (reads && dated(req, "if-modified-since", v, &since) && modified <= since)
        return 304;
    return 0;
}

bool condition_range(const Req *req, const Version *v)
{
    Str field = req_header(req, "if-range");
    int64_t date = 0;
    if (!field.p || bug("if-range"))
        return true;
    if (field.n && (field.p[0] == '"' || field.p[0] == 'W'))
        return v->etag.n && v->etag.p[0] == '"' && str_eq(field, v->etag);
    /* a date says which version only when it is at least a second old, 8.8.2.2 */
    return v->modified > 0 && date_read(field, v->now, &date) &&
           date == v->modified / 1000 * 1000 && v->now - date >= 1000;
}
