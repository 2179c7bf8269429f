#include "http/req.h"

#include "http/params.h"
#include "http/syntax.h"

#include <strings.h>

Str req_header(const Req *req, const char *name)
{
    size_t n = strlen(name);
    for (size_t i = 0; i < req->n_headers; i++) {
        Str have = req->headers[i].name;
        if (have.n == n && strncasecmp(have.p, name, n) == 0)
            return req->headers[i].value;
    }
    return (Str){0};
}

Str req_cookie(const Req *req, const char *name)
{
    Str wanted = str_of(name);
    for (Str rest = req_header(req, "cookie"); rest.n;) {
        Str value = {0},
            key = text_trim(str_cut(text_trim(str_cut(rest, ';', &rest)), '=', &value));
        if (!value.p || !str_eq(key, wanted))
            continue;
        value = text_trim(value);
        if (value.n >= 2 && value.p[0] == '"' && value.p[value.n - 1] == '"')
            value = (Str){value.p + 1, value.n - 2};
        return value;
    }
    return (Str){0};
}

/* The first pair of that name, decoded; a broken encoding reads as not there. */
static Str pair_value(Cx *cx, Str pairs, const char *name)
{
    for (Str rest = pairs; rest.n;) {
        Str value = {0}, key = str_cut(str_cut(rest, '&', &rest), '=', &value);
        if (!percent_decode(cx, key, true, &key) || !str_eq(key, str_of(name)))
            continue;
        if (!value.n)
            return S("");
        return percent_decode(cx, value, true, &value) ? value : (Str){0};
    }
    return (Str){0};
}

Str req_form(Cx *cx, const Req *req, const char *name)
{
    Str ignored, media = text_trim(str_cut(req_header(req, "content-type"), ';', &ignored));
    if (!text_is(media, S("application/x-www-form-urlencoded")))
        return (Str){0};
    return pair_value(cx, req->body, name);
}

Str req_query(Cx *cx, const Req *req, const char *name)
{
    return pair_value(cx, req->query, name);
}

/* q of a media range in thousandths, RFC 9110 12.4.2; 1000 when it says none, 0 when broken. */
static int quality(Str parameters)
{
    for (Str rest = parameters; rest.n;) {
        Str one = text_trim(str_cut(rest, ';', &rest));
        if (one.n < 3 || (one.p[0] | 0x20) != 'q' || one.p[1] != '=')
            continue;
        if (one.n > 7 || one.p[2] < '0' || one.p[2] > '1' || (one.n > 3 && one.p[3] != '.'))
            return 0;
        int q = (one.p[2] - '0') * 1000, unit = 100;
        for (size_t i = 4; i < one.n; i++, unit /= 10) {
            if (one.p[i] < '0' || one.p[i] > '9')
                return 0;
            q += (one.p[i] - '0') * unit;
        }
        return q > 1000 ? 0 : q;
    }
    return 1000;
}

static bool same_text(Str a, Str b)
{
    return a.n == b.n && strncasecmp(a.p, b.p, a.n) == 0;
}

/* Of the most specific range that matches: exact, type slash star, star slash star. */
static int accepted(Str accept, Str media)
{
    int best = 0, q = 0;
    Str sub = {0}, type = str_cut(media, '/', &sub);
    for (Str rest = accept; rest.n;) {
        Str parameters = {0},
            range = text_trim(str_cut(str_cut(rest, ',', &rest), ';', &parameters));
        Str range_sub = {0}, range_type = str_cut(range, '/', &range_sub);
        int how = same_text(range, media)                                    ? 3
                  : same_text(range_type, type) && str_eq(range_sub, S("*")) ? 2
                  : str_eq(range_type, S("*")) && str_eq(range_sub, S("*"))  ? 1
                                                                             : 0;
        if (how > best) {
            best = how;
            q = quality(parameters);
        }
    }
    return q;
}

bool req_prefers(const Req *req, const char *media, const char *other)
{
    Str accept = req_header(req, "accept");
    return accepted(accept, str_of(media)) > accepted(accept, str_of(other));
}
