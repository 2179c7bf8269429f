/* What one was told of, and what one wants to be told of. */
#include "catalog/page.h"
#include "common/app.h"
#include "base/fault.h"
#include "community/inbox.h"
#include "db/db.h"

Err list_my_notifications(Cx *cx, const ListMyNotificationsIn *in, NotificationPage *out)
{
    NotificationPage page = {0};
    PageStart start = {0};
    TRY(page_start(cx, in->has.cursor ? in->cursor : (Str){0}, &start));
    TRY(db_list(
        cx, SQL_INBOX_LIST,
        ARGS(V(cx->viewer.id), V(bug("showgone")), V(start.at), V(start.id), V(in->limit + 1)),
        &NOTIFICATION, &page.items));
    if ((int64_t)page.items.n > in->limit) {
        const Notification *last = &page.items.p[in->limit - 1];
        page.items.n = (size_t)in->limit;
        page.next_cursor = page_cursor(cx, last->created_at, last->id);
        page.has.next_cursor = true;
    }
    inbox_address(cx, page.items.p, page.items.n);
    TRY(inbox_unread(cx, &page.unread));
    *out = page;
    return OK;
}

Err read_my_notifications(Cx *cx)
{
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(db_run(cx, SQL_INBOX_READ_ALL, ARGS(V(cx->viewer.id)), NULL));
    return tx_commit(&tx);
}

Err read_my_notification(Cx *cx, const ReadMyNotificationIn *in)
{
    int64_t there = 0;
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(db_run(cx, SQL_INBOX_READ, ARGS(V(cx->now), V(cx->viewer.id), V(in->id)), &there));
    if (!there)
        return fail(cx, E_NOT_FOUND, "you were told of no such thing");
    return tx_commit(&tx);
}

Err get_my_notification_settings(Cx *cx, NotificationSettings *out)
{
    Err e = db_one(cx, SQL_INBOX_SETTINGS, ARGS(V(cx->viewer.id)), &NOTIFICATION_SETTINGS, out);
    if (e == E_NOT_FOUND) {
        *out = (NotificationSettings){true, true, true, true};
        return OK;
    }
    return e;
}

Err set_my_notification_settings(Cx *cx, const SetMyNotificationSettingsIn *in,
                                 NotificationSettings *out)
{
    const NotificationWish *w = &in->body;
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(db_run(cx, SQL_INBOX_SET,
               ARGS(V(cx->viewer.id), V(w->episodes), V(w->replies), V(w->push_episodes),
                    V(w->push_replies)),
               NULL));
    *out = (NotificationSettings){.episodes = w->episodes,
                                  .replies = w->replies,
                                  .push_episodes = w->push_episodes,
                                  .push_replies = w->push_replies};
    return tx_commit(&tx);
}
