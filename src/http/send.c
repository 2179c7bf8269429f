/* send.c - bytes and files into a socket that never blocks. */
#include "http/loop.h"

#include <errno.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

enum { PIECES = 4, TURN_BYTES = 2 << 20, LOW_WATER = 128 << 10, SWIFT_WATER = 1 << 20 };
enum { SWIFT_BYTES = 256 << 10, SWIFT_MS = 100 };

bool send_pending(const Client *c)
{
    return c->out.p || c->out.file >= 0;
}

static void drop_file(Outgoing *o)
{
    if (o->splice)
        splice_close(o->splice);
    else if (o->file >= 0)
        close(o->file);
    free(o->splice);
    o->splice = NULL;
    o->file = -1;
}

void send_drop(Client *c)
{
    deliver_drop(c);
    free(c->out.p);
    drop_file(&c->out);
    c->out = (Outgoing){.file = -1};
}

void send_file_of(Client *c, Res *res)
{
    Outgoing *o = &c->out;
    o->delivery = res->delivery;
    o->taken = 0;
    res->delivery = NULL;
    if (!res->splice) {
        o->file = res->fd;
        o->file_at = res->offset;
        o->file_left = res->length;
        res->fd = -1;
        return;
    }
    o->splice = malloc(sizeof *o->splice);
    if (!o->splice)
        abort();
    *o->splice = *res->splice;
    o->file = o->splice->fds[0]; /* until the first run is looked up */
    o->file_left = 0;
    o->rest_at = res->offset;
    o->rest = res->length;
    res->splice = NULL;
}

static void count(Client *c, ssize_t n)
{
    c->record.bytes += n;
    metric_add(&c->loop->metrics.bytes_sent, (uint64_t)n);
}

static bool full(void)
{
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

/* A slow reader of a large file must not hold megabytes of it in the kernel; for one that took the
 * file before in no time, each refill of a small measure is a call too many. */
static void set_low_water(Client *c)
{
    int bytes = c->swift ? SWIFT_WATER : LOW_WATER;
    if (c->low_water != bytes)
        (void)setsockopt(c->fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &bytes, sizeof bytes);
    c->low_water = bytes;
}

static bool was_swift(const Client *c)
{
    return c->record.bytes - c->window_bytes >= SWIFT_BYTES &&
           c->loop->now - c->window_ms <= SWIFT_MS;
}

/* Copies what comes after the first `sent` bytes behind what already waits. */
static void hold_back(Client *c, const Str *pieces, size_t n, size_t sent)
{
    Outgoing *o = &c->out;
    size_t have = o->n - o->at, more = 0;
    for (size_t i = 0; i < n; i++)
        more += pieces[i].n;
    more -= sent;
    char *p = malloc(have + more);
    if (!p)
        abort();
    if (have)
        memcpy(p, o->p + o->at, have);
    char *to = p + have;
    for (size_t i = 0; i < n; i++) {
        size_t skip = sent < pieces[i].n ? sent : pieces[i].n;
        sent -= skip;
        if (pieces[i].n > skip)
            memcpy(to, pieces[i].p + skip, pieces[i].n - skip);
        to += pieces[i].n - skip;
    }
    free(o->p);
    o->p = p;
    o->n = have + more;
    o->at = 0;
}

static void begin_window(Client *c)
{
    c->window_ms = c->loop->now;
    c->window_bytes = c->record.bytes;
}

Sent send_pieces(Client *c, const Str *pieces, size_t n)
{
    struct iovec io[PIECES];
    size_t total = 0, used = 0;
    for (size_t i = 0; i < n; i++) {
        union {
            const char *from;
            void *to;
        } base = {.from = pieces[i].p}; /* sendmsg only reads it */
        if (pieces[i].n)
            io[used++] = (struct iovec){base.to, pieces[i].n};
        total += pieces[i].n;
    }
    begin_window(c);
    deliver_settle(c);
    ssize_t sent = 0;
    if (!c->out.p) {
        struct msghdr message = {.msg_iov = io, .msg_iovlen = used};
        bool more = c->out.file >= 0;
        sent = sendmsg(c->fd, &message, MSG_NOSIGNAL | (more ? MSG_MORE : 0));
        if (sent < 0 && !full())
            return SENT_FAILED;
        sent = sent < 0 ? 0 : sent;
        count(c, sent);
    }
    if ((size_t)sent < total)
        hold_back(c, pieces, n, (size_t)sent);
    if (!send_pending(c))
        return SENT_ALL;
    return (size_t)sent < total ? SENT_SOME : send_more(c);
}

static Sent send_bytes(Client *c)
{
    Outgoing *o = &c->out;
    while (o->at < o->n) {
        ssize_t sent = send(c->fd, o->p + o->at, o->n - o->at, MSG_NOSIGNAL);
        if (sent < 0)
            return full() ? SENT_SOME : SENT_FAILED;
        count(c, sent);
        o->at += (size_t)sent;
    }
    free(o->p);
    o->p = NULL;
    o->n = o->at = 0;
    return SENT_ALL;
}

/* The run of the splice that comes next. */
static bool next_run(Outgoing *o)
{
    int64_t length = 0;
    if (!splice_find(o->splice, o->rest_at, &o->file, &o->file_at, &length))
        return false;
    o->file_left = length < o->rest ? length : o->rest;
    o->rest_at += o->file_left;
    o->rest -= o->file_left;
    return true;
}

/* The disk fails, or the file became shorter: the length told cannot be kept. */
static Sent unreadable(Client *c)
{
    deliver_failed(c);
    return SENT_FAILED;
}

static Sent send_file(Client *c)
{
    Outgoing *o = &c->out;
    set_low_water(c);
    for (int64_t turn = TURN_BYTES; o->file_left > 0 || o->rest > 0;) {
        if (turn == 0)
            return SENT_TURN;
        if (o->file_left == 0 && !next_run(o))
            return unreadable(c);
        off_t at = o->file_at;
        int64_t want = deliver_allow(c, o->file_left < turn ? o->file_left : turn);
        if (want <= 0)
            return want ? SENT_FAILED : SENT_PAUSE;
        ssize_t sent = sendfile(c->fd, o->file, &at, (size_t)want);
        if (sent == 0 || (sent < 0 && errno == EIO))
            return unreadable(c);
        if (sent < 0)
            return full() ? SENT_SOME : SENT_FAILED;
        count(c, sent);
        deliver_sent(c, sent);
        o->file_at += sent;
        o->file_left -= sent;
        turn -= sent;
    }
    drop_file(o);
    deliver_given(c);
    c->swift = was_swift(c);
    return SENT_ALL;
}

Sent send_more(Client *c)
{
    Sent sent = c->out.p ? send_bytes(c) : SENT_ALL;
    return sent == SENT_ALL && c->out.file >= 0 ? send_file(c) : sent;
}

/* Taken by the kernel is not taken by the peer: what it still holds does not count. */
void send_window(Client *c)
{
    int unsent = 0;
    (void)ioctl(c->fd, SIOCOUTQ, &unsent);
    c->window_ms = c->loop->now;
    c->window_bytes = c->record.bytes - unsent;
}

bool send_too_slow(Client *c)
{
    int64_t had = c->window_bytes;
    if (c->loop->now - c->window_ms < RATE_WINDOW_MS)
        return false;
    send_window(c);
    return c->window_bytes - had < c->loop->settings->min_rate * RATE_WINDOW_MS / 1000;
}
