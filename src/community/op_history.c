/* What one watched: listed, forgotten, or not kept at all. */
#include "catalog/page.h"
#include "catalog/picture.h"
#include "catalog/video.h"
#include "common/app.h"
#include "contract.h"
#include "db/db.h"
#include "identity/consent.h"

Err list_my_history(Cx *cx, const ListMyHistoryIn *in, HistoryPage *out)
{
    HistoryPage page = {0};
    PageStart start = {0};
    TRY(page_start(cx, in->has.cursor ? in->cursor : (Str){0}, &start));
    if (!start.id.n)
        start = (PageStart){INT64_MAX, S("")};
    TRY(db_list(cx, SQL_HISTORY_LIST,
                ARGS(V(cx->viewer.id), V(video_sees_drafts(cx)), V(start.at), V(start.id),
                     V(in->limit + 1)),
                &HISTORY_ITEM, &page.items));
    if ((int64_t)page.items.n > in->limit) {
        const HistoryItem *last = &page.items.p[in->limit - 1];
        page.items.n = (size_t)in->limit;
        page.next_cursor = page_cursor(cx, last->watched_at, last->id);
        page.has.next_cursor = true;
    }
    for (size_t i = 0; i < page.items.n; i++)
        if (page.items.p[i].has.thumbnail_url)
            page.items.p[i].thumbnail_url =
                picture_url(cx, page.items.p[i].thumbnail_url, S("image/jpeg"));
    *out = page;
    return OK;
}

static Err drop(Cx *cx, Sql which, const Val *args, size_t n)
{
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(db_run(cx, which, args, n, NULL));
    return tx_commit(&tx);
}

Err clear_my_history(Cx *cx)
{
    return drop(cx, SQL_HISTORY_DROP_ALL, ARGS(V(cx->viewer.id)));
}

Err forget_my_history(Cx *cx, const ForgetMyHistoryIn *in)
{
    return drop(cx, SQL_HISTORY_DROP, ARGS(V(cx->viewer.id), V(in->id)));
}

/* Off forgets what there is, too: that is what people mean by it. */
Err set_my_history(Cx *cx, const SetMyHistoryIn *in, HistorySettings *out)
{
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(db_run(cx, SQL_HISTORY_KEEP, ARGS(V(in->body.keep), V(cx->viewer.id)), NULL));
    if (!in->body.keep)
        TRY(db_run(cx, SQL_HISTORY_DROP_ALL, ARGS(V(cx->viewer.id)), NULL));
    TRY(consent_note(cx, PURPOSE_HISTORY, in->body.keep));
    *out = (HistorySettings){.keep = in->body.keep && cx->app->conf.profiles};
    return tx_commit(&tx);
}

Err get_my_history_settings(Cx *cx, HistorySettings *out)
{
    int64_t keep = 0;
    TRY(db_int(cx, SQL_HISTORY_KEPT, ARGS(V(cx->viewer.id)), &keep));
    *out = (HistorySettings){.keep = keep && cx->app->conf.profiles};
    return OK;
}
