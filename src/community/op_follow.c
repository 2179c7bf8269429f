/* Shows that one follows: one is told of what is new in them. */
#include "catalog/page.h"
#include "contract.h"
#include "db/db.h"

enum { FOLLOWS_MOST = 1000 };

static Err show_of(Cx *cx, Str slug, Str *id)
{
    Err e = db_text(cx, SQL_SHOW_ID, ARGS(V(slug)), id);
    return e == E_NOT_FOUND ? fail(cx, e, "there is no such show") : e;
}

Err follow_show(Cx *cx, const FollowShowIn *in)
{
    Str show = {0};
    int64_t added = 0, there = 0;
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(show_of(cx, in->slug, &show));
    TRY(db_run(cx, SQL_FOLLOW_ADD,
               ARGS(V(cx->viewer.id), V(show), V(cx->now), V((int64_t)FOLLOWS_MOST)), &added));
    if (!added)
        TRY(db_int(cx, SQL_FOLLOW_THERE, ARGS(V(cx->viewer.id), V(show)), &there));
    if (!added && !there)
        return fail(cx, E_CONFLICT, "an account follows %d shows at most", FOLLOWS_MOST);
    return tx_commit(&tx);
}

Err unfollow_show(Cx *cx, const UnfollowShowIn *in)
{
    Str show = {0};
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(show_of(cx, in->slug, &show));
    TRY(db_run(cx, SQL_FOLLOW_DROP, ARGS(V(cx->viewer.id), V(show)), NULL));
    return tx_commit(&tx);
}

Err list_my_follows(Cx *cx, const ListMyFollowsIn *in, FollowPage *out)
{
    FollowPage page = {0};
    PageStart start = {0};
    TRY(page_start(cx, in->has.cursor ? in->cursor : (Str){0}, &start));
    TRY(db_list(cx, SQL_FOLLOW_LIST,
                ARGS(V(cx->viewer.id), V(start.at), V(start.id), V(in->limit + 1)), &FOLLOW,
                &page.items));
    if ((int64_t)page.items.n > in->limit) {
        const Follow *last = &page.items.p[in->limit - 1];
        Str id = {0};
        page.items.n = (size_t)in->limit;
        TRY(show_of(cx, last->slug, &id));
        page.next_cursor = page_cursor(cx, last->followed_at, id);
        page.has.next_cursor = true;
    }
    *out = page;
    return OK;
}
