#include "page/linked_data.h"

#include "common/app.h"
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
    put_text(&b, "inLanguage", v->language);
    put_name(&b, "isAccessibleForFree");
    buf_put(&b, v->access == ACCESS_EVERYONE ? "true" : "false",
            v->access == ACCESS_EVERYONE ? 4 : 5);
    buf_byte(&b, '}');
    if (!b.full)
        html_json_ld(p->b, (Str){b.p, b.n});
}

void linked_oembed(Cx *cx, Buf *b, const Video *v, Str image)
{
    buf_byte(b, '{');
    put_text(b, "version", S("1.0"));
    put_text(b, "type", S("link"));
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
