#include "page/follow.h"

#include "db/db.h"

Err follow_gather(Cx *cx, const Video *video, Following *out)
{
    int64_t there = 0;
    if (!video->has.show)
        return OK;
    if (cx->viewer.id.n)
        TRY(db_int(cx, SQL_FOLLOW_OF, ARGS(V(cx->viewer.id), V(video->show.slug)), &there));
    *out = (Following){.video = video->slug,
                       .show = video->show.slug,
                       .title = video->show.title,
                       .followed = there > 0};
    return OK;
}

void follow_write(Page *p, const Following *f)
{
    Buf *b = p->b;
    if (f->show.n && !p->cx->viewer.id.n) {
        HTML(b, "<p><a class=\"button second\"");
        html_link(b, "href", page_sign_in(p));
        HTML(b, ">");
        page_fill(p, TEXT_FOLLOW, f->title);
        HTML(b, "</a></p>\n");
    }
    if (!f->show.n || !(p->cx->viewer.scopes & SCOPE_ME_WRITE))
        return;
    HTML(b, "<form method=\"post\"");
    html_link(b, "action",
              arena_fmt(p->cx->arena, "/watch/" STR_FMT "/comments", STR_ARG(f->video)));
    HTML(b, "><button class=\"button second\" name=\"do\"");
    html_attr(b, "value", f->followed ? S("unfollow") : S("follow"));
    html_attr(b, "aria-pressed", f->followed ? S("true") : S("false"));
    HTML(b, ">");
    page_fill(p, f->followed ? TEXT_FOLLOWED : TEXT_FOLLOW, f->title);
    HTML(b, "</button></form>\n");
}

Err follow_change(Cx *cx, const Video *video, bool yes)
{
    if (!video->has.show || !(cx->viewer.scopes & SCOPE_ME_WRITE))
        return fail(cx, E_FORBIDDEN, "there is no show that this account may follow");
    return yes ? follow_show(cx, &(FollowShowIn){.slug = video->show.slug})
               : unfollow_show(cx, &(UnfollowShowIn){.slug = video->show.slug});
}
