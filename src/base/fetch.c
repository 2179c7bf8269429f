#include "base/fetch.h"

#include "base/buf.h"
#include "base/fault.h"
#include "base/log.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

enum { WALL_MS = 10000, CONNECT_MS = 5000, HEADERS_MAX = 64 << 10, URL_MAX = 4096 };

typedef struct Get {
    Cx *cx;
    const Fetch *ask;
    CURL *curl;
    CURLU *url;
    struct curl_slist *headers;
    Buf body;
    size_t header_bytes;
    Str host;
    bool loopback; /* the name is one of this machine */
    bool refused;  /* it led where it may not */
} Get;

static bool within(const unsigned char *a, uint32_t net, int bits)
{
    uint32_t v = (uint32_t)a[0] << 24 | (uint32_t)a[1] << 16 | (uint32_t)a[2] << 8 | (uint32_t)a[3];
    return (v ^ net) >> (32 - bits) == 0;
}

/* IANA's registry of special purpose addresses, RFC 6890: what is not globally reachable. */
static bool public4(const unsigned char *a)
{
    static const struct {
        uint32_t net;
        int bits;
    } SPECIAL[] = {{0x00000000, 8},  {0x0a000000, 8},  {0x64400000, 10}, {0x7f000000, 8},
                   {0xa9fe0000, 16}, {0xac100000, 12}, {0xc0000000, 24}, {0xc0000200, 24},
                   {0xc0586300, 24}, {0xc0a80000, 16}, {0xc6120000, 15}, {0xc6336400, 24},
                   {0xcb007100, 24}, {0xe0000000, 4},  {0xf0000000, 4}};
    for (size_t i = 0; i < sizeof SPECIAL / sizeof *SPECIAL; i++)
        if (within(a, SPECIAL[i].net, SPECIAL[i].bits))
            return false;
    return true;
}

bool fetch_public(const unsigned char *a, size_t n)
{
    static const unsigned char MAPPED[12] = {[10] = 0xff, [11] = 0xff},
                               NAT64[12] = {0, 0x64, 0xff, 0x9b};
    if (n == 4)
        return public4(a);
    if (n != 16)
        return false;
    if (memcmp(a, MAPPED, 12) == 0 || memcmp(a, NAT64, 12) == 0)
        return public4(a + 12);
    if (a[0] == 0x20 && a[1] == 0x02) /* 6to4 */
        return public4(a + 2);
    if (a[0] == 0x20 && a[1] == 0x01 && (a[2] < 2 || (a[2] == 0x0d && a[3] == 0xb8)))
        return false; /* Teredo and other protocols' own; documentation */
    return (a[0] & 0xe0) == 0x20 && !(a[0] == 0x3f && a[1] == 0xff && (a[2] & 0xf0) == 0);
}

static bool this_machine(const unsigned char *a, size_t n)
{
    static const unsigned char ONE[16] = {[15] = 1};
    return n == 4 ? a[0] == 127 : memcmp(a, ONE, 16) == 0;
}

static curl_socket_t on_socket(void *who, curlsocktype purpose, struct curl_sockaddr *to)
{
    Get *g = who;
    (void)purpose;
    const unsigned char *a = NULL;
    size_t n = 0;
    if (to->family == AF_INET) {
        a = (const unsigned char *)&((const struct sockaddr_in *)(const void *)&to->addr)->sin_addr;
        n = 4;
    } else if (to->family == AF_INET6) {
        a = (const unsigned char *)&((const struct sockaddr_in6 *)(const void *)&to->addr)
                ->sin6_addr;
        n = 16;
    }
    bool here = n && this_machine(a, n);
    bool may = n && (g->ask->reach == FETCH_ANY || fetch_public(a, n) ||
                     (g->ask->reach == FETCH_LOOPBACK && here) || bug("fetchany"));
    if (g->loopback && !here) /* plain http is for this machine alone, whatever a resolver says */
        may = false;
    if (!may) {
        g->refused = true;
        return CURL_SOCKET_BAD;
    }
    return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

static size_t on_body(char *p, size_t size, size_t n, void *who)
{
    Get *g = who;
    (void)size; /* always 1 */
    buf_put(&g->body, p, n);
    return g->body.full ? 0 : n;
}

static size_t on_header(char *p, size_t size, size_t n, void *who)
{
    Get *g = who;
    (void)p;
    (void)size;
    g->header_bytes += n;
    return g->header_bytes > HEADERS_MAX ? 0 : n;
}

static int on_progress(void *who, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
    Get *g = who;
    (void)a, (void)b, (void)c, (void)d;
    return g->ask->cancelled && g->ask->cancelled(g->ask->who);
}

static void close_get(Get *g)
{
    curl_easy_cleanup(g->curl);
    curl_url_cleanup(g->url);
    curl_slist_free_all(g->headers);
    buf_free(&g->body);
}

static Str part(Get *g, CURLUPart which)
{
    char *text = NULL;
    if (curl_url_get(g->url, which, &text, 0) != CURLUE_OK)
        return S("");
    Str kept = arena_str(g->cx->arena, str_of(text));
    curl_free(text);
    return kept;
}

static Err address(Get *g)
{
    Cx *cx = g->cx;
    Str url = g->ask->url;
    g->url = curl_url();
    if (!g->url)
        abort();
    if (!url.n || url.n > URL_MAX || memchr(url.p, 0, url.n) ||
        curl_url_set(g->url, CURLUPART_URL, arena_str(cx->arena, url).p, CURLU_DISALLOW_USER) !=
            CURLUE_OK)
        return fail(cx, E_INVALID, "this is no address that can be fetched");
    g->host = part(g, CURLUPART_HOST);
    Str scheme = part(g, CURLUPART_SCHEME);
    bool named = str_eq(g->host, S("localhost")) || str_eq(g->host, S("[::1]")) ||
                 str_begins(g->host, S("127."));
    if (str_eq(scheme, S("https")))
        return OK;
    if (!str_eq(scheme, S("http")) || !named || g->ask->reach == FETCH_PUBLIC)
        return fail(cx, E_INVALID, "only https addresses are fetched");
    g->loopback = true;
    return OK;
}

static void header(Get *g, Str line)
{
    struct curl_slist *more = curl_slist_append(g->headers, arena_str(g->cx->arena, line).p);
    if (!more)
        abort();
    g->headers = more;
}

static void bounds(Get *g)
{
    CURL *c = g->curl;
    const Fetch *a = g->ask;
    curl_easy_setopt(c, CURLOPT_CURLU, g->url);
    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, g->loopback ? "http" : "https");
    curl_easy_setopt(c, CURLOPT_PROXY, "");
    curl_easy_setopt(c, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)(a->wall_ms ? a->wall_ms : WALL_MS));
    curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS);
    curl_easy_setopt(c, CURLOPT_OPENSOCKETFUNCTION, on_socket);
    curl_easy_setopt(c, CURLOPT_OPENSOCKETDATA, g);
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(c, CURLOPT_WRITEDATA, g);
    curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(c, CURLOPT_HEADERDATA, g);
    curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(c, CURLOPT_XFERINFODATA, g);
    curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L);
}

static void content(Get *g)
{
    const Fetch *a = g->ask;
    if (a->type.n) {
        curl_easy_setopt(g->curl, CURLOPT_POST, 1L);
        curl_easy_setopt(g->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)a->body.n);
        curl_easy_setopt(g->curl, CURLOPT_POSTFIELDS, a->body.n ? a->body.p : "");
        header(g, arena_fmt(g->cx->arena, "Content-Type: " STR_FMT, STR_ARG(a->type)));
        header(g, S("Expect:")); /* no 100-continue */
    }
    for (size_t i = 0; i < a->n_headers; i++)
        header(g, a->headers[i]);
    if (a->method.n)
        curl_easy_setopt(g->curl, CURLOPT_CUSTOMREQUEST, arena_str(g->cx->arena, a->method).p);
    curl_easy_setopt(g->curl, CURLOPT_HTTPHEADER, g->headers);
    curl_easy_setopt(g->curl, CURLOPT_USERAGENT, "hub/" HUB_VERSION);
}

static Err talk(Get *g, Fetched *out)
{
    Cx *cx = g->cx;
    long status = 0;
    char *type = NULL;
    curl_off_t wait = 0;
    CURLcode end = curl_easy_perform(g->curl);
    if (g->refused && end != CURLE_OK)
        return fail(cx, E_INVALID, STR_FMT " is at an address that may not be fetched",
                    STR_ARG(g->host));
    if (g->body.full)
        return fail(cx, E_UNAVAILABLE, STR_FMT " answers with more than %zu bytes",
                    STR_ARG(g->host), g->ask->max);
    if (end != CURLE_OK)
        return fail(cx, E_UNAVAILABLE, STR_FMT ": %s", STR_ARG(g->host), curl_easy_strerror(end));
    curl_easy_getinfo(g->curl, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(g->curl, CURLINFO_CONTENT_TYPE, &type);
    curl_easy_getinfo(g->curl, CURLINFO_RETRY_AFTER, &wait);
    *out = (Fetched){.status = status,
                     .type = type ? arena_str(cx->arena, str_of(type)) : S(""),
                     .body = arena_str(cx->arena, (Str){g->body.p, g->body.n}),
                     .retry_after_s = wait};
    return OK;
}

static void once(void)
{
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        abort();
}

Err fetch(Cx *cx, const Fetch *ask, Fetched *out)
{
    static pthread_once_t ready = PTHREAD_ONCE_INIT;
    pthread_once(&ready, once);
    Get g = {.cx = cx, .ask = ask, .body = BUF(ask->max)};
    Err e = address(&g);
    if (!e) {
        g.curl = curl_easy_init();
        if (!g.curl)
            abort();
        bounds(&g);
        content(&g);
        e = talk(&g, out);
    }
    close_get(&g);
    return e;
}
