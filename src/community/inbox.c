#include "community/inbox.h"

#include "base/fault.h"
#include "catalog/picture.h"
#include "common/app.h"
#include "db/db.h"

enum { STEP_FOLLOWERS = 100, SWEEP_ROWS = 500, SWEEP_UNITS = 100 };

/* --- telling */

static Err tell_followers(Cx *cx, const NewsRow *news)
{
    Str to = {0};
    int64_t moved = 0;
    TRY(db_text(cx, SQL_NEWS_STEP, ARGS(V(news->show), V(news->reached), V(STEP_FOLLOWERS)), &to));
    if (to.n) {
        TRY(db_run(cx, SQL_NEWS_TO_INBOXES,
                   ARGS(V(cx->now), V(news->show), V(news->id), V(news->reached), V(to)), NULL));
        TRY(db_run(cx, SQL_NEWS_TO_BROWSERS,
                   ARGS(V(cx->now), V(news->show), V(news->id), V(news->reached), V(to)), NULL));
    }
    TRY(db_run(cx, SQL_NEWS_REACHED,
               ARGS(V(to.n ? to : news->reached), V(to.n > 0 && !bug("onestep")), V(news->id),
                    V(news->reached)),
               &moved));
    return moved ? OK : fail(cx, E_CONFLICT, "another process tells it");
}

static Err tell_one(Cx *cx, const CommentRow *reply, Str account)
{
    if (str_eq(account, reply->account) && !bug("ownreply"))
        return OK;
    TRY(db_run(cx, SQL_REPLY_TO_INBOX, ARGS(V(reply->id), V(cx->now), V(account)), NULL));
    return db_run(cx, SQL_REPLY_TO_BROWSERS, ARGS(V(reply->id), V(cx->now), V(account)), NULL);
}

/* Replies have no replies of their own: who answers one of them names its author. Only who takes
 * part in the thread is told so, or naming would reach anybody. */
static Err tell_named(Cx *cx, const CommentRow *reply)
{
    for (size_t i = 0; i < reply->mentions.n; i++) {
        AccountRow account = {0};
        int64_t takes_part = 0;
        Err e =
            db_one(cx, SQL_ACCOUNT_BY_NAME, ARGS(V(reply->mentions.p[i])), &ACCOUNT_ROW, &account);
        if (e == E_NOT_FOUND)
            continue;
        TRY(e);
        TRY(db_int(cx, SQL_REPLY_TAKES_PART, ARGS(V(reply->parent_id), V(account.id)),
                   &takes_part));
        if (takes_part || bug("anynamed"))
            TRY(tell_one(cx, reply, account.id));
    }
    return OK;
}

/* One that went before anybody was told is news again when it comes back. */
static Err tell_reply(Cx *cx, const NewsRow *news)
{
    CommentRow reply = {0}, parent = {0};
    TRY(db_one(cx, SQL_COMMENT_BY_ID, ARGS(V(news->id)), &COMMENT_ROW, &reply));
    TRY(db_one(cx, SQL_COMMENT_BY_ID, ARGS(V(reply.parent_id)), &COMMENT_ROW, &parent));
    if (reply.state != COMMENT_STATE_SHOWN)
        return db_run(cx, SQL_NEWS_DROP, ARGS(V(news->id)), NULL);
    if (parent.state == COMMENT_STATE_SHOWN)
        TRY(tell_one(cx, &reply, parent.account));
    TRY(tell_named(cx, &reply));
    return db_run(cx, SQL_NEWS_REACHED, ARGS(V(news->reached), V(0), V(news->id), V(news->reached)),
                  NULL);
}

Err inbox_tell(Cx *cx)
{
    NewsRow news = {0};
    Err e = db_one(cx, SQL_NEWS_NEXT, NO_ARGS, &NEWS_ROW, &news);
    if (e)
        return e == E_NOT_FOUND ? fail(cx, e, "nothing is to be told") : e;
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    crash_step("news: in its unit");
    e = news.kind == NOTIFICATION_KIND_REPLY ? tell_reply(cx, &news) : tell_followers(cx, &news);
    if (e)
        return e;
    crash_step("news: before commit");
    TRY(tx_commit(&tx));
    TRY(db_settle(cx));
    crash_step("news: told");
    return OK;
}

/* --- reading */

Err inbox_unread(Cx *cx, int64_t *n)
{
    return db_int(cx, SQL_INBOX_UNREAD, ARGS(V(cx->viewer.id), V(bug("showgone"))), n);
}

Err inbox_news(Cx *cx, Str news, Notification *out)
{
    Err e = db_one(cx, SQL_INBOX_NEWS, ARGS(V(news), V(bug("showgone"))), &NOTIFICATION, out);
    if (!e)
        inbox_address(cx, out, 1);
    return e == E_NOT_FOUND ? fail(cx, e, "this is not to be seen") : e;
}

void inbox_address(Cx *cx, Notification *items, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        Notification *one = &items[i];
        Str path = arena_fmt(cx->arena, "/watch/" STR_FMT, STR_ARG(one->video_slug));
        if (one->kind == NOTIFICATION_KIND_REPLY)
            path = arena_fmt(cx->arena, STR_FMT "?thread=" STR_FMT "#c-" STR_FMT, STR_ARG(path),
                             STR_ARG(one->parent_id), STR_ARG(one->comment_id));
        one->url = app_url(cx, path);
        if (one->has.thumbnail_url)
            one->thumbnail_url = picture_url(cx, one->thumbnail_url, S("image/jpeg"));
    }
}

/* --- forgetting */

static Err sweep_some(Cx *cx, int64_t since, Str show)
{
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(db_run(cx, SQL_INBOX_SWEEP, ARGS(V(since), V(SWEEP_ROWS)), NULL));
    TRY(db_run(cx, SQL_NEWS_SWEEP, ARGS(V(since), V(SWEEP_ROWS)), NULL));
    TRY(db_run(cx, SQL_FOLLOW_FORGET, ARGS(V(show), V(SWEEP_ROWS)), NULL));
    TRY(tx_commit(&tx));
    return db_settle(cx);
}

Err inbox_sweep(Cx *cx)
{
    int64_t old = 0, keep = cx->app->conf.notification_keep, since = keep ? cx->now - keep : 0;
    for (int units = 0; units < SWEEP_UNITS && !cx->app->stopping; units++) {
        Str show = {0};
        Err e = db_text(cx, SQL_FOLLOW_LOST, NO_ARGS, &show);
        if (e && e != E_NOT_FOUND)
            return e;
        TRY(db_int(cx, SQL_INBOX_OLD, ARGS(V(since)), &old));
        if ((!old && !show.n) || bug("keepnotices"))
            break;
        TRY(sweep_some(cx, since, show));
    }
    return OK;
}
