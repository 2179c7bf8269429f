#include "identity/age.h"

#include "base/fault.h"
#include "common/app.h"
#include "db/db.h"
#include "http/syntax.h"

enum { AGE_MAX = 120, AGE_LIFE_S = 30 * 86400 };

static const int64_t years_of[] = {[CONTENT_RATING_SU] = 0,
                                   [CONTENT_RATING_13] = 13,
                                   [CONTENT_RATING_17] = 17,
                                   [CONTENT_RATING_21] = 21};

static const char *cookie_name(const App *app)
{
    return app->https ? "__Host-hub-age" : "hub-age";
}

int64_t age_read(Str text)
{
    int64_t years = 0;
    return text_number(text, &years) && years <= AGE_MAX ? years : -1;
}

void age_identify(Cx *cx, const Req *req)
{
    Str cookie = req_cookie(req, cookie_name(cx->app));
    int64_t years = age_read(cookie);
    cx->age = years > 0 ? years : 0;
}

int64_t age_asked(const Cx *cx, ContentRating rating)
{
    int64_t from = cx->app->conf.age_gate, years = years_of[rating];
    return from && years >= from && !bug("anyage") ? years : 0;
}

Err age_is_met(Cx *cx, ContentRating rating, int64_t said, bool *met)
{
    int64_t asked = age_asked(cx, rating), kept = 0;
    bool good = !asked || cx->age >= asked || said >= asked;
    if (!good && cx->viewer.id.n)
        TRY(db_int(cx, SQL_AGE_OF, ARGS(V(cx->viewer.id)), &kept));
    *met = good || kept >= asked;
    return OK;
}

Err age_check(Cx *cx, ContentRating rating, int64_t said)
{
    bool met = false;
    TRY(age_is_met(cx, rating, said, &met));
    if (met)
        return OK;
    return fail(cx, E_AGE, "this is for viewers of %lld years or more",
                (long long)years_of[rating]);
}

static Err keep(Cx *cx, int64_t years)
{
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(db_run(cx, SQL_AGE_SET, ARGS(V(years), V(cx->viewer.id)), NULL));
    return tx_commit(&tx);
}

Err age_say(Cx *cx, Res *res, int64_t years)
{
    const App *app = cx->app;
    if (cx->viewer.id.n)
        TRY(keep(cx, years));
    if (res && (!cx->viewer.id.n || cx->age))
        res_header(cx, res, "Set-Cookie", "%s=%lld; Path=/; Max-Age=%d; HttpOnly; SameSite=Lax%s",
                   cookie_name(app), (long long)years, cx->viewer.id.n || !years ? 0 : AGE_LIFE_S,
                   app->https ? "; Secure" : "");
    return OK;
}
