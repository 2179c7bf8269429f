/* The operations of community.yaml on comments. The pages call them too, with what a form said. */
#include "base/fault.h"
#include "base/id.h"
#include "catalog/page.h"
#include "catalog/video.h"
#include "common/app.h"
#include "common/audit.h"
#include "common/idempotency.h"
#include "community/comment.h"
#include "community/comment_text.h"
#include "http/answer.h"

enum { MENTIONS_MOST = 5, FULL_WAIT_S = 3600 };

static Err read_page(Cx *cx, const ListCommentsIn *in, CommentRows *rows)
{
    PageStart start = {0};
    TRY(page_start(cx, in->has.cursor ? in->cursor : (Str){0}, &start));
    if (in->has.parent)
        return db_list(
            cx, SQL_COMMENT_REPLIES,
            ARGS(V(in->parent), V(in->id), V(cx->viewer.id), V(start.id), V(in->limit + 1)),
            &COMMENT_ROW, &rows->items);
    return db_list(
        cx, SQL_COMMENT_LIST,
        ARGS(V(in->id), V(cx->viewer.id), V(start.id.n ? start.id : S("~")), V(in->limit + 1)),
        &COMMENT_ROW, &rows->items);
}

Err list_comments(Cx *cx, const ListCommentsIn *in, CommentPage *out)
{
    CommentPlace place = {0};
    CommentRows rows = {0};
    TRY(comment_place(cx, in->id, &place));
    CommentPage page = {.policy = place.policy};
    TRY(read_page(cx, in, &rows));
    if (!comment_readable(cx, &place))
        rows.items.n = 0;
    else
        page.total = place.total;
    size_t n = (int64_t)rows.items.n > in->limit ? (size_t)in->limit : rows.items.n;
    page.items = (CommentList){arena_array(cx->arena, Comment, n), n};
    for (size_t i = 0; i < n; i++)
        page.items.p[i] = comment_told(cx, &rows.items.p[i], &place);
    if (n < rows.items.n) {
        page.next_cursor = page_cursor(cx, 0, rows.items.p[n - 1].id);
        page.has.next_cursor = true;
    }
    *out = page;
    return OK;
}

/* --- what comes in */

static bool is_named(const StrList *names, Str name)
{
    for (size_t i = 0; i < names->n; i++)
        if (str_eq(names->p[i], name))
            return true;
    return false;
}

static Str lower_case(Cx *cx, Str name)
{
    char *to = arena_take(cx->arena, name.n + 1);
    for (size_t i = 0; i < name.n; i++)
        to[i] = name.p[i] >= 'A' && name.p[i] <= 'Z' ? (char)(name.p[i] + 32) : name.p[i];
    return (Str){to, name.n};
}

/* Those that are accounts, of the first few. */
static Err find_mentions(Cx *cx, Str text, StrList *out)
{
    CommentScan scan = {.text = text};
    CommentPiece piece = {0};
    StrList names = {arena_array(cx->arena, Str, MENTIONS_MOST), 0};
    AccountRow account = {0};
    for (size_t looked = 0; looked < MENTIONS_MOST && comment_piece(&scan, &piece);) {
        if (piece.is != PIECE_MENTION)
            continue;
        Str name = lower_case(cx, piece.name);
        looked++;
        if (is_named(&names, name))
            continue;
        Err e = db_one(cx, SQL_ACCOUNT_BY_NAME, ARGS(V(name)), &ACCOUNT_ROW, &account);
        if (e && e != E_NOT_FOUND)
            return e;
        if (!e)
            names.p[names.n++] = name;
    }
    *out = names;
    return OK;
}

static bool is_staff(const Cx *cx)
{
    return comment_moderates(cx) || video_sees_drafts(cx);
}

static bool holds_link(const Cx *cx, Str text)
{
    return cx->app->conf.comment_hold_links && comment_links(text) && !is_staff(cx) &&
           !bug("nohold");
}

/* Whether it waits, and for what; nobody fills the moderators' queue alone. */
static Err judge(Cx *cx, CommentRow *row)
{
    CommentTrust trust = {0};
    TRY(db_one(cx, SQL_COMMENT_TRUST, ARGS(V(cx->viewer.id)), &COMMENT_TRUST, &trust));
    bool first = cx->app->conf.comment_hold_first && !trust.shown && !is_staff(cx);
    row->held_for = holds_link(cx, row->text) ? HELD_FOR_LINK
                    : first && !bug("nohold") ? HELD_FOR_FIRST
                                              : 0;
    row->has.held_for = row->held_for != 0;
    row->state = row->held_for ? COMMENT_STATE_HELD : COMMENT_STATE_SHOWN;
    if (!row->held_for || trust.waiting < cx->app->conf.max_held || bug("anyheld"))
        return OK;
    cx->retry_after_s = FULL_WAIT_S;
    return fail(cx, E_LIMITED, "%lld comments of yours wait for a moderator already",
                (long long)trust.waiting);
}

static Err check_parent(Cx *cx, const CommentRow *row)
{
    CommentRow parent = {0};
    CommentPlace place = {0};
    if (!row->has.parent_id)
        return OK;
    Err e = comment_visible(cx, row->parent_id, &parent, &place);
    if (e && e != E_NOT_FOUND)
        return e;
    if (e || !str_eq(parent.video_id, row->video_id) || parent.state != COMMENT_STATE_SHOWN)
        return fail_at(cx, "body", "/parentId", "is no comment on this video");
    return parent.has.parent_id
               ? fail_at(cx, "body", "/parentId", "is a reply; reply to what it replies to")
               : OK;
}

static Err add(Cx *cx, CommentRow *row, CommentPlace *place)
{
    TRY(comment_place(cx, row->video_id, place));
    if (place->policy == COMMENT_POLICY_OFF && !bug("nopolicy"))
        return fail(cx, E_FORBIDDEN, "this video takes no comments");
    TRY(check_parent(cx, row));
    TRY(judge(cx, row));
    bool shown = row->state == COMMENT_STATE_SHOWN;
#define OF(column) val_field(cx, &COMMENT_ROW, column, row)
    TRY(db_run(cx, SQL_COMMENT_ADD,
               ARGS(V(row->id), V(row->video_id), OF("parent_id"), V(row->account), V(row->text),
                    OF("mentions"), OF("state"), OF("held_for"), shown ? V(cx->now) : val_null(),
                    V(cx->now)),
               NULL));
#undef OF
    return shown ? comment_count(cx, row) : OK;
}

static Err add_once(Cx *cx, const Idempotency *of, CommentRow *row, Comment *out)
{
    CommentPlace place = {0};
    bool found = false;
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(idempotency_find(cx, of, &COMMENT, out, &found));
    if (found)
        return tx_commit(&tx);
    TRY(add(cx, row, &place));
    *out = comment_told(cx, row, &place);
    cx->status = 201;
    TRY(idempotency_keep(cx, of, &COMMENT, out));
    return tx_commit(&tx);
}

Err create_comment(Cx *cx, const CreateCommentIn *in, Comment *out)
{
    bool found = false;
    Str key = in->has.idempotency_key ? in->idempotency_key : (Str){0};
    Idempotency of = idempotency_of(cx, key, "createComment", in->id, &COMMENT_NEW, &in->body);
    CommentRow row = {.id = id_new(cx),
                      .video_id = in->id,
                      .parent_id = in->body.parent_id,
                      .account = cx->viewer.id,
                      .author = cx->viewer.name,
                      .created_at = cx->now,
                      .version = 1,
                      .has = {.parent_id = in->body.has.parent_id}};
    TRY(idempotency_find(cx, &of, &COMMENT, out, &found));
    if (found)
        return OK;
    TRY(comment_clean(cx, "/text", in->body.text, &row.text));
    TRY(find_mentions(cx, row.text, &row.mentions));
    return add_once(cx, &of, &row, out);
}

/* --- one's own */

static bool is_mine(const Cx *cx, const CommentRow *row)
{
    return str_eq(row->account, cx->viewer.id) || bug("anyauthor");
}

/* Why nothing was changed. */
static Err unchanged(Cx *cx, const CommentRow *row, int64_t version)
{
    if (version >= 0 && version != row->version)
        return fail(cx, E_CHANGED, "the comment is at version %lld", (long long)row->version);
    if (row->created_at <= cx->now - cx->app->conf.comment_edit)
        return fail(cx, E_CONFLICT, "it is too late to change this comment");
    return fail(cx, E_CONFLICT, "a comment that is " STR_FMT " cannot be changed",
                STR_ARG(enum_str(&COMMENT_STATE, (int)row->state)));
}

static Err change(Cx *cx, const CommentRow *row, const CommentRow *made, int64_t version)
{
    int64_t changed = 0, since = bug("latechange") ? 0 : cx->now - cx->app->conf.comment_edit;
    TRY(db_run(cx, SQL_COMMENT_CHANGE,
               ARGS(V(made->text), val_field(cx, &COMMENT_ROW, "mentions", made), V(cx->now),
                    V(row->id), V(row->account), V(since), V(version)),
               &changed));
    if (!changed)
        return unchanged(cx, row, version);
    if (!holds_link(cx, made->text))
        return OK;
    return comment_move(cx, row, COMMENT_HOLD, HELD_FOR_LINK);
}

Err update_comment(Cx *cx, const UpdateCommentIn *in, Comment *out)
{
    CommentRow row = {0}, made = {0};
    CommentPlace place = {0};
    int64_t version = -1;
    if (in->has.if_match && !etag_version(in->if_match, &version))
        return fail(cx, E_CHANGED, "this If-Match is no ETag of the comment");
    TRY(comment_clean(cx, "/text", in->body.text, &made.text));
    TRY(find_mentions(cx, made.text, &made.mentions));
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(comment_visible(cx, in->id, &row, &place));
    if (!is_mine(cx, &row))
        return fail(cx, E_FORBIDDEN, "this is somebody else's comment");
    TRY(change(cx, &row, &made, version));
    TRY(comment_visible(cx, in->id, &row, &place));
    *out = comment_told(cx, &row, &place);
    return tx_commit(&tx);
}

Err delete_comment(Cx *cx, const DeleteCommentIn *in)
{
    CommentRow row = {0};
    CommentPlace place = {0};
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(comment_visible(cx, in->id, &row, &place));
    if (!is_mine(cx, &row) && !comment_moderates(cx))
        return fail(cx, E_FORBIDDEN, "this is somebody else's comment");
    TRY(comment_move(cx, &row, COMMENT_DELETE, 0));
    TRY(db_run(cx, SQL_COMMENT_EMPTY, ARGS(V(row.id)), NULL));
    TRY(db_run(cx, SQL_REPORT_CLOSED, ARGS(V(cx->now), V(row.id)), NULL));
    if (!str_eq(row.account, cx->viewer.id))
        TRY(audit_add(cx, "comment.delete", row.id, enum_str(&COMMENT_STATE, (int)row.state),
                      S("deleted")));
    return tx_commit(&tx);
}
