/* events.c - server-sent events: one operation run again and again, told when its answer changes.
 *
 * HTML Living Standard 9.2. The exchange stays with the connection between two runs; a reader that
 * does not keep up skips runs, it never piles up events.
 */
#include "base/hash.h"
#include "http/loop.h"

#include <stdio.h>

enum { BEAT_MS = 15000 };

static void put(Buf *b, Str s)
{
    buf_put(b, s.p, s.n);
}

/* A field for each line of the text, CR LF, CR and LF all being ends of lines. */
static void put_event(Buf *b, const char *event, Str body)
{
    if (event) {
        put(b, S("event: "));
        put(b, str_of(event));
        put(b, S("\n"));
    }
    put(b, S("data: "));
    for (size_t i = 0; i < body.n; i++) {
        bool pair = body.p[i] == '\r' && i + 1 < body.n && body.p[i + 1] == '\n';
        if (body.p[i] == '\n' || body.p[i] == '\r')
            put(b, S("\ndata: "));
        else
            buf_byte(b, body.p[i]);
        i += pair;
    }
    put(b, S("\n\n"));
}

/* The text as one chunk where chunks are spoken; the last one when `end`. */
static Sent send_text(Client *c, Str first, Str text, bool end)
{
    char size[24];
    int n = c->chunked && text.n ? snprintf(size, sizeof size, "%zx\r\n", text.n) : 0;
    Buf b CLEANUP(buf_free) = BUF(ANSWER_MAX * 8);
    put(&b, first);
    buf_put(&b, size, (size_t)n);
    put(&b, text);
    if (n)
        put(&b, S("\r\n"));
    if (end && c->chunked)
        put(&b, S("0\r\n\r\n"));
    return send_pieces(c, &(Str){b.p, b.n}, 1);
}

static void stop(Client *c)
{
    Exchange *x = c->exchange;
    c->exchange = NULL;
    c->beats = false;
    loop_recycle(c->loop, x);
}

static void begin(Client *c)
{
    Loop *l = c->loop;
    Exchange *x = c->exchange;
    Res *res = &x->res;
    c->beats = true;
    c->chunked = !c->old;
    c->keep = c->keep && c->chunked && atomic_load(&l->server->ready);
    c->record.status = 200;
    c->event_hash = 0;
    c->beat_ms = l->now + BEAT_MS;
    res->media_type = S("text/event-stream");
    res_header(&x->cx, res, "Cache-Control", "no-store");
    res_header(&x->cx, res, "X-Accel-Buffering", "no");
    l->head.n = l->varying.n = 0;
    head_lines(&(Lines){res, 200, -1, c->chunked}, &l->head);
    head_own_lines(c, x, &l->varying);
}

void events_reply(Client *c)
{
    Loop *l = c->loop;
    Exchange *x = c->exchange;
    Res *res = &x->res;
    Buf text CLEANUP(buf_free) = BUF(ANSWER_MAX * 8), first CLEANUP(buf_free) = BUF(64 << 10);
    bool failed = res->status != 200 || res_sends_file(res), fresh = !c->beats;
    bool end = failed || res->again_ms == 0 || !atomic_load(&l->server->ready);
    if (fresh) {
        begin(c);
        put(&first, (Str){l->head.p, l->head.n});
        put(&first, (Str){l->varying.p, l->varying.n});
    }
    Str body = {res->body.p, res->body.n};
    uint64_t hash = hash64(body, 1);
    if (!failed && (fresh || hash != c->event_hash) && !c->head_only)
        put_event(&text, res->event, body);
    c->event_hash = hash;
    if (text.n)
        c->beat_ms = l->now + BEAT_MS;
    c->run_ms = l->now + res->again_ms;
    c->state = C_EVENTS;
    end = end || c->head_only;
    if (!text.n && !end && !fresh)
        return;
    Sent sent = send_text(c, (Str){first.p, first.n}, (Str){text.p, text.n}, end && !c->head_only);
    if (end)
        stop(c);
    if (end || sent == SENT_FAILED)
        reply_sent(c, sent);
}

/* What the reader sends meanwhile means nothing; that it went away does. */
void events_go(Client *c)
{
    size_t n = 0;
    while (c->readable) {
        if (!client_read(c, c->loop->scratch, SCRATCH, &n)) {
            reply_over(c);
            client_close(c);
            return;
        }
    }
    if (send_pending(c) && send_more(c) == SENT_FAILED) {
        reply_over(c);
        client_close(c);
    }
}

void events_tick(Client *c)
{
    Loop *l = c->loop;
    if (send_pending(c)) {
        if (send_too_slow(c)) {
            reply_over(c);
            client_abort(c);
        }
        return;
    }
    bool draining = !atomic_load(&l->server->ready);
    if (draining || l->now >= c->run_ms) {
        if (!pool_claim(l->server->workers, c->exchange))
            return; /* at the next tick */
        c->state = C_WAIT;
        loop_queue(l, c->exchange);
    } else if (l->now >= c->beat_ms) {
        c->beat_ms = l->now + BEAT_MS;
        if (send_text(c, (Str){0}, S(": keep-alive\n\n"), false) == SENT_FAILED) {
            reply_over(c);
            client_close(c);
        }
    }
}
