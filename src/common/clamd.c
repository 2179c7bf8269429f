#include "common/clamd.h"

#include "base/clock.h"
#include "base/hash.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { CHUNK = 128 << 10, CONNECT_MS = 5000, SILENCE_MS = 300000, LOOK_MS = 500 };

typedef struct Talk {
    Cx *cx;
    int fd;
    const ClamdWatch *watch; /* NULL: nobody cancels */
} Talk;

static bool ends(Str text, Str with)
{
    return text.n >= with.n && memcmp(text.p + text.n - with.n, with.p, with.n) == 0;
}

ClamdAnswer clamd_read(Str answer)
{
    const Str head = S("stream: "), found = S(" FOUND"), limits = S("Heuristics.Limits.Exceeded");
    ClamdAnswer failed = {CLAMD_FAILED, answer};
    for (size_t i = 0; i < answer.n; i++)
        if ((unsigned char)answer.p[i] < ' ' || (unsigned char)answer.p[i] > '~')
            return (ClamdAnswer){CLAMD_FAILED, S("an answer that is no text")};
    if (!str_begins(answer, head))
        return failed;
    Str rest = {answer.p + head.n, answer.n - head.n};
    if (str_eq(rest, S("OK")))
        return (ClamdAnswer){CLAMD_CLEAN, {0}};
    if (rest.n <= found.n || !ends(rest, found))
        return failed;
    Str name = {rest.p, rest.n - found.n};
    if (str_begins(name, limits)) /* not read whole, which says nothing of the rest */
        return failed;
    return (ClamdAnswer){CLAMD_INFECTED, name};
}

/* Until the socket can do what is asked; false: the time is over, or it was cancelled. */
static bool ready(Talk *t, short events, int64_t patience)
{
    int64_t end = clock_mono_ms() + patience;
    while (clock_mono_ms() < end) {
        struct pollfd p = {t->fd, events, 0};
        if (poll(&p, 1, LOOK_MS) > 0)
            return true;
        if (t->watch && t->watch->cancelled(t->watch->who))
            return false;
    }
    return false;
}

static bool connected(Talk *t, const struct sockaddr *to, socklen_t n)
{
    int bad = 0;
    socklen_t room = sizeof bad;
    t->fd = socket(to->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (t->fd < 0)
        return false;
    if (connect(t->fd, to, n) == 0 ||
        (errno == EINPROGRESS && ready(t, POLLOUT, CONNECT_MS) &&
         getsockopt(t->fd, SOL_SOCKET, SO_ERROR, &bad, &room) == 0 && bad == 0))
        return true;
    close(t->fd);
    t->fd = -1;
    return false;
}

static bool dial_path(Talk *t, Str path)
{
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    if (path.n >= sizeof to.sun_path)
        return false;
    memcpy(to.sun_path, path.p, path.n);
    return connected(t, (const struct sockaddr *)&to, sizeof to);
}

static bool dial_host(Talk *t, Str address)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *list = NULL;
    size_t colon = address.n;
    while (colon && address.p[colon - 1] != ':')
        colon--;
    if (colon < 2)
        return false;
    Str host = {address.p, colon - 1}, port = {address.p + colon, address.n - colon};
    if (host.n > 2 && host.p[0] == '[' && host.p[host.n - 1] == ']') /* RFC 3986 3.2.2 */
        host = (Str){host.p + 1, host.n - 2};
    host = arena_str(t->cx->arena, host);
    port = arena_str(t->cx->arena, port);
    if (getaddrinfo(host.p, port.p, &hints, &list) != 0)
        return false;
    bool good = false;
    for (const struct addrinfo *a = list; a && !good; a = a->ai_next)
        good = connected(t, a->ai_addr, a->ai_addrlen);
    freeaddrinfo(list);
    return good;
}

static Err dial(Talk *t, Str address)
{
    t->fd = -1;
    bool good = address.n && address.p[0] == '/' ? dial_path(t, address) : dial_host(t, address);
    return good ? OK : fail(t->cx, E_UNAVAILABLE, "clamd does not answer");
}

static bool put(Talk *t, const void *from, size_t n)
{
    const char *p = from;
    while (n) {
        ssize_t sent = send(t->fd, p, n, MSG_NOSIGNAL);
        if (sent > 0) {
            p += sent;
            n -= (size_t)sent;
        } else if (errno != EINTR && (errno != EAGAIN || !ready(t, POLLOUT, SILENCE_MS))) {
            return false;
        }
    }
    return true;
}

/* Whole, with the NUL that ends it; the NUL is left out. */
static Err take(Talk *t, Str *out)
{
    char *room = arena_take(t->cx->arena, CLAMD_ANSWER_MAX);
    size_t n = 0;
    while (n < CLAMD_ANSWER_MAX && ready(t, POLLIN, SILENCE_MS)) {
        ssize_t got = recv(t->fd, room + n, CLAMD_ANSWER_MAX - n, 0);
        if (got < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (got <= 0)
            return fail(t->cx, E_UNAVAILABLE, "clamd hung up without an answer");
        const char *end = memchr(room + n, 0, (size_t)got);
        n += (size_t)got;
        if (end) {
            *out = (Str){room, (size_t)(end - room)};
            return OK;
        }
    }
    return fail(t->cx, E_UNAVAILABLE, "clamd gave no answer");
}

/* The size of the chunk as four bytes, the highest first, then the chunk. */
static bool put_chunk(Talk *t, const char *p, size_t n)
{
    uint8_t size[4] = {(uint8_t)(n >> 24), (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n};
    return put(t, size, sizeof size) && put(t, p, n);
}

/* *whole: all of it was sent, and clamd had not answered before its end. */
static Err put_file(Talk *t, int file, bool *whole, Str *sha256)
{
    uint8_t sum[64];
    char *room = arena_take(t->cx->arena, CHUNK);
    Digest *d = digest_open(DIGEST_SHA256);
    bool good = put(t, "zINSTREAM", sizeof "zINSTREAM");
    int64_t at = 0;
    ssize_t n = 0;
    while (good && (n = pread(file, room, CHUNK, at)) > 0) {
        digest_add(d, room, (size_t)n);
        at += n;
        good = put_chunk(t, room, (size_t)n) && !(t->watch && t->watch->cancelled(t->watch->who));
    }
    *sha256 = hex_text(t->cx->arena, sum, digest_close(d, sum));
    if (n < 0)
        return fail(t->cx, E_INTERNAL, "the file cannot be read");
    struct pollfd early = {t->fd, POLLIN, 0};
    *whole = good && poll(&early, 1, 0) == 0 && put_chunk(t, room, 0);
    return OK;
}

static Err talk(Talk *t, int file, ClamdAnswer *out, Str *sha256)
{
    bool whole = false;
    Str answer = {0};
    TRY(put_file(t, file, &whole, sha256));
    if (t->watch && t->watch->cancelled(t->watch->who))
        return fail(t->cx, E_UNAVAILABLE, "stopped");
    TRY(take(t, &answer));
    ClamdAnswer got = clamd_read(answer);
    if (got.verdict == CLAMD_CLEAN && !whole)
        got = (ClamdAnswer){CLAMD_FAILED, S("clamd answered before it had the whole file")};
    *out = got;
    return OK;
}

Err clamd_scan(Cx *cx, Str address, int fd, const ClamdWatch *watch, ClamdAnswer *out, Str *sha256)
{
    Talk t = {.cx = cx, .watch = watch};
    TRY(dial(&t, address));
    Err e = talk(&t, fd, out, sha256);
    close(t.fd);
    return e;
}

Err clamd_version(Cx *cx, Str address, Str *out)
{
    Talk t = {.cx = cx};
    Str said = {0};
    TRY(dial(&t, address));
    Err e = put(&t, "zVERSION", sizeof "zVERSION") ? take(&t, &said)
                                                   : fail(cx, E_UNAVAILABLE, "clamd hung up");
    close(t.fd);
    if (!e && !str_begins(said, S("ClamAV ")))
        e = fail(cx, E_UNAVAILABLE, "what answers there is no clamd");
    if (!e)
        *out = said;
    return e;
}
