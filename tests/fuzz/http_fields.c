/* Any bytes as the value of each field that is read: Range, dates, entity tags, Cookie, Accept,
 * forms, proxies' fields. The first byte chooses the size of the thing asked for. */
#include "http/condition.h"
#include "http/date.h"
#include "http/proxy.h"
#include "http/range.h"
#include "http/res.h"
#include "http/target.h"
#include "http/trace.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_range(Str s, int64_t size)
{
    int64_t first = -1, length = -1;
    if (range_read(s, size, &first, &length) == RANGE_ONE)
        assert(first >= 0 && length > 0 && first < size && length <= size - first);
}

static void check_date(Str s)
{
    int64_t ms = 0, back = 0;
    char text[DATE_TEXT];
    if (!date_read(s, 1795351336000, &ms))
        return;
    date_write(text, ms);
    assert(ms < 0 || (date_read((Str){text, DATE_TEXT}, 0, &back) && back == ms));
}

static void check_request(Str s)
{
    static const char *const names[] = {"if-match", "if-none-match", "if-range",
                                        "cookie",   "accept",        "if-modified-since"};
    Cx cx = {.arena = arena_new()};
    Req req = {.method = M_GET, .query = s, .body = s};
    for (size_t i = 0; i < COUNT(names); i++)
        req.headers[req.n_headers++] = (Header){str_of(names[i]), s};
    req.headers[req.n_headers++] =
        (Header){S("content-type"), S("application/x-www-form-urlencoded")};
    Version v = {S("\"v1\""), 784111777000, 1795351336000};
    int status = condition_status(&req, &v);
    assert(status == 0 || status == 304 || status == 412);
    (void)condition_range(&req, &v);
    (void)req_prefers(&req, "text/html", "application/json");
    Str found = req_cookie(&req, "hub");
    assert(!found.p || (found.p >= s.p && found.p + found.n <= s.p + s.n));
    (void)req_form(&cx, &req, "a");
    (void)req_query(&cx, &req, "a");
    Str name = content_disposition(&cx, s);
    for (size_t i = 0; i < name.n; i++)
        assert(name.p[i] >= 0x20 && name.p[i] < 0x7f);
    arena_free(cx.arena);
}

static void check_proxy(Str s)
{
    Cx cx = {.arena = arena_new()};
    Networks networks = {0}, trusted = {0};
    Address at = {{[10] = 0xff, [11] = 0xff, [12] = 10}};
    char text[ADDRESS_TEXT];
    Err e = networks_read(&cx, S("10.0.0.0/8"), &trusted);
    assert(!e);
    (void)forwarded_for(&trusted, s, &at);
    assert(address_write(&at, text) && address_write_short(&at, text));
    if (!networks_read(&cx, s, &networks)) {
        (void)networks_have(&networks, &at);
        networks_free(&networks);
    }
    networks_free(&trusted);
    arena_free(cx.arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!size)
        return 0;
    Str s = {(const char *)data + 1, size - 1};
    Names names = {data[0]};
    Trace trace;
    check_range(s, data[0]);
    check_date(s);
    check_request(s);
    check_proxy(s);
    (void)host_valid(s);
    trace_make(&names, s, s, &trace);
    assert(trace.id_n && trace.id_n <= REQUEST_ID_MAX);
    return 0;
}
