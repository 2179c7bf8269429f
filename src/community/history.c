#include "community/history.h"

#include "base/fault.h"
#include "common/app.h"
#include "db/db.h"

enum { SEEN_PERCENT = 95, UNTIE_MS = 86400000 };

Err history_note(Cx *cx, Str playback, int64_t position_ms)
{
    if (!cx->app->conf.profiles && !bug("profiled"))
        return OK;
    return db_run(cx, SQL_HISTORY_NOTE, ARGS(V(position_ms), V(cx->now), V(playback)), NULL);
}

Err history_resume(Cx *cx, Str video, int64_t duration_ms, int64_t *position_ms)
{
    *position_ms = 0;
    if (!cx->viewer.id.n || !cx->app->conf.profiles)
        return OK;
    Err e = db_int(cx, SQL_HISTORY_POSITION, ARGS(V(cx->viewer.id), V(video)), position_ms);
    if (e && e != E_NOT_FOUND)
        return e;
    if (duration_ms && *position_ms * 100 >= duration_ms * SEEN_PERCENT)
        *position_ms = 0;
    return OK;
}

Err history_untie(Cx *cx)
{
    int64_t n = 0, since = cx->now - UNTIE_MS, everybody = cx->app->conf.profiles ? 0 : 1;
    TRY(db_int(cx, SQL_HISTORY_TIED, ARGS(V(since), V(everybody)), &n));
    if (!n || bug("keeptied"))
        return OK;
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(db_run(cx, SQL_HISTORY_UNTIE, ARGS(V(since), V(everybody)), NULL));
    TRY(tx_commit(&tx));
    return db_settle(cx);
}

Err history_sweep(Cx *cx)
{
    int64_t n = 0, since = cx->now - cx->app->conf.history_keep;
    if (!cx->app->conf.history_keep)
        return OK;
    TRY(db_int(cx, SQL_HISTORY_OLD, ARGS(V(since)), &n));
    if (!n || bug("keephistory"))
        return OK;
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(db_run(cx, SQL_HISTORY_SWEEP, ARGS(V(since)), NULL));
    TRY(tx_commit(&tx));
    return db_settle(cx);
}
