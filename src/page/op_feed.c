/* What other programs read of the hub: RSS 2.0, a sitemap with video tags, oEmbed 1.0. Public
 * videos alone, whoever asks. */
#include "base/zone.h"
#include "catalog/picture.h"
#include "catalog/video.h"
#include "common/app.h"
#include "db/db.h"
#include "http/date.h"
#include "http/syntax.h"
#include "page/embed.h"
#include "page/format.h"
#include "page/layout.h"
#include "page/linked_data.h"

enum { FEED_VIDEOS = 50, SITEMAP_VIDEOS = 2000, OEMBED_MAX = 16 << 10, FEED_MAX = 32 << 20 };

static Err newest(Cx *cx, int64_t most, VideoList *out)
{
    TRY(db_list(cx, SQL_VIDEO_LIST_PUBLIC, ARGS(V((int64_t)INT64_MAX), V(S("")), V(most)), &VIDEO,
                out));
    video_address(cx, out->p, out->n);
    return OK;
}

static Str watch_url(Cx *cx, const Video *v)
{
    return app_url(cx, arena_fmt(cx->arena, "/watch/" STR_FMT, STR_ARG(v->slug)));
}

static void put_tag(Buf *b, const char *name, Str text)
{
    buf_byte(b, '<');
    buf_put(b, name, strlen(name));
    buf_byte(b, '>');
    html_text(b, text); /* the same escapes as in XML */
    HTML(b, "</");
    buf_put(b, name, strlen(name));
    HTML(b, ">\n");
}

static void begin(Cx *cx, Res *res, const char *media_type)
{
    res->media_type = str_of(media_type);
    res->body.max = FEED_MAX;
    res_header(cx, res, "Cache-Control", "public, max-age=300");
    HTML(&res->body, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
}

/* --- RSS 2.0, the podcast tags of Apple, Media RSS */

static Str date_of(Cx *cx, const Video *v)
{
    char text[DATE_TEXT];
    date_write(text, v->has.published_at ? v->published_at : v->created_at);
    return arena_str(cx->arena, (Str){text, DATE_TEXT});
}

static void put_item(Cx *cx, Buf *b, const Video *v)
{
    Str url = watch_url(cx, v);
    HTML(b, "<item>\n");
    put_tag(b, "title", v->title);
    put_tag(b, "link", url);
    HTML(b, "<guid isPermaLink=\"false\">");
    html_text(b, v->id);
    HTML(b, "</guid>\n");
    put_tag(b, "pubDate", date_of(cx, v));
    put_tag(b, "description", v->description);
    for (size_t i = 0; i < v->tags.n; i++)
        put_tag(b, "category", v->tags.p[i]);
    if (v->has.duration_ms)
        put_tag(b, "itunes:duration",
                arena_fmt(cx->arena, "%lld", (long long)v->duration_ms / 1000));
    put_tag(b, "itunes:explicit", v->content_rating == CONTENT_RATING_21 ? S("true") : S("false"));
    if (v->has.poster_url) {
        HTML(b, "<itunes:image");
        html_attr(b, "href", v->poster_url);
        HTML(b, "/>\n<media:thumbnail");
        html_attr(b, "url", v->poster_url);
        HTML(b, "/>\n");
    }
    HTML(b, "</item>\n");
}

Err get_feed(Cx *cx, Req *req, Res *res)
{
    VideoList videos = {0};
    Buf *b = &res->body;
    bool english = str_eq(cx->app->conf.language, S("en"));
    (void)req;
    TRY(newest(cx, FEED_VIDEOS, &videos));
    begin(cx, res, "application/rss+xml");
    HTML(b, "<rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\" "
            "xmlns:itunes=\"http://www.itunes.com/dtds/podcast-1.0.dtd\" "
            "xmlns:media=\"http://search.yahoo.com/mrss/\">\n<channel>\n");
    put_tag(b, "title", cx->app->conf.brand_name);
    put_tag(b, "link", app_url(cx, S("/")));
    put_tag(b, "description", text_in(english ? ENGLISH : INDONESIAN, TEXT_TAGLINE));
    put_tag(b, "language", cx->app->conf.language);
    put_tag(b, "itunes:author", cx->app->conf.brand_name);
    HTML(b, "<atom:link rel=\"self\" type=\"application/rss+xml\"");
    html_attr(b, "href", app_url(cx, S("/feed.xml")));
    HTML(b, "/>\n");
    for (size_t i = 0; i < videos.n; i++)
        put_item(cx, b, &videos.p[i]);
    HTML(b, "</channel>\n</rss>\n");
    return OK;
}

/* --- sitemaps.org, and the tags of video search */

static void put_place(Cx *cx, Buf *b, const Video *v)
{
    HTML(b, "<url>\n");
    put_tag(b, "loc", watch_url(cx, v));
    put_tag(b, "lastmod", format_instant(cx, v->updated_at));
    if (v->has.poster_url) { /* without one search engines take none of it */
        HTML(b, "<video:video>\n");
        put_tag(b, "video:thumbnail_loc", v->poster_url);
        put_tag(b, "video:title", v->title);
        put_tag(b, "video:description", v->description.n ? v->description : v->title);
        put_tag(b, "video:player_loc",
                embed_allowed(cx->app) ? embed_url(cx, v->slug) : watch_url(cx, v));
        put_tag(b, "video:family_friendly",
                v->content_rating < CONTENT_RATING_17 ? S("yes") : S("no"));
        if (v->has.duration_ms >= 1 && v->duration_ms >= 1000)
            put_tag(b, "video:duration",
                    arena_fmt(cx->arena, "%lld", (long long)v->duration_ms / 1000));
        put_tag(b, "video:publication_date",
                format_instant(cx, v->has.published_at ? v->published_at : v->created_at));
        put_tag(b, "video:requires_subscription",
                v->access == ACCESS_EVERYONE ? S("no") : S("yes"));
        HTML(b, "</video:video>\n");
    }
    HTML(b, "</url>\n");
}

Err get_sitemap(Cx *cx, Req *req, Res *res)
{
    VideoList videos = {0};
    Buf *b = &res->body;
    (void)req;
    TRY(newest(cx, SITEMAP_VIDEOS, &videos));
    begin(cx, res, "application/xml");
    HTML(b, "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" "
            "xmlns:video=\"http://www.google.com/schemas/sitemap-video/1.1\">\n<url>\n");
    put_tag(b, "loc", app_url(cx, S("/")));
    HTML(b, "</url>\n");
    for (size_t i = 0; i < videos.n; i++)
        put_place(cx, b, &videos.p[i]);
    HTML(b, "</urlset>\n");
    return OK;
}

/* --- oEmbed */

/* The slug of an address of ours; {0}: it is none. */
static Str slug_of(const App *app, Str url)
{
    Str rest = {0}, before = app->public_url;
    if (!str_begins(url, before))
        return (Str){0};
    url = (Str){url.p + before.n, url.n - before.n};
    if (!str_begins(url, S("/watch/")))
        return (Str){0};
    url = str_cut((Str){url.p + 7, url.n - 7}, '?', &rest);
    return str_cut(url, '#', &rest);
}

/* Pixels; 0: not said, or no such number. */
static int64_t room(Cx *cx, const Req *req, const char *name)
{
    int64_t pixels = 0;
    return text_number(req_query(cx, req, name), &pixels) && pixels > 0 ? pixels : 0;
}

Err get_oembed(Cx *cx, Req *req, Res *res)
{
    Video v = {0};
    Str id = {0}, format = req_query(cx, req, "format");
    Str slug = slug_of(cx->app, req_query(cx, req, "url"));
    if (format.n && !str_eq(format, S("json")))
        return fail(cx, E_NOT_DONE, "oEmbed is told as JSON here");
    Err e =
        slug.n ? db_one(cx, SQL_VIDEO_BY_SLUG, ARGS(V(slug), V(false)), &VIDEO, &v) : E_NOT_FOUND;
    if (e == E_NOT_FOUND)
        return fail(cx, e, "this is no address of a video here");
    TRY(e);
    e = db_text(cx, SQL_PICTURE_OF_KIND, ARGS(V(v.id), V(S("og"))), &id);
    if (e && e != E_NOT_FOUND)
        return e;
    res->media_type = S("application/json");
    res->body.max = OEMBED_MAX;
    res_header(cx, res, "Cache-Control", "public, max-age=300");
    linked_oembed(cx, &res->body, &v, e ? (Str){0} : picture_url(cx, id, S("image/jpeg")),
                  room(cx, req, "maxwidth"), room(cx, req, "maxheight"));
    return OK;
}
