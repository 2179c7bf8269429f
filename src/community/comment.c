#include "community/comment.h"

#include "base/fault.h"
#include "catalog/video.h"
#include "common/app.h"
#include "common/news.h"
#include "community/comment_text.h"

static const struct {
    CommentState from;
    CommentEvent event;
    CommentState to;
} moves[] = {
#define MOVE(from, event, to) {COMMENT_STATE_##from, COMMENT_##event, COMMENT_STATE_##to},
#include "community/comment_state.def"
#undef MOVE
};

bool comment_next(CommentState from, CommentEvent event, CommentState *to)
{
    for (size_t i = 0; i < COUNT(moves); i++)
        if (moves[i].from == from && moves[i].event == event) {
            *to = moves[i].to;
            return true;
        }
    return false;
}

static Err count(Cx *cx, const CommentRow *row, bool one_more)
{
    TRY(db_run(cx, one_more ? SQL_TALLY_COMMENT : SQL_TALLY_NO_COMMENT, ARGS(V(row->video_id)),
               NULL));
    if (!row->has.parent_id)
        return OK;
    TRY(db_run(cx, SQL_COMMENT_REPLIED, ARGS(V(one_more ? 1 : -1), V(row->parent_id)), NULL));
    return one_more ? news_reply(cx, row->id) : OK;
}

Err comment_count(Cx *cx, const CommentRow *row)
{
    return count(cx, row, true);
}

Err comment_move(Cx *cx, const CommentRow *row, CommentEvent event, HeldFor why)
{
    CommentState to = 0;
    int64_t changed = 0;
    Str was = enum_str(&COMMENT_STATE, (int)row->state);
    if (!comment_next(row->state, event, &to))
        return fail(cx, E_CONFLICT, "a comment that is " STR_FMT " cannot do this", STR_ARG(was));
    bool shown = to == COMMENT_STATE_SHOWN;
    TRY(db_run(cx, SQL_COMMENT_MOVE,
               ARGS(V(enum_str(&COMMENT_STATE, (int)to)),
                    why ? V(enum_str(&HELD_FOR, (int)why)) : val_null(), V(shown), V(cx->now),
                    V(row->id), V(was)),
               &changed));
    if (!changed)
        return fail(cx, E_CONFLICT, "the comment moved meanwhile");
    return shown == (row->state == COMMENT_STATE_SHOWN) ? OK : count(cx, row, shown);
}

bool comment_moderates(const Cx *cx)
{
    return cx->viewer.scopes & SCOPE_COMMENT_MODERATE;
}

static Err place_of(Cx *cx, Str video, bool all, CommentPlace *out)
{
    Err e = db_one(cx, SQL_COMMENT_PLACE, ARGS(V(video), V(all)), &COMMENT_PLACE, out);
    return e == E_NOT_FOUND ? fail(cx, e, "there is no such video") : e;
}

Err comment_place(Cx *cx, Str video, CommentPlace *out)
{
    return place_of(cx, video, video_sees_drafts(cx), out);
}

bool comment_readable(const Cx *cx, const CommentPlace *place)
{
    return place->policy == COMMENT_POLICY_OPEN ||
           (place->policy == COMMENT_POLICY_MEMBERS && cx->viewer.id.n);
}

Err comment_visible(Cx *cx, Str id, CommentRow *out, CommentPlace *place)
{
    CommentRow row = {0};
    Err e = db_one(cx, SQL_COMMENT_BY_ID, ARGS(V(id)), &COMMENT_ROW, &row);
    if (e && e != E_NOT_FOUND)
        return e;
    bool own = cx->viewer.id.n && str_eq(row.account, cx->viewer.id);
    bool seen = row.state == COMMENT_STATE_SHOWN || own || comment_moderates(cx) || bug("showheld");
    if (e || row.state == COMMENT_STATE_DELETED || !seen)
        return fail(cx, E_NOT_FOUND, "there is no such comment");
    TRY(place_of(cx, row.video_id, video_sees_drafts(cx) || comment_moderates(cx), place));
    if (!own && !comment_moderates(cx) && !comment_readable(cx, place))
        return fail(cx, E_NOT_FOUND, "there is no such comment");
    *out = row;
    return OK;
}

static CommentTimeList times_of(Cx *cx, Str text, int64_t duration_ms)
{
    enum { MOST = 20 };
    CommentScan scan = {text, duration_ms, 0};
    CommentPiece piece = {0};
    CommentTimeList list = {0};
    while (list.n < MOST && comment_piece(&scan, &piece)) {
        if (piece.is != PIECE_TIME)
            continue;
        if (!list.p)
            list.p = arena_array(cx->arena, CommentTime, MOST);
        list.p[list.n++] = (CommentTime){.text = piece.text, .position_ms = piece.position_ms};
    }
    return list;
}

Comment comment_told(Cx *cx, const CommentRow *r, const CommentPlace *place)
{
    bool mine = cx->viewer.id.n && str_eq(r->account, cx->viewer.id);
    bool gone = r->state == COMMENT_STATE_DELETED, shown = r->state == COMMENT_STATE_SHOWN;
    bool told = shown || ((mine || comment_moderates(cx)) && !gone);
    int64_t until = r->created_at + cx->app->conf.comment_edit;
    Comment c = {.id = r->id,
                 .video_id = r->video_id,
                 .parent_id = r->parent_id,
                 .state = r->state,
                 .mine = mine && !gone,
                 .replies = r->replies,
                 .created_at = r->created_at,
                 .version = r->version,
                 .has = {.parent_id = r->has.parent_id}};
    if (!told)
        return c;
    c.author = r->author;
    c.text = r->text;
    c.mentions = r->mentions;
    c.times = times_of(cx, r->text, place->has.duration_ms ? place->duration_ms : 0);
    c.edited_at = r->edited_at;
    c.editable_until = until;
    c.has.author = true;
    c.has.edited_at = r->has.edited_at;
    c.has.editable_until = mine && until > cx->now && (shown || r->state == COMMENT_STATE_HELD);
    return c;
}
