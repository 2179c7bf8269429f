/* Any bytes as method, path, '?' and query: routed, decoded and checked without a crash, by the toy
 * contract of tests/unit/contract. The query serves as body, header and entity tags too. */
#include "contract.h"
#include "http/answer.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static Str header_of(const void *of, const char *name)
{
    (void)name;
    return *(const Str *)of;
}

static void read_tags(Str text)
{
    int64_t version = 0;
    assert(!etag_version(text, &version) || version >= -1);
    (void)etag_listed(text, S("\"1.a\""));
    Buf b CLEANUP(buf_free) = BUF(1 << 16);
    percent_encode(&b, text);
    Cx cx = {.arena = arena_new()};
    Str back = {0};
    bool whole = percent_decode(&cx, (Str){b.p, b.n}, false, &back);
    bool has_nul = text.n && memchr(text.p, 0, text.n);
    assert(b.full || whole == !has_nul);
    assert(b.full || !whole || str_eq(back, text));
    arena_free(cx.arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static Router *router;
    if (!router)
        router = router_new(ROUTES, ROUTE_COUNT);
    if (!size)
        return 0;
    Str query = {0}, path = str_cut((Str){(const char *)data + 1, size - 1}, '?', &query);
    Match m = router_find(router, (Method)(data[0] % METHOD_COUNT), path);
    if (!m.route) /* most of the time the query is the interesting part */
        m = router_find(router, M_GET, S("/v1/videos"));
    Cx cx = {.arena = arena_new()};
    Str params[ROUTE_PARAMS] = {0};
    if (m.route->raw) {
        (void)!params_read_path(&cx, &m, params);
        assert(cx.n_faults == 0);
    } else if (m.route->in) {
        Given given = {.query = query, .body = query, .header = header_of, .of = &query};
        void *in = arena_take(cx.arena, m.route->in->size);
        (void)!params_read(&cx, &m, &given, in);
    }
    arena_free(cx.arena);
    read_tags(query);
    return 0;
}
