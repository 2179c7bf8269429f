#include "http/body.h"

#include "base/clock.h"
#include "http/req.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>

enum { AHEAD = 16 << 10 };

void body_close(Body *body)
{
    free(body->ahead);
    *body = (Body){.fd = -1};
}

bool body_draining(const Req *req)
{
    return atomic_load(req->stream->draining);
}

static Err break_off(Cx *cx, Body *b, Err e, const char *sentence)
{
    b->broken = true;
    return fail(cx, e, "%s", sentence);
}

/* Waiting counts against the peer; what the operation does meanwhile does not. */
static Err wait_for_bytes(Cx *cx, Body *b)
{
    struct pollfd fds[] = {{.fd = b->fd, .events = POLLIN}, {.fd = b->drain_fd, .events = POLLIN}};
    int64_t rest = RATE_WINDOW_MS - b->waited_ms, before = clock_mono_ms();
    int64_t timeout = b->timeout_ms < rest ? b->timeout_ms : rest;
    int n = poll(fds, COUNT(fds), (int)timeout);
    b->waited_ms += clock_mono_ms() - before;
    if (n > 0 && fds[1].revents)
        return break_off(cx, b, E_UNAVAILABLE, "the hub is stopping; go on where you were");
    if (n == 0 && timeout == b->timeout_ms)
        return break_off(cx, b, E_TIMEOUT, "no byte of the body came for too long");
    if (b->waited_ms >= RATE_WINDOW_MS) {
        if (b->came < b->min_rate * RATE_WINDOW_MS / 1000)
            return break_off(cx, b, E_TIMEOUT, "the body came too slowly");
        b->waited_ms = b->came = 0;
    }
    return OK;
}

/* Up to max bytes from the socket, waiting for the first. */
static Err receive(Cx *cx, Body *b, char *to, size_t max, size_t *n)
{
    static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";
    if (b->expects && send(b->fd, go_on, sizeof go_on - 1, MSG_NOSIGNAL) < 0)
        return break_off(cx, b, E_MALFORMED, "the connection is gone");
    b->expects = false;
    for (;;) {
        if (atomic_load(b->draining))
            return break_off(cx, b, E_UNAVAILABLE, "the hub is stopping; go on where you were");
        ssize_t got = recv(b->fd, to, max, 0);
        if (got > 0) {
            b->came += got;
            *n = (size_t)got;
            return OK;
        }
        if (got == 0 || (errno != EAGAIN && errno != EINTR))
            return break_off(cx, b, E_MALFORMED, "the connection closed before the body's end");
        TRY(wait_for_bytes(cx, b));
    }
}

static Str pending_take(Body *b, size_t max)
{
    Str s = {b->pending.p, b->pending.n < max ? b->pending.n : max};
    b->pending = (Str){b->pending.p + s.n, b->pending.n - s.n};
    return s;
}

static Err read_plain(Cx *cx, Body *b, char *to, size_t max, size_t *n)
{
    size_t got = 0;
    if (b->left == 0) {
        b->ended = true;
        *n = 0;
        return OK;
    }
    if ((uint64_t)b->left < max)
        max = (size_t)b->left;
    if (b->pending.n) {
        Str s = pending_take(b, max);
        memcpy(to, s.p, got = s.n);
    } else {
        TRY(receive(cx, b, to, max, &got));
    }
    b->left -= (int64_t)got;
    b->ended = b->left == 0;
    *n = got;
    return OK;
}

static Err read_chunked(Cx *cx, Body *b, char *to, size_t max, size_t *n)
{
    for (;;) {
        Str in = pending_take(b, max), data = {0};
        ChunkStep step = chunked_next(&b->chunks, &in, &data);
        b->pending = (Str){b->pending.p - in.n, b->pending.n + in.n};
        if (step == CHUNK_DATA) {
            memcpy(to, data.p, data.n);
            *n = data.n;
            return OK;
        }
        if (step == CHUNK_END) {
            b->ended = true;
            *n = 0;
            return OK;
        }
        if (step == CHUNK_BAD)
            return break_off(cx, b, E_MALFORMED, "the chunked framing of the body is broken");
        if (b->pending.n)
            continue;
        if (!b->ahead && !(b->ahead = malloc(AHEAD)))
            abort();
        size_t got = 0;
        TRY(receive(cx, b, b->ahead, AHEAD, &got));
        b->pending = (Str){b->ahead, got};
    }
}

Err body_read(Cx *cx, Req *req, void *to, size_t max, size_t *n)
{
    Body *b = req->stream;
    if (b->broken)
        return fail(cx, E_MALFORMED, "the body cannot be read any further");
    if (b->ended || max == 0) {
        *n = 0;
        return OK;
    }
    return b->chunked ? read_chunked(cx, b, to, max, n) : read_plain(cx, b, to, max, n);
}
