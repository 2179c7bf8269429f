/* The small parts of the wire: chunks, proxies, traces, the crowd, the cache, the metrics. */
#include "base/log.h"
#include "http/cache.h"
#include "http/chunked.h"
#include "http/crowd.h"
#include "http/metrics.h"
#include "http/proxy.h"
#include "http/record.h"
#include "http/trace.h"
#include "test.h"

#include <stdio.h>

#define T(lit)                                                                                     \
    {                                                                                              \
        lit, sizeof(lit) - 1                                                                       \
    }

typedef struct ChunkRow {
    const char *name;
    Str wire, body, rest; /* rest: what belongs to the next request */
    ChunkStep end;
} ChunkRow;

static const ChunkRow chunk_rows[] = {
    {"two chunks", T("4\r\nWiki\r\n5\r\npedia\r\n0\r\n\r\nGET"), T("Wikipedia"), T("GET"),
     CHUNK_END},
    {"nothing", T("0\r\n\r\n"), T(""), T(""), CHUNK_END},
    {"hexadecimal in both cases", T("a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\n\r\n"),
     T("01234567890123456789"), T(""), CHUNK_END},
    {"leading zeros", T("0000000000000003\r\nabc\r\n000\r\n\r\n"), T("abc"), T(""), CHUNK_END},
    {"not all yet", T("5\r\nab"), T("ab"), T(""), CHUNK_MORE},
    {"an extension", T("3;a=b\r\nabc\r\n0\r\n\r\n"), T(""), T(""), CHUNK_BAD},
    {"a trailer", T("0\r\nX-A: b\r\n\r\n"), T(""), T(""), CHUNK_BAD},
    {"a bare LF behind the size", T("3\nabc\r\n0\r\n\r\n"), T(""), T(""), CHUNK_BAD},
    {"a bare LF behind the data", T("3\r\nabc\n0\r\n\r\n"), T("abc"), T(""), CHUNK_BAD},
    {"data longer than said", T("3\r\nabcd\r\n0\r\n\r\n"), T("abc"), T(""), CHUNK_BAD},
    {"a blank in front", T(" 3\r\nabc\r\n0\r\n\r\n"), T(""), T(""), CHUNK_BAD},
    {"a blank behind", T("3 \r\nabc\r\n0\r\n\r\n"), T(""), T(""), CHUNK_BAD},
    {"0x", T("0x3\r\nabc\r\n0\r\n\r\n"), T(""), T(""), CHUNK_BAD},
    {"a sign", T("+3\r\nabc\r\n0\r\n\r\n"), T(""), T(""), CHUNK_BAD},
    {"no size", T("\r\nabc\r\n0\r\n\r\n"), T(""), T(""), CHUNK_BAD},
    {"17 digits", T("00000000000000003\r\nabc\r\n0\r\n\r\n"), T(""), T(""), CHUNK_BAD},
    {"beyond 63 bits", T("8000000000000000\r\nabc"), T(""), T(""), CHUNK_BAD},
    {"beyond 64 bits", T("FFFFFFFFFFFFFFFF\r\nabc"), T(""), T(""), CHUNK_BAD},
};

/* In pieces of `step` bytes, as a socket might give them. */
static ChunkStep decode(Str wire, size_t step, char *body, size_t *n, Str *rest)
{
    Chunked c = {0};
    ChunkStep last = CHUNK_MORE;
    *n = 0;
    for (size_t at = 0; at < wire.n && last == CHUNK_MORE; at += step) {
        Str in = {wire.p + at, wire.n - at < step ? wire.n - at : step}, data;
        while ((last = chunked_next(&c, &in, &data)) == CHUNK_DATA) {
            memcpy(body + *n, data.p, data.n);
            *n += data.n;
        }
        *rest = (Str){in.p, (size_t)(wire.p + wire.n - in.p)};
    }
    return last;
}

TEST(chunks_are_strict_however_they_are_cut)
{
    for (size_t i = 0; i < COUNT(chunk_rows); i++)
        for (size_t step = 1; step < 40; step += step < 8 ? 1 : 8) {
            const ChunkRow *row = &chunk_rows[i];
            char body[128];
            size_t n = 0;
            Str rest = {0};
            test_case = row->name;
            CHECK(decode(row->wire, step, body, &n, &rest) == row->end);
            CHECK(str_eq((Str){body, n}, row->body));
            CHECK(row->end != CHUNK_END || str_eq(rest, row->rest));
        }
    test_case = "";
}

TEST(networks_hold_their_addresses)
{
    Cx cx = {.arena = arena_new()};
    Networks n = {0};
    CHECK(!networks_read(&cx, S("10.0.0.0/8, 192.168.7.0/25,2001:db8::/33 , 203.0.113.9"), &n));
    static const struct {
        Str address;
        bool in;
    } rows[] = {
        {T("10.255.0.1"), true},       {T("11.0.0.1"), false},
        {T("192.168.7.127"), true},    {T("192.168.7.128"), false},
        {T("203.0.113.9"), true},      {T("203.0.113.8"), false},
        {T("2001:db8:7fff::1"), true}, {T("2001:db8:8000::1"), false},
        {T("::ffff:10.1.2.3"), true},  {T("::1"), false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        Address a;
        CHECK(address_read(rows[i].address, &a) && networks_have(&n, &a) == rows[i].in);
    }
    networks_free(&n);
    static const char *const broken[] = {"10.0.0.0/33", "10.0.0.0/",   "10.0.0",    "::/129",
                                         "a.b.c.d",     "10.0.0.0/-1", "fe80::1%lo"};
    for (size_t i = 0; i < COUNT(broken); i++)
        CHECK(networks_read(&cx, str_of(broken[i]), &n) == E_INVALID && !n.p);
    arena_free(cx.arena);
}

TEST(a_client_cannot_forge_its_address)
{
    static const struct {
        const char *name;
        Str field, want;
    } rows[] = {
        {"nothing said", T(""), T("10.0.0.1")},
        {"one client", T("198.51.100.7"), T("198.51.100.7")},
        {"a forged one in front", T("1.1.1.1, 198.51.100.7"), T("198.51.100.7")},
        {"two proxies", T("198.51.100.7, 10.0.0.2"), T("198.51.100.7")},
        {"only proxies", T("10.0.0.3, 10.0.0.2"), T("10.0.0.3")},
        {"a port", T("198.51.100.7:5555"), T("198.51.100.7")},
        {"IPv6", T("2001:db8::7"), T("2001:db8::7")},
        {"IPv6 with a port", T("[2001:db8::7]:5555"), T("2001:db8::7")},
        {"rubbish", T("unknown"), T("10.0.0.1")},
        {"rubbish in front", T("\"><script>, 198.51.100.7"), T("198.51.100.7")},
        {"rubbish behind a proxy", T("x, 10.0.0.2"), T("10.0.0.2")},
    };
    Cx cx = {.arena = arena_new()};
    Networks trusted = {0};
    Address peer;
    CHECK(!networks_read(&cx, S("10.0.0.0/8"), &trusted) && address_read(S("10.0.0.1"), &peer));
    for (size_t i = 0; i < COUNT(rows); i++) {
        char text[ADDRESS_TEXT];
        Address a = peer;
        test_case = rows[i].name;
        (void)forwarded_for(&trusted, rows[i].field, &a);
        CHECK(str_eq((Str){text, address_write(&a, text)}, rows[i].want));
    }
    test_case = "";
    networks_free(&trusted);
    arena_free(cx.arena);
}

TEST(logs_name_the_network_not_the_person)
{
    char text[ADDRESS_TEXT];
    Address a;
    CHECK(address_read(S("203.0.113.77"), &a));
    CHECK(str_eq((Str){text, address_write_short(&a, text)}, S("203.0.113.0")));
    CHECK(address_read(S("2001:db8:1:2:3:4:5:6"), &a));
    CHECK(str_eq((Str){text, address_write_short(&a, text)}, S("2001:db8:1::")));
}

TEST(traces_go_on_when_they_are_valid)
{
    static const char good[] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    static const char *const bad[] = {
        "",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
        "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01, x",
    };
    Names names;
    Trace a, b;
    names_seed(&names);
    trace_make(&names, S("my-id_1.2"), str_of(good), &a);
    CHECK(str_eq((Str){a.id, a.id_n}, S("my-id_1.2")));
    CHECK(str_eq(trace_id(&a), S("4bf92f3577b34da6a3ce929d0e0e4736")));
    CHECK(memcmp(a.parent, good, 36) == 0 && memcmp(a.parent + 36, good + 36, 16) != 0);
    for (size_t i = 0; i < COUNT(bad); i++) {
        trace_make(&names, S("no good"), str_of(bad[i]), &b);
        CHECK(b.id_n == 16 && !str_eq(trace_id(&b), trace_id(&a)));
        trace_make(&names, (Str){0}, (Str){b.parent, TRACE_PARENT}, &a); /* what we make is valid */
        CHECK(str_eq(trace_id(&a), trace_id(&b)));
    }
}

TEST(a_crowd_counts_each_address_alone)
{
    Crowd crowd;
    Address a[300];
    crowd_open(&crowd, 2);
    for (size_t i = 0; i < COUNT(a); i++) {
        char text[32];
        snprintf(text, sizeof text, i % 2 ? "2001:db8:%zx::1" : "198.51.%zu.1", i / 2);
        CHECK(address_read(str_of(text), &a[i]));
    }
    for (size_t i = 0; i < COUNT(a); i++)
        CHECK(crowd_enter(&crowd, &a[i]) && crowd_enter(&crowd, &a[i]) &&
              !crowd_enter(&crowd, &a[i]));
    for (size_t i = 0; i < COUNT(a); i++) {
        crowd_leave(&crowd, &a[i]);
        CHECK(crowd_enter(&crowd, &a[i]) && !crowd_enter(&crowd, &a[i]));
    }
    Address same;
    CHECK(address_read(S("2001:db8:0:0:ffff::9"), &same) &&
          !crowd_enter(&crowd, &same)); /* one /64 */
    crowd_close(&crowd);
}

TEST(the_cache_forgets_with_the_database_and_with_time)
{
    Cache cache = {0};
    CacheEntry e = {
        .version = 7, .expires = 1000, .target = S("/a?b"), .head = S("h"), .body = S("b")};
    cache_put(&cache, &e);
    const CacheEntry *found = cache_find(&cache, S("/a?b"), 7, 999);
    CHECK(found && str_eq(found->body, S("b")) && str_eq(found->head, S("h")));
    CHECK(!cache_find(&cache, S("/a"), 7, 999));
    CHECK(!cache_find(&cache, S("/a?b"), 8, 999));
    CHECK(!cache_find(&cache, S("/a?b"), 7, 999) && !cache.bytes); /* and does not come back */
    cache_put(&cache, &e);
    CHECK(!cache_find(&cache, S("/a?b"), 7, 1000));
    static char large[CACHE_ENTRY_MAX];
    char target[32];
    for (int i = 0; i < 3000; i++) {
        int n = snprintf(target, sizeof target, "/v1/videos/%d", i);
        e.target = (Str){target, (size_t)n};
        e.body = (Str){large, (size_t)i * 37 % (CACHE_ENTRY_MAX - 32)};
        cache_put(&cache, &e);
        CHECK(cache.bytes <= CACHE_BYTES && cache_find(&cache, e.target, 7, 1));
    }
    e.body = (Str){large, sizeof large};
    e.target = S("/too-large");
    cache_put(&cache, &e);
    CHECK(!cache_find(&cache, e.target, 7, 1));
    cache_clear(&cache);
    CHECK(!cache.bytes);
}

TEST(metrics_add_up)
{
    static const Route routes[] = {{.path = "/a/{b}", .method = M_GET}};
    Metrics one, two;
    metrics_open(&one, routes, 1);
    metrics_open(&two, routes, 1);
    metrics_answered(&one, &routes[0], 200, 4000);
    metrics_answered(&two, &routes[0], 206, 7000000);
    metrics_answered(&two, NULL, 404, 60000000);
    metric_add(&one.refused[REFUSED_SYNTAX], 3);
    Buf b CLEANUP(buf_free) = BUF(1 << 20);
    metrics_write((const Metrics *const[]){&one, &two}, 2, &b);
    buf_byte(&b, 0);
    static const char *const lines[] = {
        "http_server_request_duration_seconds_bucket{method=\"GET\",route=\"/a/"
        "{b}\",status=\"2xx\","
        "le=\"0.005\"} 1\n",
        "le=\"5\"} 1\n",
        "le=\"10\"} 2\n",
        "le=\"+Inf\"} 2\n",
        "_sum{method=\"GET\",route=\"/a/{b}\",status=\"2xx\"} 7.004000\n",
        "_count{method=\"other\",route=\"-\",status=\"4xx\"} 1\n",
        "hub_http_refused_total{reason=\"syntax\"} 3\n",
    };
    for (size_t i = 0; i < COUNT(lines); i++)
        CHECK(strstr(b.p, lines[i]));
    metrics_close(&one);
    metrics_close(&two);
}

TEST(an_access_line_is_json_without_secrets)
{
    static const Route route = {.path = "/d/{ticket}", .method = M_GET};
    Record r = {.route = &route, .method = M_GET, .status = 206, .bytes = 4096, .actor = 0xabc};
    Names names = {1};
    char line[1024] = "";
    FILE *f = tmpfile();
    CHECK(address_read(S("203.0.113.77"), &r.address));
    trace_make(&names, S("id-1"), S("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
               &r.trace);
    log_open(LOG_INFO, fileno(f));
    record_log(&r, 1795351336123, 1234567);
    log_close();
    rewind(f);
    CHECK(fread(line, 1, sizeof line - 1, f) > 0);
    fclose(f);
    CHECK(str_eq(str_of(line),
                 S("{\"ts\":\"2026-11-22T12:42:16.123Z\",\"level\":\"info\",\"event\":\"access\","
                   "\"request_id\":\"id-1\",\"trace_id\":\"4bf92f3577b34da6a3ce929d0e0e4736\","
                   "\"method\":\"GET\",\"route\":\"/d/{ticket}\",\"status\":206,"
                   "\"dur_ms\":1234.567,\"bytes\":4096,\"ip\":\"203.0.113.0\","
                   "\"actor\":\"0000000000000abc\"}\n")));
}
