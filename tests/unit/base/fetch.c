#include "base/fetch.h"
#include "test.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* Answers one connection with a text and keeps what was asked. */
typedef struct Host {
    int fd, port;
    const char *answer;
    size_t zeros; /* further bytes of content */
    char asked[4096];
    pthread_t thread;
} Host;

static void *serve(void *arg)
{
    Host *h = arg;
    int c = accept(h->fd, NULL, NULL);
    if (c < 0)
        return NULL;
    size_t n = 0;
    for (ssize_t got; n < sizeof h->asked - 1 && !strstr(h->asked, "\r\n\r\n"); n += (size_t)got)
        if ((got = read(c, h->asked + n, sizeof h->asked - 1 - n)) <= 0)
            break;
    static const char ZEROS[4096];
    if (write(c, h->answer, strlen(h->answer)) >= 0)
        for (size_t i = 0; i < h->zeros; i += sizeof ZEROS)
            if (send(c, ZEROS, sizeof ZEROS, MSG_NOSIGNAL) < 0)
                break;
    close(c);
    return NULL;
}

static void host_open(Host *h, const char *answer)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t n = sizeof to;
    *h = (Host){.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), .answer = answer};
    if (bind(h->fd, (struct sockaddr *)&to, n) != 0 || listen(h->fd, 1) != 0 ||
        getsockname(h->fd, (struct sockaddr *)&to, &n) != 0)
        abort();
    h->port = ntohs(to.sin_port);
}

static Err ask(Cx *cx, Host *h, Fetch f, Fetched *out)
{
    f.url = arena_fmt(cx->arena, "http://127.0.0.1:%d/path?secret=word", h->port);
    f.max = f.max ? f.max : 1000;
    f.reach = FETCH_LOOPBACK;
    pthread_create(&h->thread, NULL, serve, h);
    Err e = fetch(cx, &f, out);
    shutdown(h->fd, SHUT_RDWR);
    pthread_join(h->thread, NULL);
    close(h->fd);
    return e;
}

TEST(fetch_gives_status_type_and_content_and_sends_what_was_asked)
{
    Cx cx = {.arena = arena_new()};
    Host h;
    Fetched got = {0};
    Str more[] = {S("TTL: 60")};
    host_open(&h, "HTTP/1.1 201 Created\r\nContent-Type: text/plain\r\nRetry-After: 7\r\n"
                  "Content-Length: 2\r\n\r\nok");
    Err e =
        ask(&cx, &h,
            (Fetch){.type = S("text/x"), .body = S("sent"), .headers = more, .n_headers = 1}, &got);
    CHECK(e == OK && got.status == 201 && str_eq(got.body, S("ok")));
    CHECK(str_eq(got.type, S("text/plain")) && got.retry_after_s == 7);
    CHECK(strstr(h.asked, "POST /path?secret=word HTTP/1.1\r\n") == h.asked);
    CHECK(strstr(h.asked, "TTL: 60\r\n") && strstr(h.asked, "Content-Type: text/x\r\n"));
    CHECK(strstr(h.asked, "Content-Length: 4\r\n"));
    arena_free(cx.arena);
}

TEST(fetch_follows_no_redirect_and_bounds_what_it_takes)
{
    Cx cx = {.arena = arena_new()};
    Host h;
    Fetched got = {0};
    host_open(&h, "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n"
                  "Content-Length: 0\r\n\r\n");
    CHECK(ask(&cx, &h, (Fetch){0}, &got) == OK && got.status == 302 && !got.body.n);
    host_open(&h, "HTTP/1.1 200 OK\r\n\r\n");
    h.zeros = 1 << 20;
    CHECK(ask(&cx, &h, (Fetch){.max = 5000}, &got) == E_UNAVAILABLE);
    CHECK(strstr(cx.said, "5000 bytes") && !strstr(cx.said, "secret"));
    host_open(&h, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
    CHECK(ask(&cx, &h, (Fetch){0}, &got) == E_UNAVAILABLE && !strstr(cx.said, "secret"));
    arena_free(cx.arena);
}

static bool yes(void *who)
{
    (void)who;
    return true;
}

TEST(fetch_that_is_cancelled_ends)
{
    Cx cx = {.arena = arena_new()};
    Host h;
    Fetched got = {0};
    host_open(&h, "");
    CHECK(ask(&cx, &h, (Fetch){.cancelled = yes}, &got) == E_UNAVAILABLE);
    arena_free(cx.arena);
}

TEST(fetch_goes_where_it_may_alone)
{
    static const struct {
        const char *url;
        FetchReach reach;
    } NO[] = {
        {"http://203.0.114.1/", FETCH_ANY},
        {"http://127.0.0.1:1/", FETCH_PUBLIC},
        {"https://127.0.0.1:1/", FETCH_PUBLIC},
        {"https://localhost:1/", FETCH_PUBLIC},
        {"https://[::1]:1/", FETCH_PUBLIC},
        {"https://10.0.0.1/", FETCH_LOOPBACK},
        {"https://169.254.169.254/", FETCH_PUBLIC},
        {"https://[::ffff:10.0.0.1]/", FETCH_PUBLIC},
        {"https://2130706433/", FETCH_PUBLIC},
        {"https://0x7f.1/", FETCH_PUBLIC},
        {"file:///etc/passwd", FETCH_ANY},
        {"gopher://127.0.0.1/", FETCH_ANY},
        {"https://a:b@127.0.0.1/", FETCH_ANY},
        {"", FETCH_ANY},
        {"no address", FETCH_ANY},
    };
    for (size_t i = 0; i < sizeof NO / sizeof *NO; i++) {
        Cx cx = {.arena = arena_new()};
        Fetched got = {0};
        Err e =
            fetch(&cx, &(Fetch){.url = str_of(NO[i].url), .reach = NO[i].reach, .max = 10}, &got);
        if (e != E_INVALID)
            printf("    %s: %s\n", NO[i].url, cx.said);
        CHECK(e == E_INVALID);
        arena_free(cx.arena);
    }
}

TEST(fetch_knows_the_public_internet)
{
    static const struct {
        const char *address;
        bool public;
    } ROWS[] = {{"1.1.1.1", true},
                {"172.15.0.1", true},
                {"172.32.0.1", true},
                {"100.63.0.1", true},
                {"223.255.255.255", true},
                {"0.0.0.0", false},
                {"10.1.2.3", false},
                {"100.64.0.1", false},
                {"127.8.8.8", false},
                {"169.254.169.254", false},
                {"172.16.0.1", false},
                {"172.31.255.255", false},
                {"192.168.0.1", false},
                {"198.18.0.1", false},
                {"203.0.113.9", false},
                {"224.0.0.1", false},
                {"255.255.255.255", false},
                {"2606:4700::1", true},
                {"::1", false},
                {"::", false},
                {"fe80::1", false},
                {"fd00::1", false},
                {"ff02::1", false},
                {"2001:db8::1", false},
                {"2001::1", false},
                {"::ffff:127.0.0.1", false},
                {"::ffff:1.1.1.1", true},
                {"64:ff9b::a00:1", false},
                {"2002:a00:1::1", false},
                {"2002:101:101::1", true}};
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        unsigned char a[16];
        bool six = strchr(ROWS[i].address, ':') != NULL;
        CHECK(inet_pton(six ? AF_INET6 : AF_INET, ROWS[i].address, a) == 1);
        CHECK(fetch_public(a, six ? 16 : 4) == ROWS[i].public);
    }
    CHECK(!fetch_public((const unsigned char *)"\1\1\1", 3));
}
