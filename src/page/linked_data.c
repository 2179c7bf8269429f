#include "page/linked_data.h"

#include "common/app.h"
#include "page/embed.h"
#include "page/format.h"

#include <string.h>

enum { DATA_MAX = 32 << 10 };

/* ,"name": or, for the first one, "name": */
static void put_name(Buf *b, const char *name)
{
    if (b->n && b->p[b->n - 1] != '{')
        buf_byte(b, ',');
    buf_json_str(b, str_of(name));
    buf_byte(b, ':');
}

static void put_text(Buf *b, const char *name, Str text)
{
    put_name(b, name);
    buf_json_str(b, text);
}

static void put_number(Buf *b, const char *name, int64_t n)
{
    char text[INT_TEXT] = {0};
    put_name(b, name);
    buf_put(b, text, (size_t)(int_write(text, n) - text));
}

static void put_bool(Buf *b, bool yes)
{
    buf_put(b, yes ? "true" : "false", yes ? 4 : 5);
}

static Str address(Cx *cx, const Video *v)
{
    return app_url(cx, arena_fmt(cx->arena, "/watch/" STR_FMT, STR_ARG(v->slug)));
}

void linked_video(Page *p, const Video *v, Str image)
{
    Cx *cx = p->cx;
    Buf b CLEANUP(buf_free) = BUF(DATA_MAX);
    Str picture = image.n ? image : v->has.poster_url ? v->poster_url : (Str){0};
    if (!picture.n || !v->has.published_at) /* search engines take none without */
        return;
    buf_byte(&b, '{');
    put_text(&b, "@context", S("https://schema.org"));
    put_text(&b, "@type", S("VideoObject"));
    put_text(&b, "name", v->title);
    put_text(&b, "description", v->description.n ? v->description : v->title);
    put_text(&b, "thumbnailUrl", picture);
    put_text(&b, "uploadDate", format_instant(cx, v->published_at));
    if (v->has.duration_ms)
        put_text(&b, "duration", format_period(cx, v->duration_ms));
    put_text(&b, "url", address(cx, v));
    if (embed_allowed(cx->app))
        put_text(&b, "embedUrl", embed_url(cx, v->slug));
    put_text(&b, "inLanguage", v->language);
    put_name(&b, "isFamilyFriendly");
    put_bool(&b, v->content_rating < CONTENT_RATING_17);
    put_name(&b, "isAccessibleForFree");
    put_bool(&b, v->access == ACCESS_EVERYONE);
    buf_byte(&b, '}');
    if (!b.full)
        html_json_ld(p->b, (Str){b.p, b.n});
}

/* Within what the asker has room for, in the shape of a screen. */
static void put_frame(Cx *cx, Buf *b, const Video *v, int64_t width, int64_t height)
{
    int64_t w = width && width < EMBED_WIDTH ? width : EMBED_WIDTH;
    int64_t h = w * EMBED_HEIGHT / EMBED_WIDTH;
    if (height && height < h) {
        h = height;
        w = h * EMBED_WIDTH / EMBED_HEIGHT;
    }
    put_text(b, "html", embed_code(cx, v->slug, v->title, w, h));
    put_number(b, "width", w);
    put_number(b, "height", h);
}

void linked_oembed(Cx *cx, Buf *b, const Video *v, Str image, int64_t width, int64_t height)
{
    bool framed = embed_allowed(cx->app);
    buf_byte(b, '{');
    put_text(b, "version", S("1.0"));
    put_text(b, "type", framed ? S("video") : S("link"));
    if (framed)
        put_frame(cx, b, v, width, height);
    put_text(b, "title", v->title);
    put_text(b, "provider_name", cx->app->conf.brand_name);
    put_text(b, "provider_url", app_url(cx, S("/")));
    put_number(b, "cache_age", 300);
    if (image.n) {
        put_text(b, "thumbnail_url", image);
        put_number(b, "thumbnail_width", 1200);
        put_number(b, "thumbnail_height", 630);
    }
    buf_byte(b, '}');
}
