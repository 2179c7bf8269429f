/* POST /watch/{slug}/share: the ways to share a video, without JavaScript. It makes links, so it is
 * no GET. */
#include "catalog/video.h"
#include "contract.h"
#include "db/db.h"
#include "http/res.h"
#include "page/embed.h"
#include "page/share.h"

void share_button(Page *p, Str slug)
{
    HTML(p->b, "<form method=\"post\"");
    html_link(p->b, "action", arena_fmt(p->cx->arena, "/watch/" STR_FMT "/share", STR_ARG(slug)));
    HTML(p->b, "><button class=\"button second full\">");
    page_text(p, TEXT_SHARE);
    HTML(p->b, "</button></form>\n");
}

static void put_link(Page *p, Str address, Text label, bool file)
{
    HTML(p->b, "<a class=\"button second\"");
    if (file)
        HTML(p->b, " download");
    else
        HTML(p->b, " rel=\"noreferrer\"");
    html_link(p->b, "href", address);
    HTML(p->b, ">");
    page_text(p, label);
    HTML(p->b, "</a>\n");
}

static void put_copy(Page *p, Text label, Str text)
{
    HTML(p->b, "<label class=\"field\">");
    page_text(p, label);
    HTML(p->b, "<textarea readonly rows=\"3\">");
    html_text(p->b, text);
    HTML(p->b, "</textarea></label>\n");
}

static void put_heading(Page *p, Text title)
{
    HTML(p->b, "<h2>");
    page_text(p, title);
    HTML(p->b, "</h2>\n");
}

static const struct {
    ShareChannel channel;
    Text label;
} buttons[] = {{SHARE_CHANNEL_WHATSAPP, TEXT_BY_WHATSAPP},
               {SHARE_CHANNEL_TELEGRAM, TEXT_BY_TELEGRAM},
               {SHARE_CHANNEL_FACEBOOK, TEXT_BY_FACEBOOK},
               {SHARE_CHANNEL_X, TEXT_BY_X}};

static void put_story(Page *p, const Share *s)
{
    HTML(p->b, "<section class=\"panel\">");
    put_heading(p, TEXT_BY_INSTAGRAM);
    HTML(p->b, "<p>");
    page_text(p, s->has.card_url || s->has.clip_url ? TEXT_INSTAGRAM_HINT : TEXT_INSTAGRAM_SOON);
    HTML(p->b, "</p>\n<div class=\"ways\">\n");
    if (s->has.card_url)
        put_link(p, page_path(p, s->card_url), TEXT_STORY_CARD, true);
    if (s->has.clip_url)
        put_link(p, page_path(p, s->clip_url), TEXT_STORY_CLIP, true);
    HTML(p->b, "</div>\n");
    put_copy(p, TEXT_SHARE_TEXT, s->text);
    HTML(p->b, "</section>\n");
}

static Err make(Cx *cx, const Video *video, ShareChannel channel, Share *out)
{
    TRY(create_share(cx, &(CreateShareIn){.id = video->id, .body = {.channel = channel}}, out));
    return db_settle(cx); /* the next one reads */
}

Err share_page(Cx *cx, Req *req, Res *res)
{
    Video video = {0};
    Share by[COUNT(buttons)] = {0}, story = {0}, copy = {0};
    TRY(get_video_by_slug(cx, &(GetVideoBySlugIn){.slug = req->params[0]}, &video));
    for (size_t i = 0; i < COUNT(buttons); i++)
        TRY(make(cx, &video, buttons[i].channel, &by[i]));
    TRY(make(cx, &video, SHARE_CHANNEL_INSTAGRAM, &story));
    TRY(make(cx, &video, SHARE_CHANNEL_COPY, &copy));
    cx->status = 0; /* the page's own */
    Page page = page_new(cx, req, res);
    page_begin(&page,
               &(PageHead){.title = text_fill(cx, page.language, TEXT_SHARE_OF, &video.title, 1),
                           .hidden = true});
    HTML(page.b, "<div class=\"middle\"><h1>");
    page_fill(&page, TEXT_SHARE_OF, video.title);
    HTML(page.b, "</h1>\n<section class=\"panel\"><div class=\"ways\">\n");
    for (size_t i = 0; i < COUNT(buttons); i++)
        put_link(&page, by[i].open_url, buttons[i].label, false);
    HTML(page.b, "</div>\n");
    put_copy(&page, TEXT_SHARE_LINK, copy.url);
    if (embed_allowed(cx->app))
        put_copy(&page, TEXT_EMBED_CODE,
                 embed_code(cx, video.slug, video.title, EMBED_WIDTH, EMBED_HEIGHT));
    HTML(page.b, "</section>\n");
    put_story(&page, &story);
    HTML(page.b, "<p><a");
    html_link(page.b, "href", arena_fmt(cx->arena, "/watch/" STR_FMT, STR_ARG(video.slug)));
    HTML(page.b, ">");
    page_text(&page, TEXT_BACK_TO_VIDEO);
    HTML(page.b, "</a></p></div>\n");
    page_end(&page);
    return OK;
}
