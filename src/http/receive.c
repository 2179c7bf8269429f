/* receive.c - the body of an ordinary request, into memory or away, as it comes. */
#include "http/loop.h"

#include <sys/socket.h>

enum { TURN_BYTES = 256 << 10 };

typedef enum Fed { FED_MORE, FED_WHOLE, FED_LARGE, FED_BROKEN } Fed;

static int64_t ceiling(const Client *c)
{
    const Route *r = c->exchange->match.route;
    return r && r->body_max ? r->body_max : DISCARD_MAX;
}

/* False: more than the operation takes. */
static bool take(Client *c, Str data, int64_t *so_far)
{
    *so_far += (int64_t)data.n;
    if (!c->drops)
        buf_put(&c->exchange->body, data.p, data.n);
    return *so_far <= ceiling(c);
}

static Fed feed_chunked(Client *c, Str *in)
{
    for (Str data;;) {
        switch (chunked_next(&c->chunks, in, &data)) {
        case CHUNK_DATA:
            if (!take(c, data, &c->body_left))
                return FED_LARGE;
            break;
        case CHUNK_MORE: /* what is announced already counts */
            return c->chunks.left > ceiling(c) - c->body_left ? FED_LARGE : FED_MORE;
        case CHUNK_END:
            return FED_WHOLE;
        case CHUNK_BAD:
            return FED_BROKEN;
        }
    }
}

static Fed feed_plain(Client *c, Str *in)
{
    int64_t taken = 0;
    size_t n = (uint64_t)c->body_left < in->n ? (size_t)c->body_left : in->n;
    (void)take(c, (Str){in->p, n}, &taken); /* the length told was within the ceiling */
    c->body_left -= (int64_t)n;
    *in = (Str){in->p + n, in->n - n};
    return c->body_left ? FED_MORE : FED_WHOLE;
}

/* True while more is to come. Else the request went on, one way or the other. */
static bool feed(Client *c, Str in)
{
    Loop *l = c->loop;
    c->window_bytes += (int64_t)in.n;
    c->deadline = l->now + l->settings->body_timeout;
    switch (c->exchange->head.chunked ? feed_chunked(c, &in) : feed_plain(c, &in)) {
    case FED_MORE:
        return true;
    case FED_WHOLE:
        client_keep(c, in);
        intake_submit(c);
        return false;
    case FED_LARGE:
        intake_refuse(c, E_TOO_LARGE, "the body is longer than this operation takes", REFUSED_BODY);
        return false;
    case FED_BROKEN:
        intake_refuse(c, E_MALFORMED, "the chunked framing of the body is broken", REFUSED_SYNTAX);
        return false;
    }
    return false;
}

void receive_begin(Client *c, Str early)
{
    static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";
    const Exchange *x = c->exchange;
    const Route *r = x->match.route;
    c->state = C_BODY;
    c->drops = !r || !r->body_max;
    c->chunks = (Chunked){0};
    c->body_left = x->head.chunked ? 0 : x->head.req.length; /* chunked: what came so far */
    c->exchange->body.max = (size_t)ceiling(c) + SCRATCH;
    c->window_ms = c->loop->now;
    c->window_bytes = 0;
    client_keep(c, (Str){0});
    if (x->head.expects && !early.n &&
        send(c->fd, go_on, sizeof go_on - 1, MSG_NOSIGNAL | MSG_DONTWAIT) < 0) {
        client_close(c);
        return;
    }
    if (feed(c, early))
        receive_go(c);
}

void receive_go(Client *c)
{
    size_t n = 0;
    for (size_t turn = 0; c->state == C_BODY && c->readable; turn += n) {
        if (turn >= TURN_BYTES) {
            loop_ready(c);
            return;
        }
        if (!client_read(c, c->loop->scratch, SCRATCH, &n)) {
            client_close(c);
            return;
        }
        if (n && !feed(c, (Str){c->loop->scratch, n}))
            return;
    }
}

void receive_tick(Client *c)
{
    Loop *l = c->loop;
    if (l->now >= c->deadline) {
        intake_refuse(c, E_TIMEOUT, "no byte of the body came for too long", REFUSED_TIMEOUT);
        return;
    }
    if (l->now - c->window_ms < RATE_WINDOW_MS)
        return;
    if (c->window_bytes < l->settings->min_rate * RATE_WINDOW_MS / 1000) {
        intake_refuse(c, E_TIMEOUT, "the body came too slowly", REFUSED_SLOW);
        return;
    }
    c->window_ms = l->now;
    c->window_bytes = 0;
}
