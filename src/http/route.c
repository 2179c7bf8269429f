#include "http/route.h"

#include <assert.h>
#include <stdlib.h>

/* A segment of the trie. Literals are kept sorted for a binary search, parameters by falling
 * length of the literal tail ("{name}.m3u8" before "{name}"). */
typedef struct Node {
    Str text; /* the literal, or the tail after the parameter */
    struct Node *literals, *params;
    size_t n_literals, n_params;
    const Route *by_method[METHOD_COUNT];
    unsigned allow;
} Node;

struct Router {
    Node root;
};

static int compare(Str a, Str b)
{
    if (a.n != b.n)
        return a.n < b.n ? -1 : 1;
    return memcmp(a.p, b.p, a.n);
}

static void *grow(void *p, size_t n, size_t size)
{
    p = realloc(p, n * size);
    if (!p)
        abort();
    return p;
}

/* The child with this text, put at its place when it is new. */
static Node *child(Node **children, size_t *n, Str text, bool longest_first)
{
    size_t i = 0;
    for (; i < *n; i++) {
        int order = compare((*children)[i].text, text);
        if (order == 0)
            return &(*children)[i];
        if (longest_first ? order < 0 : order > 0)
            break;
    }
    *children = grow(*children, *n + 1, sizeof(Node));
    memmove(*children + i + 1, *children + i, (*n - i) * sizeof(Node));
    (*children)[i] = (Node){.text = text};
    ++*n;
    return &(*children)[i];
}

static void add(Node *node, const Route *route)
{
    Str rest = str_of(route->path + 1);
    while (rest.p) {
        Str segment = str_cut(rest, '/', &rest);
        if (segment.n && segment.p[0] == '{') {
            Str tail = {0};
            str_cut(segment, '}', &tail);
            node = child(&node->params, &node->n_params, tail, true);
        } else {
            node = child(&node->literals, &node->n_literals, segment, false);
        }
    }
    assert(!node->by_method[route->method]);
    node->by_method[route->method] = route;
    node->allow |= 1u << route->method;
}

static void drop(Node *node)
{
    for (size_t i = 0; i < node->n_literals; i++)
        drop(&node->literals[i]);
    for (size_t i = 0; i < node->n_params; i++)
        drop(&node->params[i]);
    free(node->literals);
    free(node->params);
}

Router *router_new(const Route *routes, size_t n)
{
    Router *r = grow(NULL, 1, sizeof *r);
    *r = (Router){0};
    for (size_t i = 0; i < n; i++)
        add(&r->root, &routes[i]);
    return r;
}

void router_free(Router *r)
{
    if (r)
        drop(&r->root);
    free(r);
}

static const Node *literal(const Node *node, Str segment)
{
    size_t low = 0, high = node->n_literals;
    while (low < high) {
        size_t mid = (low + high) / 2;
        int order = compare(node->literals[mid].text, segment);
        if (order == 0)
            return &node->literals[mid];
        *(order < 0 ? &low : &high) = order < 0 ? mid + 1 : mid;
    }
    return NULL;
}

/* True when found. A template may match whose method does not: its methods are kept in `allow`
 * and the search goes on, so "/videos/by-slug" can still be a video's id. */
static bool find(const Node *node, Method method, Str rest, Match *m)
{
    if (!rest.p) {
        m->allow |= node->allow;
        m->route = node->by_method[method];
        if (!m->route &&
            method == M_HEAD) /* here, so that HEAD never means another path than GET */
            m->route = node->by_method[M_GET];
        return m->route != NULL;
    }
    Str segment = str_cut(rest, '/', &rest);
    const Node *next = literal(node, segment);
    if (next && find(next, method, rest, m))
        return true;
    for (size_t i = 0; i < node->n_params; i++) {
        next = &node->params[i];
        if (segment.n <= next->text.n || m->n == ROUTE_PARAMS || !str_ends(segment, next->text))
            continue;
        m->params[m->n++] = (Str){segment.p, segment.n - next->text.n};
        if (find(next, method, rest, m))
            return true;
        m->n--;
    }
    return false;
}

Match router_find(const Router *r, Method method, Str path)
{
    Match m = {0};
    if (!path.n || path.p[0] != '/')
        return m;
    Str rest = {path.p + 1, path.n - 1};
    find(&r->root, method, rest, &m);
    if (m.allow & 1u << M_GET)
        m.allow |= 1u << M_HEAD;
    return m;
}

Str method_name(Method m)
{
    static const Str names[METHOD_COUNT] = {{"GET", 3},   {"HEAD", 4},   {"POST", 4},   {"PUT", 3},
                                            {"PATCH", 5}, {"DELETE", 6}, {"OPTIONS", 7}};
    return names[m];
}

Str allow_text(Arena *a, unsigned allow)
{
    Str text = {0};
    for (Method m = 0; m < METHOD_COUNT; m++)
        if (allow >> m & 1)
            text = arena_fmt(a, STR_FMT "%s" STR_FMT, STR_ARG(text), text.n ? ", " : "",
                             STR_ARG(method_name(m)));
    return text;
}
