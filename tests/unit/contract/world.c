#include "world.h"

#include "test.h"
#include "toy.h"

#include <stdlib.h>

World world(Str viewer)
{
    Viewer who = {.id = viewer,
                  .scopes = SCOPE_VIDEO_WRITE | SCOPE_VIDEO_PUBLISH | SCOPE_COMMENT_WRITE};
    return (World){.cx = {.arena = arena_new(),
                          .conn = toy_open(),
                          .now = 1700000000000,
                          .viewer = who,
                          .request_id = S("r1")},
                   .router = router_new(ROUTES, ROUTE_COUNT)};
}

void world_close(World *w)
{
    router_free(w->router);
    toy_close(w->cx.conn);
    arena_free(w->cx.arena);
}

/* "Name: value" lines, borrowed. */
static Str header_of(const void *of, const char *name)
{
    size_t n = strlen(name);
    for (Str rest = str_of(of), line; rest.n;) {
        line = str_cut(rest, '\n', &rest);
        if (line.n > n + 1 && strncmp(line.p, name, n) == 0 && line.p[n] == ':')
            return (Str){line.p + n + 2, line.n - n - 2};
    }
    return (Str){0};
}

Str answer_header(const Answer *a, const char *name)
{
    for (size_t i = 0; i < a->n_headers; i++)
        if (str_eq(a->headers[i].name, str_of(name)))
            return a->headers[i].value;
    return (Str){0};
}

static Method method_of(Str name)
{
    for (Method m = 0; m < METHOD_COUNT; m++)
        if (str_eq(method_name(m), name))
            return m;
    abort();
}

/* An answer may not break its own schema. */
static void check_shape(World *w, const Answer *a)
{
    const Shape *shape = a->status >= 400               ? &PROBLEM
                         : a->route && a->status != 304 ? a->route->out
                                                        : NULL;
    Cx again = {.arena = w->cx.arena};
    if (shape)
        CHECK(shape_read(&again, shape, (Str){a->body.p, a->body.n},
                         arena_take(again.arena, shape->size)) == OK);
    else
        CHECK(a->body.n == 0 && a->media_type.n == 0);
}

Answer ask(World *w, const char *request, const char *headers, const char *body)
{
    Str target = {0}, query = {0};
    Method method = method_of(str_cut(str_of(request), ' ', &target));
    Str path = str_cut(target, '?', &query);
    w->cx.n_faults = 0;
    w->cx.status = 0;
    w->cx.said[0] = 0;
    Given given = {.query = query,
                   .body = body ? str_of(body) : (Str){0},
                   .header = header_of,
                   .of = headers ? headers : "Content-Type: application/json"};
    Match m = router_find(w->router, method, path);
    Answer a = {0};
    answer_run(&w->cx, &m, &given, &a);
    check_shape(w, &a);
    return a;
}
