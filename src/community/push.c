#include "community/push.h"

#include "base/fault.h"
#include "base/fetch.h"
#include "base/hash.h"
#include "base/id.h"
#include "base/log.h"
#include "common/app.h"
#include "community/inbox.h"
#include "community/push_message.h"
#include "db/db.h"

enum {
    HOLD_MS = 60000,
    LIFE_MS = 86400000,      /* what is older is no news to a phone that was off */
    TOKEN_MS = 12 * 3600000, /* RFC 8292, 2: 24 hours at most */
    FIRST_PAUSE_MS = 30000,
    LONGEST_PAUSE_MS = 6 * 3600000,
    DOUBLED_MOST = 10,
    FAILURES_MOST = 20, /* three days */
    RETRY_AFTER_MOST_S = 86400,
    TRIES_MAX = 16,
    ANSWER_MAX = 64 << 10
};

/* --- taking */

/* In an open unit: nothing of the subscription is sent before `until`. */
static Err wait_until(Cx *cx, Str subscription, int64_t until, int64_t failures)
{
    TRY(db_run(cx, SQL_PUSH_WAIT, ARGS(V(until), V(failures), V(subscription)), NULL));
    return db_run(cx, SQL_PUSH_LATER, ARGS(V(until), V(subscription)), NULL);
}

static Err look(Cx *cx, const PushNext *next, PushRow *out, Notification *about, bool *good)
{
    Err e = db_one(cx, SQL_PUSH_ROW, ARGS(V(next->subscription), V(next->news)), &PUSH_ROW, out);
    if (!e)
        e = inbox_news(cx, next->news, about);
    if (e && e != E_NOT_FOUND)
        return e;
    *good = !e && (out->live || bug("pushout")) && cx->now - out->at < LIFE_MS;
    return OK;
}

/* *good: it is ours now. Else somebody else has it, or it was dropped. */
static Err take(Cx *cx, const PushNext *next, PushRow *out, Notification *about, bool *good)
{
    int64_t held = 0, until = cx->now + HOLD_MS;
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(db_run(cx, SQL_PUSH_HOLD, ARGS(V(until), V(next->subscription), V(cx->now)), &held));
    if (!held && !bug("pushfast"))
        return OK;
    TRY(look(cx, next, out, about, good));
    if (*good)
        TRY(db_run(cx, SQL_PUSH_LATER, ARGS(V(until), V(next->subscription)), NULL));
    else
        TRY(db_run(cx, SQL_PUSH_DONE, ARGS(V(next->subscription), V(next->news)), NULL));
    if (!*good)
        TRY(wait_until(cx, next->subscription, cx->now, out->failures));
    return tx_commit(&tx);
}

Err push_take(Cx *cx, PushRow *out, Notification *about)
{
    for (int tries = 0; tries < TRIES_MAX; tries++) {
        PushNext next = {0};
        bool good = false;
        *out = (PushRow){0};
        Err e = db_one(cx, SQL_PUSH_NEXT, ARGS(V(cx->now)), &PUSH_NEXT, &next);
        if (e)
            return e == E_NOT_FOUND ? fail(cx, e, "no message is due") : e;
        TRY(take(cx, &next, out, about, &good));
        TRY(db_settle(cx));
        if (good)
            return OK;
    }
    return fail(cx, E_NOT_FOUND, "others were faster");
}

/* --- sending */

static bool is_stopping(void *who)
{
    return ((const App *)who)->stopping;
}

static Err ask(Cx *cx, const PushRow *row, Str body, Str authorization, Fetched *got)
{
    App *app = cx->app;
    Str headers[] = {
        S("Content-Encoding: aes128gcm"),
        arena_fmt(cx->arena, "TTL: %lld", (long long)((row->at + LIFE_MS - cx->now) / 1000)),
        arena_fmt(cx->arena, "Topic: " STR_FMT, STR_ARG(row->news)),
        S("Urgency: normal"),
        arena_fmt(cx->arena, "Authorization: " STR_FMT, STR_ARG(authorization)),
    };
    Fetch request = {.url = row->endpoint,
                     .type = S("application/octet-stream"),
                     .body = body,
                     .headers = headers,
                     .n_headers = COUNT(headers),
                     .max = ANSWER_MAX,
                     .reach = app->conf.push_loopback ? FETCH_LOOPBACK : FETCH_PUBLIC,
                     .cancelled = is_stopping,
                     .who = app};
    return fetch(cx, &request, got);
}

static Err post(Cx *cx, const PushRow *row, Str plain, Fetched *got)
{
    Str p256dh = {0}, auth = {0}, origin = {0}, host = {0}, body = {0}, authorization = {0};
    Str contact = cx->app->conf.push_contact.n ? cx->app->conf.push_contact : cx->app->public_url;
    PushChance chance;
    p256_generate(chance.private_key);
    random_bytes(chance.salt, sizeof chance.salt);
    if (!push_endpoint(row->endpoint, cx->app->conf.push_loopback, &origin, &host) ||
        !base64url_read(cx->arena, row->p256dh, &p256dh) ||
        !base64url_read(cx->arena, row->auth, &auth))
        return fail(cx, E_INVALID, "this subscription is none");
    TRY(push_seal(cx, p256dh, auth, plain, &chance, &body));
    TRY(push_authorization(cx, cx->app->push_key, origin, contact, (cx->now + TOKEN_MS) / 1000,
                           &authorization));
    return ask(cx, row, body, authorization, got);
}

/* --- what came of it */

static int64_t pause_of(const PushRow *row, const Fetched *got)
{
    int64_t doubled = row->failures > DOUBLED_MOST ? DOUBLED_MOST : row->failures;
    int64_t pause = (int64_t)FIRST_PAUSE_MS << doubled;
    int64_t told =
        got->retry_after_s > RETRY_AFTER_MOST_S ? RETRY_AFTER_MOST_S : got->retry_after_s;
    pause = pause > LONGEST_PAUSE_MS ? LONGEST_PAUSE_MS : pause;
    return told * 1000 > pause ? told * 1000 : pause;
}

static Err settle(Cx *cx, const PushRow *row, Err e, const Fetched *got)
{
    bool sent = !e && got->status >= 200 && got->status < 300;
    bool gone = e == E_INVALID || (!e && (got->status == 404 || got->status == 410));
    bool refused = !e && (got->status == 400 || got->status == 413); /* this message, for good */
    Str id = row->subscription;
    if ((gone && !bug("keepgone")) || (!sent && row->failures >= FAILURES_MOST))
        return db_run(cx, SQL_PUSH_END, ARGS(V(id)), NULL);
    if (e && cx->app->stopping)
        return wait_until(cx, id, cx->now, row->failures);
    if (sent || refused)
        TRY(db_run(cx, SQL_PUSH_DONE, ARGS(V(id), V(row->news)), NULL));
    return sent ? wait_until(cx, id, cx->now + cx->app->conf.push_gap, 0)
                : wait_until(cx, id, cx->now + (bug("pushfast") ? 0 : pause_of(row, got)),
                             row->failures + 1);
}

Err push_send(Cx *cx, const PushRow *row, Str plain)
{
    Fetched got = {0};
    crash_step("push: before it is sent");
    Err e = post(cx, row, plain, &got);
    crash_step("push: sent");
    log_say(e || got.status >= 300 ? LOG_WARN : LOG_INFO, "push.sent",
            LS("subscription", row->subscription), LS("news", row->news), LI("status", got.status),
            LZ("why", e ? cx->said : ""));
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(settle(cx, row, e, &got));
    TRY(tx_commit(&tx));
    return db_settle(cx);
}

Err push_check(Cx *cx, Str contact)
{
    return !contact.n || str_begins(contact, S("mailto:")) || str_begins(contact, S("https://"))
               ? OK
               : fail(cx, E_INVALID, "--push-contact must begin with mailto: or https://");
}
