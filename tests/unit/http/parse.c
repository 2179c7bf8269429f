/* The raw heads of a request, accepted and refused: RFC 9112, 9110 and 3986, one row each. */
#include "http/parse.h"
#include "http/syntax.h"
#include "http/target.h"
#include "test.h"

#include <stdlib.h>

typedef struct Row {
    const char *name;
    Str text;
    Err want;
} Row;

/* S() is no constant expression */
#define T(lit)                                                                                     \
    {                                                                                              \
        lit, sizeof(lit) - 1                                                                       \
    }
#define HOST "Host: a.example\r\n"
#define GET(line) "GET " line " HTTP/1.1\r\n" HOST "\r\n"
#define WITH(fields) "GET / HTTP/1.1\r\n" HOST fields "\r\n"
#define POST(fields) "POST / HTTP/1.1\r\n" HOST fields "\r\n"

/* What the wire would answer: the scan for the end of the head, then the parse. */
static Err judge(Str text, Head *head)
{
    size_t seen = 0, n = 0;
    const char *why = NULL;
    switch (head_scan(text.p, text.n, &seen, &n)) {
    case HEAD_BAD:
        return E_MALFORMED;
    case HEAD_LONG:
        return E_HEAD_TOO_LARGE;
    case HEAD_MORE:
        return E_TIMEOUT;
    case HEAD_WHOLE:
        break;
    }
    Err e = head_parse(text.p, n, head, &why);
    if (e && !why)
        return E_INTERNAL;
    return e;
}

static const Row accepted[] = {
    {"a plain one", T(GET("/")), OK},
    {"http 1.0 without a host", T("GET / HTTP/1.0\r\n\r\n"), OK},
    {"one empty line in front", T("\r\nGET / HTTP/1.1\r\n" HOST "\r\n"), OK},
    {"a query with all it may have", T(GET("/a?b=c&d=%20/?:@!$'()*+,;-._~")), OK},
    {"encoded octets in a path", T(GET("/v1/%C3%A9/x%20y")), OK},
    {"a trailing slash", T(GET("/v1/")), OK},
    {"dots inside a segment", T(GET("/a..b/...")), OK},
    {"a port", T("GET / HTTP/1.1\r\nHost: a.example:8080\r\n\r\n"), OK},
    {"an IPv6 host", T("GET / HTTP/1.1\r\nHost: [2001:db8::1]:80\r\n\r\n"), OK},
    {"a host in capitals", T("GET / HTTP/1.1\r\nHOST: A.EXAMPLE\r\n\r\n"), OK},
    {"an empty value", T(WITH("X-Empty:\r\n")), OK},
    {"blanks around a value", T(WITH("X-Padded: \t a \t \r\n")), OK},
    {"obs-text in a value", T(WITH("X-Name: caf\xE9\r\n")), OK},
    {"a list header twice", T(WITH("Accept: a/b\r\nAccept: c/d\r\n")), OK},
    {"an unknown header twice", T(WITH("X-A: 1\r\nx-a: 2\r\n")), OK},
    {"a length", T(POST("Content-Length: 5\r\n")), OK},
    {"a length of nothing", T(POST("Content-Length: 0\r\n")), OK},
    {"the longest length", T(POST("Content-Length: 9223372036854775807\r\n")), OK},
    {"leading zeros of a length", T(POST("Content-Length: 0005\r\n")), OK},
    {"chunked", T(POST("Transfer-Encoding: chunked\r\n")), OK},
    {"chunked in capitals", T(POST("Transfer-Encoding: CHUNKED\r\n")), OK},
    {"100-continue", T(POST("Content-Length: 5\r\nExpect: 100-Continue\r\n")), OK},
    {"options of all", T("OPTIONS * HTTP/1.1\r\n" HOST "\r\n"), OK},
};

static const Row refused[] = {
    {"a bare LF", T("GET / HTTP/1.1\nHost: a\n\n"), E_MALFORMED},
    {"a bare LF after a header", T("GET / HTTP/1.1\r\nHost: a\n\r\n"), E_MALFORMED},
    {"a bare LF at the end", T("GET / HTTP/1.1\r\nHost: a\r\n\n"), E_MALFORMED},
    {"a bare CR in the request line", T("GET /\r HTTP/1.1\r\n" HOST "\r\n"), E_MALFORMED},
    {"a bare CR in a value", T(WITH("X-A: b\rc\r\n")), E_MALFORMED},
    {"CR CR LF", T("GET / HTTP/1.1\r\r\n" HOST "\r\n"), E_MALFORMED},
    {"NUL in a value", T(WITH("X-A: b\0c\r\n")), E_MALFORMED},
    {"NUL in a name", T(WITH("X\0A: b\r\n")), E_MALFORMED},
    {"NUL in the target", T(GET("/\0")), E_MALFORMED},
    {"DEL in a value", T(WITH("X-A: b\x7f\r\n")), E_MALFORMED},
    {"two empty lines in front", T("\r\n\r\nGET / HTTP/1.1\r\n" HOST "\r\n"), E_MALFORMED},
    {"nothing but an empty line", T("\r\n\r\n"), E_MALFORMED},
    {"a folded line", T(WITH("X-A: b\r\n c\r\n")), E_MALFORMED},
    {"a folded line with a tab", T(WITH("X-A: b\r\n\tc\r\n")), E_MALFORMED},
    {"a blank before the first header", T("GET / HTTP/1.1\r\n " HOST "\r\n"), E_MALFORMED},
    {"a blank before the colon", T(WITH("X-A : b\r\n")), E_MALFORMED},
    {"a tab before the colon", T(WITH("X-A\t: b\r\n")), E_MALFORMED},
    {"no colon", T(WITH("X-A\r\n")), E_MALFORMED},
    {"no name", T(WITH(": b\r\n")), E_MALFORMED},
    {"a separator in a name", T(WITH("X(A: b\r\n")), E_MALFORMED},
    {"a letter beyond ASCII in a name", T(WITH("X-\xC3\xA9: b\r\n")), E_MALFORMED},
    {"two blanks after the method", T("GET  / HTTP/1.1\r\n" HOST "\r\n"), E_MALFORMED},
    {"two blanks before the version", T("GET /  HTTP/1.1\r\n" HOST "\r\n"), E_MALFORMED},
    {"a blank behind the version", T("GET / HTTP/1.1 \r\n" HOST "\r\n"), E_MALFORMED},
    {"a blank in front", T(" GET / HTTP/1.1\r\n" HOST "\r\n"), E_MALFORMED},
    {"tabs between", T("GET\t/\tHTTP/1.1\r\n" HOST "\r\n"), E_MALFORMED},
    {"no version, HTTP/0.9", T("GET /\r\n" HOST "\r\n"), E_MALFORMED},
    {"no target", T("GET HTTP/1.1\r\n" HOST "\r\n"), E_MALFORMED},
    {"a version in small letters", T("GET / http/1.1\r\n" HOST "\r\n"), E_MALFORMED},
    {"a version with three parts", T("GET / HTTP/1.1.1\r\n" HOST "\r\n"), E_MALFORMED},
    {"a version of letters", T("GET / HTTP/x.y\r\n" HOST "\r\n"), E_MALFORMED},
    {"another protocol", T("GET / HTCPCP/1.0\r\n" HOST "\r\n"), E_MALFORMED},
    {"HTTP/2.0", T("GET / HTTP/2.0\r\n" HOST "\r\n"), E_HTTP_VERSION},
    {"HTTP/1.2", T("GET / HTTP/1.2\r\n" HOST "\r\n"), E_HTTP_VERSION},
    {"HTTP/0.9 said aloud", T("GET / HTTP/0.9\r\n" HOST "\r\n"), E_HTTP_VERSION},
    {"the preface of HTTP/2", T("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), E_HTTP_VERSION},
    {"an unknown method", T("BREW / HTTP/1.1\r\n" HOST "\r\n"), E_NOT_DONE},
    {"TRACE", T("TRACE / HTTP/1.1\r\n" HOST "\r\n"), E_NOT_DONE},
    {"CONNECT", T("CONNECT a:80 HTTP/1.1\r\n" HOST "\r\n"), E_NOT_DONE},
    {"a method in small letters", T("get / HTTP/1.1\r\n" HOST "\r\n"), E_NOT_DONE},
    {"a method that is no token", T("G(T / HTTP/1.1\r\n" HOST "\r\n"), E_MALFORMED},
    {"absolute-form", T(GET("http://a.example/")), E_MALFORMED},
    {"no slash in front", T(GET("v1/videos")), E_MALFORMED},
    {"* for a GET", T(GET("*")), E_MALFORMED},
    {"a fragment", T(GET("/a#b")), E_MALFORMED},
    {"a fragment in the query", T(GET("/a?b#c")), E_MALFORMED},
    {"a dot segment", T(GET("/a/./b")), E_MALFORMED},
    {"two dots", T(GET("/a/../b")), E_MALFORMED},
    {"two dots at the end", T(GET("/a/..")), E_MALFORMED},
    {"encoded dots", T(GET("/a/%2e%2E/b")), E_MALFORMED},
    {"half encoded dots", T(GET("/a/.%2e/b")), E_MALFORMED},
    {"one encoded dot", T(GET("/%2e")), E_MALFORMED},
    {"two slashes", T(GET("//a")), E_MALFORMED},
    {"two slashes inside", T(GET("/a//b")), E_MALFORMED},
    {"an encoded slash", T(GET("/a%2Fb")), E_MALFORMED},
    {"an encoded backslash", T(GET("/a%5cb")), E_MALFORMED},
    {"a backslash", T(GET("/a\\b")), E_MALFORMED},
    {"an encoded NUL", T(GET("/a%00b")), E_MALFORMED},
    {"an encoded CR LF", T(GET("/a%0d%0ab")), E_MALFORMED},
    {"a broken encoding", T(GET("/a%g0")), E_MALFORMED},
    {"a cut encoding", T(GET("/a%4")), E_MALFORMED},
    {"a broken encoding in the query", T(GET("/a?b=%zz")), E_MALFORMED},
    {"a raw byte beyond ASCII", T(GET("/caf\xE9")), E_MALFORMED},
    {"a quote in the path", T(GET("/\"")), E_MALFORMED},
    {"no host", T("GET / HTTP/1.1\r\n\r\n"), E_MALFORMED},
    {"two hosts", T(WITH(HOST)), E_MALFORMED},
    {"an empty host", T("GET / HTTP/1.1\r\nHost:\r\n\r\n"), E_MALFORMED},
    {"a host with a path", T("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"), E_MALFORMED},
    {"a host with a user", T("GET / HTTP/1.1\r\nHost: u@a\r\n\r\n"), E_MALFORMED},
    {"a host list", T("GET / HTTP/1.1\r\nHost: a b\r\n\r\n"), E_MALFORMED},
    {"a port that is none", T("GET / HTTP/1.1\r\nHost: a:x\r\n\r\n"), E_MALFORMED},
    {"a port too large", T("GET / HTTP/1.1\r\nHost: a:65536\r\n\r\n"), E_MALFORMED},
    {"an open bracket", T("GET / HTTP/1.1\r\nHost: [::1\r\n\r\n"), E_MALFORMED},
    {"a zone in a host", T("GET / HTTP/1.1\r\nHost: [fe80::1%25lo]\r\n\r\n"), E_MALFORMED},
    {"two lengths", T(POST("Content-Length: 5\r\nContent-Length: 6\r\n")), E_MALFORMED},
    {"the same length twice", T(POST("Content-Length: 5\r\nContent-Length: 5\r\n")), E_MALFORMED},
    {"a list of lengths", T(POST("Content-Length: 5, 5\r\n")), E_MALFORMED},
    {"a signed length", T(POST("Content-Length: +5\r\n")), E_MALFORMED},
    {"a negative length", T(POST("Content-Length: -5\r\n")), E_MALFORMED},
    {"an empty length", T(POST("Content-Length:\r\n")), E_MALFORMED},
    {"a hexadecimal length", T(POST("Content-Length: 0x5\r\n")), E_MALFORMED},
    {"a length with a blank inside", T(POST("Content-Length: 5 5\r\n")), E_MALFORMED},
    {"a length beyond 63 bits", T(POST("Content-Length: 9223372036854775808\r\n")), E_MALFORMED},
    {"a length beyond 64 bits", T(POST("Content-Length: 18446744073709551621\r\n")), E_MALFORMED},
    {"length and chunked", T(POST("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n")),
     E_MALFORMED},
    {"chunked and length", T(POST("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n")),
     E_MALFORMED},
    {"chunked twice", T(POST("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n")),
     E_MALFORMED},
    {"gzip, chunked", T(POST("Transfer-Encoding: gzip, chunked\r\n")), E_MALFORMED},
    {"chunked, identity", T(POST("Transfer-Encoding: chunked, identity\r\n")), E_MALFORMED},
    {"chunked and a blank", T(POST("Transfer-Encoding: chunked \r\n")), E_MALFORMED},
    {"chunked and a tab", T(POST("Transfer-Encoding: chunked\t\r\n")), E_MALFORMED},
    {"identity", T(POST("Transfer-Encoding: identity\r\n")), E_MALFORMED},
    {"xchunked", T(POST("Transfer-Encoding: xchunked\r\n")), E_MALFORMED},
    {"chunked in quotes", T(POST("Transfer-Encoding: \"chunked\"\r\n")), E_MALFORMED},
    {"chunked behind a vertical tab",
     T(POST("Transfer-Encoding: \x0b"
            "chunked\r\n")),
     E_MALFORMED},
    {"an empty transfer encoding", T(POST("Transfer-Encoding:\r\n")), E_MALFORMED},
    {"chunked on HTTP/1.0", T("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"),
     E_MALFORMED},
    {"another expectation", T(POST("Expect: tea\r\n")), E_MALFORMED},
    {"two cookies", T(WITH("Cookie: a=1\r\nCookie: b=2\r\n")), E_MALFORMED},
    {"two authorizations", T(WITH("Authorization: a\r\nAuthorization: b\r\n")), E_MALFORMED},
    {"two ranges", T(WITH("Range: bytes=0-1\r\nRange: bytes=2-3\r\n")), E_MALFORMED},
    {"two origins", T(WITH("Origin: null\r\nOrigin: null\r\n")), E_MALFORMED},
    {"two content types", T(POST("Content-Type: a/b\r\nContent-Type: c/d\r\n")), E_MALFORMED},
};

TEST(heads_that_are_right_are_accepted)
{
    for (size_t i = 0; i < COUNT(accepted); i++) {
        Head head;
        test_case = accepted[i].name;
        CHECK(judge(accepted[i].text, &head) == OK);
    }
}

TEST(heads_that_are_doubtful_are_refused)
{
    for (size_t i = 0; i < COUNT(refused); i++) {
        Head head;
        test_case = refused[i].name;
        CHECK(judge(refused[i].text, &head) == refused[i].want);
    }
}

TEST(a_head_is_found_at_the_same_place_however_it_is_cut)
{
    Str text = S(WITH("Accept: a/b\r\n"));
    for (size_t cut = 0; cut < text.n; cut++) {
        size_t seen = 0, n = 0;
        CHECK(head_scan(text.p, cut, &seen, &n) == HEAD_MORE);
        CHECK(head_scan(text.p, text.n, &seen, &n) == HEAD_WHOLE && n == text.n);
    }
}

TEST(a_head_knows_what_it_says)
{
    Head head;
    CHECK(!judge(S("PUT /a/b?c=d HTTP/1.1\r\nHost: h:1\r\nAccept: x/y\r\nContent-Length: 12\r\n"
                   "ACCEPT:  z/w \r\nConnection: close, x\r\nExpect: 100-continue\r\n\r\n"),
                 &head));
    CHECK(head.req.method == M_PUT && head.req.minor == 1 && head.req.length == 12);
    CHECK(str_eq(head.req.path, S("/a/b")) && str_eq(head.req.query, S("c=d")));
    CHECK(str_eq(head.req.host, S("h:1")) && !head.keep_alive && head.expects && head.repeated);
    char room[HEAD_MAX];
    head_join(&head, room);
    CHECK(str_eq(req_header(&head.req, "Accept"), S("x/y, z/w")));
    CHECK(!judge(S("GET / HTTP/1.0\r\n\r\n"), &head) && !head.keep_alive);
    CHECK(!judge(S("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n"), &head) && head.keep_alive);
}

TEST(a_head_may_move)
{
    Str text = S(WITH("Accept: a/b\r\nX-A: c\r\n"));
    char copy[256];
    Head head;
    CHECK(!judge(text, &head));
    memcpy(copy, text.p, text.n);
    head_move(&head, text.p, copy);
    CHECK(str_eq(req_header(&head.req, "x-a"), S("c")) && req_header(&head.req, "x-a").p > copy);
    CHECK(head.req.path.p > copy && head.req.path.p < copy + text.n);
}

static char *fill(char *to, const char *text)
{
    size_t n = strlen(text);
    memcpy(to, text, n);
    return to + n;
}

TEST(heads_have_ceilings)
{
    static char text[40000];
    Head head;
    char *p = fill(text, "GET / HTTP/1.1\r\n" HOST);
    for (int i = 0; i < 63; i++)
        p = fill(p, "A: b\r\n");
    char *end = fill(p, "\r\n");
    CHECK(judge((Str){text, (size_t)(end - text)}, &head) == OK && head.req.n_headers == 64);
    end = fill(p, "A: b\r\n\r\n");
    CHECK(judge((Str){text, (size_t)(end - text)}, &head) == E_HEAD_TOO_LARGE);
    p = fill(text, "GET /");
    memset(p, 'a', TARGET_MAX);
    end = fill(p + TARGET_MAX - 1, " HTTP/1.1\r\n" HOST "\r\n");
    CHECK(judge((Str){text, (size_t)(end - text)}, &head) == OK);
    memset(p, 'a', TARGET_MAX);
    end = fill(p + TARGET_MAX, " HTTP/1.1\r\n" HOST "\r\n");
    CHECK(judge((Str){text, (size_t)(end - text)}, &head) == E_URI_TOO_LONG);
    p = fill(text, "GET / HTTP/1.1\r\n" HOST "X: ");
    memset(p, 'a', HEAD_MAX);
    end = fill(p + HEAD_MAX, "\r\n\r\n");
    CHECK(judge((Str){text, (size_t)(end - text)}, &head) == E_HEAD_TOO_LARGE);
}

TEST(cookies_forms_and_queries_are_read_by_name)
{
    Cx cx = {.arena = arena_new()};
    Head head;
    CHECK(!judge(S("POST /?q=a%20b+c&q=2&empty HTTP/1.1\r\n" HOST
                   "Cookie: a=1; hub=\"two\"; hubble=3;b=\r\n"
                   "Content-Type: application/x-www-form-urlencoded; charset=utf-8\r\n\r\n"),
                 &head));
    head.req.body = S("name=J%C3%BCrgen&x=1%2B1&bad=%0g");
    CHECK(str_eq(req_cookie(&head.req, "hub"), S("two")));
    CHECK(str_eq(req_cookie(&head.req, "a"), S("1")) && !req_cookie(&head.req, "A").p);
    CHECK(req_cookie(&head.req, "b").p && !req_cookie(&head.req, "b").n);
    CHECK(str_eq(req_query(&cx, &head.req, "q"), S("a b c")));
    CHECK(req_query(&cx, &head.req, "empty").p && !req_query(&cx, &head.req, "none").p);
    CHECK(str_eq(req_form(&cx, &head.req, "name"), S("J\xC3\xBCrgen")));
    CHECK(str_eq(req_form(&cx, &head.req, "x"), S("1+1")) && !req_form(&cx, &head.req, "bad").p);
    arena_free(cx.arena);
}

TEST(accept_is_weighed)
{
    static const struct {
        const char *name;
        Str accept;
        bool html;
    } rows[] = {
        {"nothing said", T(""), false},
        {"anything", T("*/*"), false},
        {"a browser", T("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"), true},
        {"json", T("application/json"), false},
        {"html less than json", T("text/html;q=0.5, application/json"), false},
        {"html more than json", T("text/html, application/json;q=0.9"), true},
        {"a type with a star", T("text/*"), true},
        {"never html", T("text/html;q=0, */*"), false},
        {"a broken weight", T("text/html;q=2"), false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        Req req = {.n_headers = 1, .headers = {{S("Accept"), rows[i].accept}}};
        test_case = rows[i].name;
        CHECK(req_prefers(&req, "text/html", "application/json") == rows[i].html);
    }
}
