#include "common/news.h"

#include "base/fault.h"
#include "base/id.h"
#include "common/app.h"
#include "db/db.h"

enum { NEW_MS = 7 * 86400000 };

Err news_video(Cx *cx, Str video)
{
    Str id = bug("newstwice") ? id_new(cx) : video;
    return db_run(cx, SQL_NEWS_VIDEO, ARGS(V(id), V(cx->now), V(video), V(cx->now - NEW_MS)), NULL);
}

Err news_reply(Cx *cx, Str reply)
{
    int64_t keep = cx->app->conf.notification_keep, since = keep ? cx->now - keep : 0;
    return db_run(cx, SQL_NEWS_REPLY, ARGS(V(cx->now), V(reply), V(since)), NULL);
}
