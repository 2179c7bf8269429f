#include "http/params.h"

#include "base/fault.h"
#include "base/shape_check.h"
#include "http/syntax.h"

enum { PAIRS_MAX = 40 };

bool percent_decode(Cx *cx, Str s, bool form, Str *out)
{
    if (!s.n || (!memchr(s.p, '%', s.n) && !(form && memchr(s.p, '+', s.n)))) {
        *out = s;
        return true;
    }
    char *to = arena_take(cx->arena, s.n), *start = to;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == '%') {
            int high = i + 2 < s.n ? hex_digit(s.p[i + 1]) : -1,
                low = high < 0 ? -1 : hex_digit(s.p[i + 2]);
            if (low < 0 || high * 16 + low == 0)
                return false;
            c = (char)(high * 16 + low);
            i += 2;
        } else if (c == '+' && form) {
            c = ' ';
        }
        *to++ = c;
    }
    *out = (Str){start, (size_t)(to - start)};
    return true;
}

bool form_repeats(Cx *cx, Str pairs)
{
    Str names[PAIRS_MAX], name, value;
    size_t n = 0;
    while (pairs.n) {
        name = str_cut(str_cut(pairs, '&', &pairs), '=', &value);
        if (n == PAIRS_MAX || !percent_decode(cx, name, true, &name))
            return true;
        for (size_t i = 0; i < n; i++)
            if (str_eq(names[i], name))
                return true;
        names[n++] = name;
    }
    return false;
}

void percent_encode(Buf *b, Str s)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                     c == '-' || c == '.' || c == '_' || c == '~';
        if (plain)
            buf_byte(b, (char)c);
        else
            buf_put(b, (const char[]){'%', digits[c >> 4], digits[c & 15]}, 3);
    }
}

/* Decimal, no sign but '-', no leading zero, within 18 digits. */
static bool read_int(Str s, int64_t *value)
{
    bool negative = s.n && s.p[0] == '-';
    size_t i = negative;
    if (s.n == i || s.n - i > 18 || (s.p[i] == '0' && s.n > 1))
        return false;
    int64_t sum = 0;
    for (; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
        sum = sum * 10 + (s.p[i] - '0');
    }
    *value = negative ? -sum : sum;
    return true;
}

static void read_one(Cx *cx, const Path *at, const Field *f, Str s, void *to)
{
    int64_t i = 0;
    bool yes = str_eq(s, S("true"));
    if (f->kind == F_INT && !read_int(s, &i))
        fault_add(cx, at, "must be an integer");
    else if (f->kind == F_INT)
        check_int(cx, at, f, i, to);
    else if (f->kind == F_BOOL && !yes && !str_eq(s, S("false")))
        fault_add(cx, at, "must be true or false");
    else if (f->kind == F_BOOL)
        *(bool *)to = yes;
    else
        check_text(cx, at, f, s, to);
}

/* `tag=a&tag=b`: one more item. Room for all is taken at the first, the contract bounds it. */
static void read_item(Cx *cx, const Path *at, const Field *f, Str s, void *to)
{
    List list;
    memcpy(&list, to, sizeof list);
    if (!list.p)
        list.p = arena_take(cx->arena, (size_t)f->max * f->item->size);
    if ((int64_t)list.n < f->max)
        read_one(cx, &(Path){.up = at, .index = list.n, .is_item = true}, f->item, s,
                 (char *)list.p + list.n * f->item->size);
    else if ((int64_t)list.n == f->max)
        check_count(cx, at, f, list.n + 1);
    list.n++;
    memcpy(to, &list, sizeof list);
}

static size_t field_index(const Shape *in, Str name, Where where)
{
    size_t i = 0;
    while (i < in->n && !(in->fields[i].where == where &&
                          str_eq((Str){in->fields[i].json, in->fields[i].json_n}, name)))
        i++;
    return i;
}

static Err read_query(Cx *cx, const Shape *in, Str query, uint64_t *seen, void *out)
{
    Path root = {.name = S("query")};
    for (Str rest = query, pair; rest.n;) {
        pair = str_cut(rest, '&', &rest);
        Str value = {0}, name = str_cut(pair, '=', &value);
        if (!percent_decode(cx, name, true, &name) || !percent_decode(cx, value, true, &value))
            return fail(cx, E_MALFORMED, "the query has a broken percent-encoding");
        if (!pair.n)
            continue;
        Path at = {.up = &root, .name = name};
        size_t i = field_index(in, name, IN_QUERY);
        const Field *f = &in->fields[i < in->n ? i : 0];
        if (i == in->n && bug("contract-query"))
            continue;
        if (i == in->n)
            fault_add(cx, &at, "is not a known parameter");
        else if (f->kind == F_LIST)
            read_item(cx, &at, f, value, field_at(f, out));
        else if (*seen >> i & 1)
            fault_add(cx, &at, "is given twice");
        else
            read_one(cx, &at, f, value, field_at(f, out));
        if (i < in->n)
            flag_set(f->has_at, out), *seen |= 1ull << i;
    }
    return OK;
}

static Err read_body(Cx *cx, const Field *f, bool optional, Str body, void *out)
{
    size_t before = cx->n_faults;
    if (!body.n && optional)
        body = S("{}");
    if (!body.n)
        return fail(cx, E_MALFORMED, "a JSON body is needed");
    Err e = shape_read(cx, f->shape, body, field_at(f, out));
    return e == E_INVALID && cx->n_faults > before ? OK : e; /* told together with the rest */
}

static Err read_other(Cx *cx, const Field *f, Str s, bool there, Str source, void *out)
{
    Path root = {.name = source}, at = {.up = &root, .name = {f->json, f->json_n}};
    if (there && f->where == IN_PATH && !percent_decode(cx, s, false, &s))
        return fail(cx, E_MALFORMED, "the path has a broken percent-encoding");
    if (there) {
        flag_set(f->has_at, out);
        read_one(cx, &at, f, s, field_at(f, out));
    } else {
        check_absent(cx, &at, f, out);
    }
    return OK;
}

/* A name that cannot be is a name of nothing: the answer tells no more than for one that is
 * missing. */
static Err path_unknown(Cx *cx)
{
    cx->n_faults = 0;
    return fail(cx, E_NOT_FOUND, "no such path");
}

Err params_read(Cx *cx, const Match *match, const Given *given, void *out)
{
    const Shape *in = match->route->in;
    if (!in)
        return OK;
    uint64_t seen = 0;
    void *fresh = arena_take(cx->arena, in->size);
    TRY(read_query(cx, in, given->query, &seen, fresh));
    for (size_t i = 0; i < in->n; i++) {
        const Field *f = &in->fields[i];
        if (f->where == IN_PATH) { /* the generator puts these first, in the template's order */
            size_t before = cx->n_faults;
            TRY(read_other(cx, f, match->params[i], true, S("path"), fresh));
            if (cx->n_faults > before && match->route->errors & ERR_BIT(E_NOT_FOUND))
                return path_unknown(cx);
        } else if (f->where == IN_HEADER) {
            Str s = given->header ? given->header(given->of, f->json) : (Str){0};
            TRY(read_other(cx, f, s, s.p != NULL, S("header"), fresh));
        } else if (f->where == IN_BODY) {
            TRY(read_body(cx, f, match->route->body_optional, given->body, fresh));
        } else if (!(seen >> i & 1)) {
            TRY(read_other(cx, f, (Str){0}, false, S("query"), fresh));
        }
    }
    if (cx->n_faults)
        return fail(cx, E_INVALID, "%zu %s not hold", cx->n_faults,
                    cx->n_faults == 1 ? "field does" : "fields do");
    memcpy(out, fresh, in->size);
    return OK;
}

Err params_read_path(Cx *cx, const Match *match, Str params[static ROUTE_PARAMS])
{
    const Shape *in = match->route->path_in;
    if (!in)
        return OK;
    size_t before = cx->n_faults;
    char *scratch = arena_take(cx->arena, in->size);
    Str fresh[ROUTE_PARAMS] = {0};
    bool holds = true;
    for (size_t i = 0; i < in->n && holds; i++) {
        Path at = {.name = S("path")};
        holds = percent_decode(cx, match->params[i], false, &fresh[i]);
        if (holds)
            read_one(cx, &at, &in->fields[i], fresh[i], scratch + in->fields[i].at);
        holds = holds && (cx->n_faults == before || bug("contract-path"));
    }
    cx->n_faults = before;
    if (!holds)
        return path_unknown(cx);
    memcpy(params, fresh, sizeof fresh);
    return OK;
}
