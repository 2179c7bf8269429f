/* The operations of ops.yaml that evaluate flags for remote clients. */
#include "base/fault.h"
#include "base/hash.h"
#include "common/flag_rules.h"
#include "db/db.h"
#include "http/answer.h"
#include "http/res.h"
#include "ops/ofrep.h"

enum { ANSWER_ROOM = 1 << 18 };

static void begin(Cx *cx, Res *res)
{
    res->body.max = ANSWER_ROOM;
    res->media_type = S("application/json");
    res_header(cx, res, "Cache-Control", "private, no-cache");
}

static void give_failure(Cx *cx, Res *res, int status, Str key, OfrepError code)
{
    res->status = status;
    ofrep_put_failure(&res->body, key, code, str_of(cx->said));
}

/* Tiers are told by the account; what the context says counts only for who has none. */
static Err know(Cx *cx, const OfrepContext *given, FlagWho *who, OfrepError *bad)
{
    AccountRow row = {0};
    *who = (FlagWho){.account = given->targeting_key};
    if (str_eq(given->targeting_key, cx->viewer.id)) {
        *who = flag_viewer(cx);
        return OK;
    }
    if (!(cx->viewer.scopes & SCOPE_FLAG_READ) && !bug("flag-of-others"))
        return fail(cx, E_FORBIDDEN,
                    "targetingKey must be your own id, unless you have the scope "
                    "flag:read");
    Err e = db_one(cx, SQL_ACCOUNT_BY_ID, ARGS(V(given->targeting_key)), &ACCOUNT_ROW, &row);
    if (e && e != E_NOT_FOUND)
        return e;
    Str tier = e ? given->tier : row.role;
    who->tier = tier.p ? (FlagTier)enum_of(&FLAG_TIER, tier) : 0;
    if (tier.p && !who->tier) {
        (void)!fail(cx, E_INVALID, "context.tier is none of the tiers");
        *bad = OFREP_ERROR_INVALID_CONTEXT;
    }
    return OK;
}

static Err read(Cx *cx, const Req *req, FlagWho *who, OfrepError *bad)
{
    OfrepContext given = {0};
    *bad = ofrep_read(cx, req->body, &given);
    return *bad ? OK : know(cx, &given, who, bad);
}

Err evaluate_flag(Cx *cx, Req *req, Res *res)
{
    Str key = req->params[0];
    const FlagSpec *spec = flag_spec(key);
    FlagWho who = {0};
    FlagAnswer answer = {0};
    OfrepError bad = 0;
    TRY(read(cx, req, &who, &bad));
    begin(cx, res);
    if (bad) {
        give_failure(cx, res, 400, key, bad);
    } else if (!spec) {
        (void)!fail(cx, E_NOT_FOUND, "there is no such flag");
        give_failure(cx, res, 404, key, OFREP_ERROR_FLAG_NOT_FOUND);
    } else {
        TRY(flag_answer(cx, spec, &who, &answer));
        ofrep_put_value(&res->body, spec, &answer);
    }
    return OK;
}

static Err put_all(Cx *cx, const FlagWho *who, Buf *b)
{
    buf_put(b, "{\"flags\":[", 10);
    for (size_t i = 0; i < FLAG_SPEC_COUNT; i++) {
        FlagAnswer answer = {0};
        TRY(flag_answer(cx, &FLAG_SPECS[i], who, &answer));
        if (i)
            buf_byte(b, ',');
        ofrep_put_value(b, &FLAG_SPECS[i], &answer);
    }
    buf_put(b, "]}", 2);
    return OK;
}

Err evaluate_flags(Cx *cx, Req *req, Res *res)
{
    FlagWho who = {0};
    OfrepError bad = 0;
    TRY(read(cx, req, &who, &bad));
    begin(cx, res);
    if (bad) {
        give_failure(cx, res, 400, (Str){0}, bad);
        return OK;
    }
    TRY(put_all(cx, &who, &res->body));
    Str etag = arena_fmt(cx->arena, "\"%016llx\"",
                         (unsigned long long)hash64((Str){res->body.p, res->body.n}, 0));
    res_header(cx, res, "ETag", STR_FMT, STR_ARG(etag));
    if (etag_listed(req_header(req, "If-None-Match"), etag)) {
        res->body.n = 0;
        res->status = 304;
    }
    return OK;
}
