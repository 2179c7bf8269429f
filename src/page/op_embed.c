/* /embed/{slug}: the screen of a video alone, for a frame in a page of another site. */
#include "common/app.h"
#include "page/embed.h"
#include "page/screen.h"

/* Above the picture until it plays: what it is, and the way to its own page. */
static void put_title(Page *p, const Video *v)
{
    Buf *b = p->b;
    HTML(b, "<p class=\"out\"><a");
    html_link(b, "href", arena_fmt(p->cx->arena, "/watch/" STR_FMT, STR_ARG(v->slug)));
    HTML(b, ">");
    html_text(b, v->title);
    HTML(b, " <small>");
    page_fill(p, TEXT_WATCH_AT, p->cx->app->conf.brand_name);
    HTML(b, "</small></a></p>\n");
}

Err embed_page(Cx *cx, Req *req, Res *res)
{
    Screen s = {0};
    if (!embed_allowed(cx->app))
        return fail(cx, E_NOT_FOUND, "videos of this hub are shown on its own pages only");
    TRY(screen_find(cx, req->params[0], &s));
    s.framed = true;
    Page page = page_new(cx, req, res);
    page_begin(&page,
               &(PageHead){.title = s.video.title,
                           .path = arena_fmt(cx->arena, "/watch/" STR_FMT, STR_ARG(s.video.slug)),
                           .image = s.image,
                           .hidden = true,
                           .framed_by = embed_ancestors(cx),
                           .player = screen_plays(&s)});
    screen_write(&page, &s);
    put_title(&page, &s.video);
    page_end(&page);
    return OK;
}
