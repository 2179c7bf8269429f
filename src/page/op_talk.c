/* The forms under a video, without JavaScript: each does what the operation of its name does. */
#include "base/id.h"
#include "catalog/video.h"
#include "contract.h"
#include "http/res.h"
#include "page/follow.h"
#include "page/talk.h"

static Err say(Cx *cx, const Req *req, Str video, Str about, Str *mark)
{
    Comment made = {0};
    TRY(create_comment(cx,
                       &(CreateCommentIn){.id = video,
                                          .body = {.text = req_form(cx, req, "text"),
                                                   .parent_id = about,
                                                   .has = {.parent_id = about.n > 0}}},
                       &made));
    *mark = arena_fmt(cx->arena, "c-" STR_FMT, STR_ARG(made.id));
    return OK;
}

static Err change(Cx *cx, const Req *req, Str about, Str *mark)
{
    Comment made = {0};
    TRY(update_comment(
        cx, &(UpdateCommentIn){.id = about, .body = {.text = req_form(cx, req, "text")}}, &made));
    *mark = arena_fmt(cx->arena, "c-" STR_FMT, STR_ARG(made.id));
    return OK;
}

static Err report(Cx *cx, const Req *req, Str video, Str about)
{
    Report made = {0};
    int reason = enum_of(&REPORT_REASON, req_form(cx, req, "reason"));
    if (!reason)
        return fail(cx, E_INVALID, "a report has one of the reasons that the form offers");
    return create_report(
        cx,
        &(CreateReportIn){.body = {.video_id = video,
                                   .comment_id = about,
                                   .reason = (ReportReason)reason,
                                   .has = {.video_id = !about.n, .comment_id = about.n > 0}}},
        &made);
}

static Err act(Cx *cx, const Req *req, const Video *at, Str *mark)
{
    Str video = at->id;
    Str wish = req_form(cx, req, "do"), about = req_form(cx, req, "id");
    Likes likes = {0};
    if (about.n && !id_valid(about))
        return fail(cx, E_NOT_FOUND, "there is no such comment");
    if (str_eq(wish, S("like")))
        return like_video(cx, &(LikeVideoIn){.id = video}, &likes);
    if (str_eq(wish, S("unlike")))
        return unlike_video(cx, &(UnlikeVideoIn){.id = video}, &likes);
    if (str_eq(wish, S("follow")) || str_eq(wish, S("unfollow")))
        return follow_change(cx, at, str_eq(wish, S("follow")));
    if (str_eq(wish, S("say")))
        return say(cx, req, video, about, mark);
    if (str_eq(wish, S("change")))
        return change(cx, req, about, mark);
    if (str_eq(wish, S("delete")))
        return delete_comment(cx, &(DeleteCommentIn){.id = about});
    if (str_eq(wish, S("report")))
        return report(cx, req, video, about);
    return fail(cx, E_INVALID, "the forms of this page say what they do");
}

Err change_talk_page(Cx *cx, Req *req, Res *res)
{
    Video video = {0};
    Str mark = S("comments"), thread = req_form(cx, req, "thread");
    TRY(get_video_by_slug(cx, &(GetVideoBySlugIn){.slug = req->params[0]}, &video));
    if (!cx->viewer.id.n && req_form(cx, req, "text").n) /* which the answer gives back */
        return fail(cx, E_SIGN_IN, "sign in first, then send it again");
    if (!cx->viewer.id.n) /* the session ended since the page was loaded */
        return page_go(
            cx, res, arena_fmt(cx->arena, "/auth/login?next=/watch/" STR_FMT, STR_ARG(video.slug)));
    if (!(cx->viewer.scopes & SCOPE_COMMUNITY_WRITE))
        return fail(cx, E_FORBIDDEN, "this account may not take part");
    TRY(act(cx, req, &video, &mark));
    if (str_eq(req_form(cx, req, "do"), S("say"))) /* a reply is shown in its thread */
        thread = req_form(cx, req, "id");
    Str where =
        id_valid(thread) ? arena_fmt(cx->arena, "?thread=" STR_FMT, STR_ARG(thread)) : (Str){0};
    return page_go(cx, res,
                   arena_fmt(cx->arena, "/watch/" STR_FMT STR_FMT "#" STR_FMT, STR_ARG(video.slug),
                             STR_ARG(where), STR_ARG(mark)));
}
