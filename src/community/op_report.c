/* POST /v1/reports: one account tells of one thing once. */
#include "base/fault.h"
#include "base/id.h"
#include "common/app.h"
#include "common/idempotency.h"
#include "community/comment.h"
#include "db/db.h"

typedef struct Target {
    CommentPlace place;
    CommentRow comment; /* its id is empty: the video itself */
} Target;

static Err find_target(Cx *cx, const ReportNew *given, Target *out)
{
    if (given->has.video_id == given->has.comment_id)
        return fail_at(cx, "body", "", "names either videoId or commentId");
    if (given->has.video_id)
        return comment_place(cx, given->video_id, &out->place);
    TRY(comment_visible(cx, given->comment_id, &out->comment, &out->place));
    if (str_eq(out->comment.account, cx->viewer.id))
        return fail(cx, E_CONFLICT, "this is a comment of yours; you can delete it");
    return OK;
}

static Err read_report(Cx *cx, const Target *t, Report *out)
{
    bool comment = t->comment.id.n;
    return db_one(cx, comment ? SQL_REPORT_OF_COMMENT : SQL_REPORT_OF_VIDEO,
                  ARGS(V(comment ? t->comment.id : t->place.id), V(cx->viewer.id)), &REPORT, out);
}

/* Enough accounts hide a comment; a moderator, who is told so, has the last word. */
static Err count_report(Cx *cx, const CommentRow *comment)
{
    int64_t reports = 0;
    TRY(db_int(cx, SQL_COMMENT_REPORTED, ARGS(V(comment->id)), &reports));
    if (reports < cx->app->conf.report_threshold || comment->state != COMMENT_STATE_SHOWN ||
        bug("nohide"))
        return OK;
    return comment_move(cx, comment, COMMENT_HIDE, HELD_FOR_REPORTS);
}

static Err tell(Cx *cx, const ReportNew *given, const Target *t, Report *out)
{
    Err e = bug("reporttwice") ? E_NOT_FOUND : read_report(cx, t, out);
    cx->status = e ? 201 : 200;
    if (e != E_NOT_FOUND)
        return e;
    TRY(db_run(cx, SQL_REPORT_ADD,
               ARGS(V(id_new(cx)), V(cx->viewer.id), V(t->place.id), val_opt(t->comment.id),
                    val_field(cx, &REPORT_NEW, "reason", given),
                    val_field(cx, &REPORT_NEW, "note", given), V(cx->now)),
               NULL));
    if (t->comment.id.n)
        TRY(count_report(cx, &t->comment));
    return read_report(cx, t, out);
}

Err create_report(Cx *cx, const CreateReportIn *in, Report *out)
{
    Target target = {0};
    bool found = false;
    Str key = in->has.idempotency_key ? in->idempotency_key : (Str){0};
    Idempotency of = idempotency_of(cx, key, "createReport", (Str){0}, &REPORT_NEW, &in->body);
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(idempotency_find(cx, &of, &REPORT, out, &found));
    if (found)
        return tx_commit(&tx);
    TRY(find_target(cx, &in->body, &target));
    TRY(tell(cx, &in->body, &target, out));
    TRY(idempotency_keep(cx, &of, &REPORT, out));
    return tx_commit(&tx);
}
