/* Browsers that are told by Web Push, of one account. */
#include "base/fault.h"
#include "base/hash.h"
#include "base/id.h"
#include "common/app.h"
#include "community/push.h"
#include "community/push_message.h"
#include "contract.h"
#include "db/db.h"
#include "identity/consent.h"

enum { SUBSCRIPTIONS_MOST = 10 };

Err get_push_key(Cx *cx, PushKey *out)
{
    uint8_t key[P256_PUBLIC];
    if (!p256_public((const uint8_t *)cx->app->push_key.p, key))
        return fail(cx, E_INTERNAL, "the hub's push key is none");
    *out = (PushKey){.key = base64url(cx->arena, key, sizeof key)};
    return OK;
}

/* The endpoint itself is told to nobody: who has it may send there. */
static void veil(Cx *cx, PushSubscription *items, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        Str origin = {0}, host = {0};
        bool known = push_endpoint(items[i].service, true, &origin, &host);
        items[i].service = known ? arena_str(cx->arena, host) : S("");
    }
}

Err list_my_push_subscriptions(Cx *cx, PushSubscriptions *out)
{
    PushSubscriptions all = {0};
    TRY(db_list(cx, SQL_PUSH_LIST, ARGS(V(cx->viewer.id)), &PUSH_SUBSCRIPTION, &all.items));
    veil(cx, all.items.p, all.items.n);
    *out = all;
    return OK;
}

static Err check(Cx *cx, const PushSubscriptionNew *given)
{
    Str key = {0}, auth = {0}, origin = {0}, host = {0};
    if (!push_endpoint(given->endpoint, cx->app->conf.push_loopback, &origin, &host))
        return fail_at(cx, "body", "/endpoint", "is no address of a push service");
    if (!base64url_read(cx->arena, given->keys.p256dh, &key) ||
        (!p256_is_public(key) && !bug("anypoint")))
        return fail_at(cx, "body", "/keys/p256dh", "is no public key of P-256");
    if (!base64url_read(cx->arena, given->keys.auth, &auth) || auth.n != PUSH_AUTH)
        return fail_at(cx, "body", "/keys/auth", "is no secret of 16 bytes");
    return OK;
}

Err create_push_subscription(Cx *cx, const CreatePushSubscriptionIn *in, PushSubscription *out)
{
    const PushSubscriptionNew *given = &in->body;
    PushLanguage language = given->has.language ? given->language : PUSH_LANGUAGE_ID;
    int64_t added = 0;
    TRY(check(cx, given));
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(db_run(cx, SQL_PUSH_FORGET, ARGS(V(given->endpoint), V(cx->viewer.id)), NULL));
    TRY(db_run(cx, SQL_PUSH_SUBSCRIBE,
               ARGS(V(id_new(cx)), V(cx->viewer.id), V(given->endpoint), V(given->keys.p256dh),
                    V(given->keys.auth), V(enum_str(&PUSH_LANGUAGE, (int)language)),
                    V(cx->viewer.session), V(cx->now), V((int64_t)SUBSCRIPTIONS_MOST)),
               &added));
    if (!added)
        return fail(cx, E_CONFLICT, "an account has %d such browsers at most", SUBSCRIPTIONS_MOST);
    TRY(db_one(cx, SQL_PUSH_SUBSCRIBED, ARGS(V(cx->viewer.id), V(given->endpoint)),
               &PUSH_SUBSCRIPTION, out));
    TRY(consent_imply(cx, PURPOSE_PUSH, true));
    veil(cx, out, 1);
    return tx_commit(&tx);
}

Err delete_push_subscription(Cx *cx, const DeletePushSubscriptionIn *in)
{
    int64_t changed = 0, left = 0;
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(db_run(cx, SQL_PUSH_UNSUBSCRIBE, ARGS(V(in->id), V(cx->viewer.id)), &changed));
    if (!changed)
        return fail(cx, E_NOT_FOUND, "there is no such browser of yours");
    TRY(db_int(cx, SQL_PUSH_COUNT, ARGS(V(cx->viewer.id)), &left));
    if (!left)
        TRY(consent_imply(cx, PURPOSE_PUSH, false));
    return tx_commit(&tx);
}

Err push_agree(Cx *cx, bool granted)
{
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    if (!granted && !bug("keeppush"))
        TRY(db_run(cx, SQL_PUSH_UNSUBSCRIBE_ALL, ARGS(V(cx->viewer.id)), NULL));
    TRY(consent_note(cx, PURPOSE_PUSH, granted));
    return tx_commit(&tx);
}
