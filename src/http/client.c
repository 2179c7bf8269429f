/* client.c - a connection from accept to close: its states, its reading, its deadlines. */
#include "base/fault.h"
#include "http/loop.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { RECENT_MS = 1000 };

void client_open(Loop *l, int fd, const Address *peer, bool over)
{
    Client *c = calloc(1, sizeof *c);
    if (!c)
        abort();
    *c = (Client){.loop = l, .fd = fd, .peer = *peer, .heading = true, .next = l->clients};
    c->out.file = -1;
    c->deadline = l->now + l->settings->header_timeout;
    c->active_ms = l->now;
    c->record.address = *peer;
    c->record.method = METHOD_COUNT;
    c->loopback = address_loopback(peer);
    c->trusted = networks_have(&l->server->trusted, peer);
    if (l->clients)
        l->clients->prev = c;
    l->clients = c;
    metric_add(&l->metrics.connections, 1);
    loop_watch(c);
    if (c->state == C_GONE)
        return;
    if (over) {
        intake_refuse_head(c, E_UNAVAILABLE, "too many connections are open", REFUSED_CONNECTIONS);
        return;
    }
    bool counts = !c->loopback && !c->trusted;
    c->counted = counts && crowd_enter(&l->server->crowd, peer);
    if (counts && !c->counted)
        intake_refuse_head(c, E_UNAVAILABLE, "too many unfinished requests come from your address",
                           REFUSED_ADDRESS);
}

static void uncount(Client *c)
{
    if (c->counted)
        crowd_leave(&c->loop->server->crowd, &c->peer);
    c->counted = false;
}

void client_close(Client *c)
{
    Loop *l = c->loop;
    if (c->state == C_GONE)
        return;
    loop_unwatch(
        c); /* closing is not enough while a process being started still has a copy of it */
    deliver_settle(c);
    deliver_drop(c); /* asks the socket */
    close(c->fd);
    uncount(c);
    send_drop(c);
    free(c->kept);
    c->kept = NULL;
    if (c->exchange)
        loop_recycle(l, c->exchange);
    c->exchange = NULL;
    if (c->prev)
        c->prev->next = c->next;
    else
        l->clients = c->next;
    if (c->next)
        c->next->prev = c->prev;
    c->state = C_GONE;
    c->next = l->graves; /* an event of this turn, or the ready list, may still name it */
    l->graves = c;
    metric_add(&l->metrics.connections, UINT64_MAX);
    atomic_fetch_sub(&l->server->n_clients, 1);
}

void client_abort(Client *c)
{
    struct linger now = {.l_onoff = 1};
    if (c->state != C_GONE)
        (void)setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    client_close(c);
}

void client_free(Client *c)
{
    free(c);
}

void client_keep(Client *c, Str bytes)
{
    if (!bytes.n) {
        free(c->kept);
        c->kept = NULL;
        c->kept_n = c->kept_room = 0;
        return;
    }
    if (c->kept_room < bytes.n) {
        c->kept_room = bytes.n < 512 ? 512 : bytes.n;
        free(c->kept);
        c->kept = malloc(c->kept_room);
        if (!c->kept)
            abort();
    }
    memcpy(c->kept, bytes.p, bytes.n);
    c->kept_n = bytes.n;
}

bool client_read(Client *c, char *to, size_t room, size_t *n)
{
    ssize_t got = recv(c->fd, to, room, 0);
    *n = 0;
    if (got < 0 && errno == EINTR)
        return true;
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
        c->readable = false;
        return true;
    }
    if (got <= 0) {
        c->peer_closed = true;
        return false;
    }
    if ((size_t)got < room && !c->peer_closed)
        c->readable = false; /* a new edge comes with new bytes */
    *n = (size_t)got;
    return true;
}

static void whole_head(Client *c, HeadScan scan, const char *p, size_t head_n, Str rest)
{
    uncount(c);
    c->seen = 0;
    if (scan == HEAD_BAD)
        intake_refuse_head(c, E_MALFORMED, "a line of the head does not end in CR LF",
                           REFUSED_SYNTAX);
    else if (scan == HEAD_LONG)
        intake_refuse_head(c, E_HEAD_TOO_LARGE, "the head is longer than 16 KiB", REFUSED_HEAD);
    else
        intake(c, p, head_n, rest);
}

static void read_head(Client *c)
{
    Loop *l = c->loop;
    char *p = l->scratch;
    size_t n = c->kept_n, head_n = 0, got = 0;
    if (n)
        memcpy(p, c->kept, n);
    for (;;) {
        HeadScan scan = n ? head_scan(p, n, &c->seen, &head_n) : HEAD_MORE;
        if (scan != HEAD_MORE) {
            whole_head(c, scan, p, head_n, (Str){p + head_n, n - head_n});
            return;
        }
        if (!c->readable)
            break;
        if (!client_read(c, p + n, SCRATCH - n, &got)) {
            client_close(c); /* nobody is there for half a request */
            return;
        }
        n += got;
    }
    if (n && !c->heading) {
        c->heading = true;
        c->deadline = l->now + l->settings->header_timeout;
    }
    client_keep(c, (Str){p, n});
}

void client_idle(Client *c)
{
    Loop *l = c->loop;
    c->state = C_HEAD;
    c->heading = false;
    c->seen = 0;
    c->active_ms = l->now;
    c->deadline = l->now + l->settings->idle_timeout;
    if (!atomic_load(&l->server->ready) && c->deadline > l->now + RECENT_MS)
        c->deadline = l->now + RECENT_MS; /* it was not told yet that we close */
    if (c->kept_n || c->readable)
        loop_ready(c);
}

void client_linger(Client *c)
{
    if (bug("no-linger")) {
        client_close(c);
        return;
    }
    (void)shutdown(c->fd, SHUT_WR);
    client_keep(c, (Str){0});
    c->state = C_LINGER;
    c->lingered = 0;
    c->deadline = c->loop->now + LINGER_MS;
    c->readable = true;
    loop_ready(c);
}

static void read_away(Client *c)
{
    size_t n = 0;
    while (c->readable) {
        bool there = client_read(c, c->loop->scratch, SCRATCH, &n);
        c->lingered += n;
        if (!there || c->lingered > LINGER_BYTES) {
            client_close(c);
            return;
        }
    }
}

void client_go(Client *c)
{
    switch ((ClientState)c->state) {
    case C_HEAD:
        if (c->readable || c->kept_n)
            read_head(c);
        break;
    case C_BODY:
        receive_go(c);
        break;
    case C_SEND:
        reply_sent(c, send_more(c));
        break;
    case C_EVENTS:
        events_go(c);
        break;
    case C_LINGER:
        read_away(c);
        break;
    case C_WAIT:
    case C_UPLOAD:
    case C_GONE:
        break;
    }
}

static void head_tick(Client *c)
{
    if (c->loop->now < c->deadline)
        return;
    if (c->kept_n)
        intake_refuse_head(c, E_TIMEOUT, "the head of the request did not arrive in time",
                           REFUSED_TIMEOUT);
    else
        client_close(c);
}

static void send_tick(Client *c)
{
    bool cut = !deliver_tick(c);
    if (!cut && c->paused_ms && !bug("cutpaced")) {
        send_window(c); /* we are what is slow */
        return;
    }
    if (!cut && !send_too_slow(c))
        return;
    if (!cut)
        metric_add(&c->loop->metrics.refused[REFUSED_SLOW], 1);
    reply_over(c);
    client_abort(c);
}

/* What is on its way gets the time it needs. */
static void linger_tick(Client *c)
{
    if (c->loop->now >= c->deadline && (!c->given || send_too_slow(c)))
        client_close(c);
}

void client_tick(Client *c)
{
    if (c->given && c->state != C_GONE)
        (void)deliver_tick(c);
    switch ((ClientState)c->state) {
    case C_HEAD:
        head_tick(c);
        break;
    case C_BODY:
        receive_tick(c);
        break;
    case C_SEND:
        send_tick(c);
        break;
    case C_EVENTS:
        events_tick(c);
        break;
    case C_LINGER:
        linger_tick(c);
        break;
    case C_WAIT:
    case C_UPLOAD:
    case C_GONE:
        break;
    }
}

/* Who has just been answered may be sending its next request: it gets an answer with a close. */
void client_drain(Client *c)
{
    int64_t until = c->active_ms + RECENT_MS;
    if (bug("no-drain")) {
        client_cut(c);
    } else if (c->state == C_HEAD && !c->kept_n) {
        c->deadline = until < c->deadline ? until : c->deadline;
        if (c->loop->now >= c->deadline)
            client_close(c);
    } else if (c->state == C_EVENTS) {
        events_tick(c);
    }
}

void client_cut(Client *c)
{
    if (c->state == C_UPLOAD)
        (void)shutdown(c->fd, SHUT_RDWR); /* its thread finds the end, and hands it back */
    else if (c->state == C_SEND || c->state == C_EVENTS) {
        reply_over(c);
        client_abort(c);
    } else if (c->state != C_WAIT)
        client_close(c);
}
