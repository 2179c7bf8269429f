/* GET /: the rails that GET /v1/home answers, each a row of cards that goes on to the side. */
#include "catalog/home.h"
#include "page/card.h"

static Text title_of(RailKind kind)
{
    switch (kind) {
    case RAIL_KIND_CONTINUE:
        return TEXT_CONTINUE;
    case RAIL_KIND_TRENDING:
        return TEXT_TRENDING;
    case RAIL_KIND_BECAUSE:
        return TEXT_BECAUSE;
    case RAIL_KIND_BEHIND_THE_SCENES:
        return TEXT_BEHIND_THE_SCENES;
    case RAIL_KIND_DOWNLOADS:
        return TEXT_NEW_DOWNLOADS;
    case RAIL_KIND_LATEST:
        break;
    }
    return TEXT_NEWEST;
}

/* Where there is more of it; NULL: nowhere. */
static const char *more_of(RailKind kind)
{
    return kind == RAIL_KIND_LATEST ? "/videos" : kind == RAIL_KIND_CONTINUE ? "/me/history" : NULL;
}

static Video video_of(const VideoCard *c)
{
    return (Video){.id = c->id,
                   .slug = c->slug,
                   .title = c->title,
                   .kind = c->kind,
                   .access = c->access,
                   .content_rating = c->content_rating,
                   .show = c->show,
                   .season = c->season,
                   .episode = c->episode,
                   .duration_ms = c->duration_ms,
                   .thumbnail_url = c->thumbnail_url,
                   .published_at = c->published_at,
                   .has = {.show = c->has.show,
                           .season = c->has.season,
                           .episode = c->has.episode,
                           .duration_ms = c->has.duration_ms,
                           .thumbnail_url = c->has.thumbnail_url,
                           .published_at = c->has.published_at}};
}

static void put_rail(Page *p, const Rail *rail)
{
    const char *more = more_of(rail->kind);
    HTML(p->b, "<section class=\"rail\"><div><h2 dir=\"auto\">");
    if (rail->has.seen)
        page_fill(p, title_of(rail->kind), rail->seen.title);
    else
        page_text(p, title_of(rail->kind));
    HTML(p->b, "</h2>");
    if (more) {
        HTML(p->b, "<a");
        html_link(p->b, "href", str_of(more));
        html_attr(p->b, "aria-label",
                  arena_fmt(p->cx->arena, STR_FMT ": " STR_FMT,
                            STR_ARG(page_word(p, title_of(rail->kind))),
                            STR_ARG(page_word(p, TEXT_SEE_ALL))));
        HTML(p->b, ">");
        page_text(p, TEXT_SEE_ALL);
        HTML(p->b, "</a>");
    }
    HTML(p->b, "</div>\n<ul>\n");
    for (size_t i = 0; i < rail->items.n; i++) {
        const VideoCard *c = &rail->items.p[i];
        Video video = video_of(c);
        card_put(p, &video, c->has.position_ms ? c->position_ms : 0);
    }
    HTML(p->b, "</ul></section>\n");
}

/* What is one's own. */
static void put_own(Page *p)
{
    static const struct {
        const char *path;
        Text text;
    } links[] = {{"/me/playlists", TEXT_PLAYLISTS}, {"/me/history", TEXT_HISTORY}};
    if (!p->cx->viewer.id.n)
        return;
    HTML(p->b, "<p class=\"own\">");
    for (size_t i = 0; i < COUNT(links); i++) {
        HTML(p->b, "<a class=\"button second\"");
        html_link(p->b, "href", str_of(links[i].path));
        HTML(p->b, ">");
        page_text(p, links[i].text);
        HTML(p->b, "</a>\n");
    }
    HTML(p->b, "</p>\n");
}

Err home_page(Cx *cx, Req *req, Res *res)
{
    Home home = {0};
    TRY(home_read(cx, &home));
    Page page = page_new(cx, req, res);
    page_begin(&page, &(PageHead){.path = S("/"), .feed = true});
    HTML(page.b, "<h1 class=\"tagline\">");
    page_text(&page, TEXT_TAGLINE);
    HTML(page.b, "</h1>\n");
    put_own(&page);
    for (size_t i = 0; i < home.rails.n; i++)
        put_rail(&page, &home.rails.p[i]);
    if (!home.rails.n) {
        HTML(page.b, "<p class=\"empty\">");
        page_text(&page, TEXT_NO_VIDEOS);
        HTML(page.b, "</p>\n");
    }
    page_end(&page);
    return OK;
}
