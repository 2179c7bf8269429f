#include "catalog/trend.h"

#include "base/fault.h"
#include "db/db.h"

#include <math.h>

enum { DAY_MS = 86400000, LEAST_DAYS = 2 };
static const double UNIT = 1 << 30; /* of a score: parts of a day */

static double days(int64_t at, int weight)
{
    return (double)at / DAY_MS + log2(weight);
}

int64_t trend_with(int64_t score, int weight, int64_t at)
{
    double was = (double)score / UNIT, more = days(at, weight);
    double most = was > more ? was : more, least = was > more ? more : was;
    return score ? (int64_t)((most + log2(1 + exp2(least - most))) * UNIT) : (int64_t)(more * UNIT);
}

int64_t trend_without(int64_t score, int weight, int64_t at)
{
    double was = (double)score / UNIT, rest = 1 - exp2(days(at, weight) - was);
    double now = rest > 1 / UNIT ? was + log2(rest) : 0;
    return now > 0 ? (int64_t)(now * UNIT) : 0;
}

int64_t trend_least(int64_t now)
{
    return trend_with(0, TREND_PLAY, now - (int64_t)LEAST_DAYS * DAY_MS);
}

static Err put(Cx *cx, Str video, int64_t score)
{
    return db_run(cx, SQL_TREND_PUT, ARGS(V(score), V(video)), NULL);
}

Err trend_add(Cx *cx, Str video, int weight)
{
    int64_t score = 0;
    Err e = db_int(cx, SQL_TREND_OF, ARGS(V(video)), &score);
    if (e && e != E_NOT_FOUND)
        return e;
    return put(cx, video, trend_with(score, weight, cx->now));
}

Err trend_take(Cx *cx, Str video, int weight, int64_t then)
{
    int64_t score = 0;
    Err e = db_int(cx, SQL_TREND_OF, ARGS(V(video)), &score);
    if (e)
        return e == E_NOT_FOUND ? OK : e;
    return put(cx, video, trend_without(score, weight, then));
}

Err trend_play(Cx *cx, Str video, Str visitor)
{
    int64_t score = 0, since = bug("playtwice") ? cx->now : cx->now - DAY_MS;
    Err e = db_int(cx, SQL_TREND_TO_PLAY, ARGS(V(video), V(cx->viewer.id), V(since), V(visitor)),
                   &score);
    if (e)
        return e == E_NOT_FOUND ? OK : e;
    return put(cx, video, trend_with(score, TREND_PLAY, cx->now));
}
