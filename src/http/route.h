/* route.h - which operation a method and a path mean.
 *
 * The table is generated. A Router is built from it at start, never changes, and may be used
 * from any thread. Literal segments win over parameters, longer literal tails over shorter.
 */
#ifndef HUB_ROUTE_H
#define HUB_ROUTE_H

#include "base/shape.h"

typedef struct Req Req;
typedef struct Res Res;

typedef enum Method {
    M_GET,
    M_HEAD,
    M_POST,
    M_PUT,
    M_PATCH,
    M_DELETE,
    M_OPTIONS,
    METHOD_COUNT
} Method;

typedef struct Route {
    const char *path; /* /v1/videos/{id} */
    const char *name; /* getVideo */
    uint64_t scope;   /* SCOPE_ bit of the contract; 0: none asked */
    const char *scope_name;
    uint8_t method, rate; /* Method; Rate of the contract */
    bool signed_in;       /* somebody must be */
    bool cached; /* x-cache: an anonymous GET may be answered from memory while db_version stays */
    bool write;  /* x-run: write, or any unsafe method: at most half the workers */
    bool stream; /* x-stream: raw, and reads its body by body_read */
    int status;  /* on success */
    int also[3]; /* other success statuses the contract names; 0 ends */
    int64_t body_max;
    bool body_optional; /* no required member: an empty body is {} */
    const Shape *in, *out;
    const Shape *path_in; /* of a raw route: its path parameters, to check them */
    const char *location; /* template of the Location header, over members of out; NULL: none */
    uint32_t version_at;  /* offset + 1 of out's x-etag member; 0: none */
    uint64_t errors; /* ERR_BIT of every error the contract allows; any other becomes E_INTERNAL */
    Err (*call)(Cx *cx, const void *in, void *out);
    Err (*raw)(Cx *cx, Req *req, Res *res);
    bool brief; /* x-brief: a few indexed reads, perhaps a file opened; on the loop when raw (then
                   nobody looks who asks; it may put itself off, Res.later) or when no
                   credentials came */
    bool quick; /* x-quick: no store, no viewer, no rate limit, never waits: runs on the loop */
    bool cors;  /* x-cors: pages of any origin may read the answer, whatever it says (Fetch
                   standard); it depends on no cookie */
} Route;

enum { ROUTE_PARAMS = 8 };

/* route == NULL: allow == 0 is a 404, else a 405 and allow has a bit per Method. */
typedef struct Match {
    const Route *route;
    unsigned allow;
    size_t n;
    Str params[ROUTE_PARAMS]; /* still percent-encoded, in the template's order */
} Match;

typedef struct Router Router;
Router *router_new(const Route *routes, size_t n); /* two routes of one meaning are a bug */
void router_free(Router *r);
Match router_find(const Router *r, Method method, Str path);

Str method_name(Method m);
/* "GET, HEAD, PATCH": the value of Allow. */
Str allow_text(Arena *a, unsigned allow);

#endif
