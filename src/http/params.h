/* params.h - a request into an operation's input: path, query, headers and body, one set of checks.
 *
 * An operation sees valid input or is not called. All violations are told, not the first. Texts
 * live in cx->arena or are borrowed from the request. Any thread; RFC 3986 2.1, HTML's form
 * encoding in queries.
 */
#ifndef HUB_PARAMS_H
#define HUB_PARAMS_H

#include "http/route.h"

/* What the wire gave; all borrowed. */
typedef struct Given {
    Str query; /* without the '?' */
    Str body;
    Str (*header)(const void *of, const char *name); /* p == NULL: not there */
    const void *of;
} Given;

/* E_MALFORMED: a broken percent-encoding or body. E_INVALID: cx->faults has every violation of
 * all four sources. A query name the operation does not know is a violation too. */
Err params_read(Cx *cx, const Match *match, const Given *given, void *in);

/* The path parameters of a raw route, decoded and checked, in the template's order. E_NOT_FOUND:
 * one breaks the contract, so there is nothing of that name. */
Err params_read_path(Cx *cx, const Match *match, Str params[static ROUTE_PARAMS]);

/* %XX decoded, and + as a space where `form`; false when broken or with a NUL. */
bool percent_decode(Cx *cx, Str s, bool form, Str *out);

/* A query or form body with a name that stands there twice, or more than 40 of them, or one that is
 * broken: which of the two would count? */
bool form_repeats(Cx *cx, Str pairs);

/* All but the unreserved characters of RFC 3986 as %XX. */
void percent_encode(Buf *b, Str s);

#endif
