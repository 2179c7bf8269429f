/* The operations of community.yaml for moderators: what they decide is in the audit log. */
#include "catalog/page.h"
#include "common/audit.h"
#include "community/comment.h"
#include "db/db.h"

static Err held_by_id(Cx *cx, Str id, HeldComment *out)
{
    Err e = db_one(cx, SQL_HELD_BY_ID, ARGS(V(id)), &HELD_COMMENT, out);
    return e == E_NOT_FOUND ? fail(cx, e, "there is no such comment") : e;
}

Err list_held_comments(Cx *cx, const ListHeldCommentsIn *in, HeldCommentPage *out)
{
    HeldCommentPage page = {0};
    PageStart start = {0};
    TRY(page_start(cx, in->has.cursor ? in->cursor : (Str){0}, &start));
    TRY(db_list(cx, SQL_HELD_LIST, ARGS(V(start.id), V(in->limit + 1)), &HELD_COMMENT,
                &page.items));
    if ((int64_t)page.items.n > in->limit) {
        page.items.n = (size_t)in->limit;
        page.next_cursor = page_cursor(cx, 0, page.items.p[in->limit - 1].id);
        page.has.next_cursor = true;
    }
    *out = page;
    return OK;
}

static Err decide(Cx *cx, Str id, CommentEvent event, const char *action, HeldComment *out)
{
    CommentRow row = {0};
    CommentPlace place = {0};
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(comment_visible(cx, id, &row, &place));
    TRY(comment_move(cx, &row, event, 0));
    TRY(db_run(cx, SQL_COMMENT_LOOKED, ARGS(V(id)), NULL));
    TRY(db_run(cx, SQL_REPORT_CLOSED, ARGS(V(cx->now), V(id)), NULL));
    TRY(held_by_id(cx, id, out));
    TRY(audit_add(cx, action, id, enum_str(&COMMENT_STATE, (int)row.state),
                  enum_str(&COMMENT_STATE, (int)out->state)));
    return tx_commit(&tx);
}

Err approve_comment(Cx *cx, const ApproveCommentIn *in, HeldComment *out)
{
    return decide(cx, in->id, COMMENT_APPROVE, "comment.approve", out);
}

Err reject_comment(Cx *cx, const RejectCommentIn *in, HeldComment *out)
{
    return decide(cx, in->id, COMMENT_REJECT, "comment.reject", out);
}

Err list_reports(Cx *cx, const ListReportsIn *in, ReportPage *out)
{
    ReportPage page = {0};
    PageStart start = {0};
    TRY(page_start(cx, in->has.cursor ? in->cursor : (Str){0}, &start));
    TRY(db_list(cx, SQL_REPORT_LIST, ARGS(V(start.id), V(in->limit + 1)), &REPORT, &page.items));
    if ((int64_t)page.items.n > in->limit) {
        page.items.n = (size_t)in->limit;
        page.next_cursor = page_cursor(cx, 0, page.items.p[in->limit - 1].id);
        page.has.next_cursor = true;
    }
    *out = page;
    return OK;
}

Err close_report(Cx *cx, const CloseReportIn *in)
{
    int64_t changed = 0;
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(db_run(cx, SQL_REPORT_CLOSE, ARGS(V(cx->now), V(in->id)), &changed));
    if (!changed)
        return fail(cx, E_NOT_FOUND, "there is no such report, or it is closed");
    TRY(audit_add(cx, "report.close", in->id, (Str){0}, (Str){0}));
    return tx_commit(&tx);
}
