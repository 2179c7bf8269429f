/* deliver.c - who counts a file's bytes hears of them here. What the kernel took is not yet with
 * the peer: an answer is told over when nothing of it is left in the socket, when the next one
 * begins there, or when the connection ends. */
#include "http/loop.h"

#include <linux/sockios.h>
#include <sys/ioctl.h>

static int64_t unsent(const Client *c)
{
    int n = 0;
    return ioctl(c->fd, SIOCOUTQ, &n) ? 0 : n;
}

/* Of what was taken no more than all can be unsent: the answer's head is in the socket too. */
static void end(const Client *c, Delivery **d, int64_t taken)
{
    int64_t left = *d ? unsent(c) : 0;
    delivery_end(d, taken, left < taken ? left : taken);
}

int64_t deliver_allow(Client *c, int64_t want)
{
    Delivery *d = c->out.delivery;
    int64_t wait_ms = 0;
    if (!d || !d->kind->allow)
        return want;
    int64_t may = d->kind->allow(d, c->loop->now, want, &wait_ms);
    c->paused_ms = may ? 0 : c->loop->now + (wait_ms > 0 ? wait_ms : 1);
    return may;
}

void deliver_sent(Client *c, int64_t n)
{
    Outgoing *o = &c->out;
    if (!o->delivery)
        return;
    o->taken += n;
    if (o->delivery->kind->sent)
        o->delivery->kind->sent(o->delivery, n);
}

void deliver_failed(Client *c)
{
    Delivery *d = c->out.delivery;
    if (d && d->kind->failed)
        d->kind->failed(d);
}

void deliver_given(Client *c)
{
    Outgoing *o = &c->out;
    if (!o->delivery)
        return;
    c->given = o->delivery;
    c->given_bytes = o->taken;
    o->delivery = NULL;
    if (!unsent(c))
        deliver_settle(c);
}

void deliver_settle(Client *c)
{
    end(c, &c->given, c->given_bytes);
}

void deliver_drop(Client *c)
{
    end(c, &c->out.delivery, c->out.taken);
    c->paused_ms = 0;
}

bool deliver_tick(Client *c)
{
    Delivery *d = c->out.delivery;
    int64_t wait_ms = 0;
    if (c->given && !unsent(c))
        deliver_settle(c);
    if (c->given && c->given->kind->allow &&
        c->given->kind->allow(c->given, c->loop->now, 0, &wait_ms) < 0)
        return false; /* the kernel has all of it, the peer has not */
    if (!d || !d->kind->allow)
        return true;
    if (d->kind->allow(d, c->loop->now, 0, &wait_ms) < 0)
        return false;
    if (c->paused_ms && c->loop->now >= c->paused_ms)
        loop_ready(c);
    return true;
}
