#include "page/card.h"

#include "base/hash.h"
#include "base/zone.h"
#include "common/app.h"
#include "page/format.h"

#include <ctype.h>

enum { TONES = 6 }; /* .tone0 to .tone5 of the style */

Text video_kind_text(VideoKind kind)
{
    switch (kind) {
    case VIDEO_KIND_EPISODE:
        return TEXT_KIND_EPISODE;
    case VIDEO_KIND_TRAILER:
        return TEXT_KIND_TRAILER;
    case VIDEO_KIND_MUSIC:
        return TEXT_KIND_MUSIC;
    case VIDEO_KIND_CLIP:
        break;
    }
    return TEXT_KIND_CLIP;
}

Str video_rating(const Page *p, ContentRating rating)
{
    if (rating == CONTENT_RATING_SU)
        return page_word(p, TEXT_ALL_AGES);
    return arena_fmt(p->cx->arena, STR_FMT "+", STR_ARG(enum_str(&CONTENT_RATING, (int)rating)));
}

Str video_place(const Page *p, const Video *v)
{
    Arena *a = p->cx->arena;
    Str both[2] = {arena_fmt(a, "%lld", (long long)v->season),
                   arena_fmt(a, "%lld", (long long)v->episode)};
    if (v->has.season && v->has.episode)
        return text_fill(p->cx, p->language, TEXT_SEASON_EPISODE, both, 2);
    if (v->has.season)
        return text_fill(p->cx, p->language, TEXT_SEASON, both, 1);
    return v->has.episode ? text_fill(p->cx, p->language, TEXT_EPISODE, both + 1, 1) : (Str){0};
}

void put_moment(Page *p, int64_t ms, bool with_time)
{
    Str zone = p->cx->app->conf.time_zone;
    HTML(p->b, "<time");
    html_attr(p->b, "datetime", format_instant(p->cx, ms));
    if (with_time)
        html_attr(p->b, "data-offset",
                  arena_fmt(p->cx->arena, "%d", zone_at(zone, ms).offset_s / 60));
    HTML(p->b, ">");
    html_text(p->b, with_time ? format_moment(p->cx, p->language, zone, ms)
                              : format_date(p->cx, p->language, zone, ms));
    HTML(p->b, "</time>");
}

void put_duration(Page *p, int64_t ms)
{
    HTML(p->b, "<time class=\"duration\"");
    html_attr(p->b, "datetime", format_period(p->cx, ms));
    html_attr(p->b, "aria-label",
              arena_fmt(p->cx->arena, STR_FMT " " STR_FMT, STR_ARG(page_word(p, TEXT_DURATION)),
                        STR_ARG(format_duration(p->cx, ms))));
    HTML(p->b, ">");
    html_text(p->b, format_duration(p->cx, ms));
    HTML(p->b, "</time>");
}

/* The first letter or digit, as a picture until there is one. */
static Str initial(Str title)
{
    const char *p = title.p, *end = str_end(title);
    while (p < end && (unsigned char)*p < 0x80 && !isalnum((unsigned char)*p))
        p++;
    return (Str){p, p < end ? utf8_next(p, end) : 0};
}

static void put_reached(Page *p, const Video *v, int64_t position_ms)
{
    Str both[2] = {format_duration(p->cx, position_ms), format_duration(p->cx, v->duration_ms)};
    HTML(p->b, "<progress");
    html_attr_int(p->b, "value", position_ms / 1000);
    html_attr_int(p->b, "max", v->duration_ms / 1000 > 0 ? v->duration_ms / 1000 : 1);
    html_attr(p->b, "aria-label", text_fill(p->cx, p->language, TEXT_HISTORY_AT, both, 2));
    HTML(p->b, "></progress>");
}

/* Who alone may watch it. */
static void put_mark(Page *p, Access access)
{
    if (access == ACCESS_EVERYONE)
        return;
    HTML(p->b, "<span class=\"mark\">");
    page_text(p, access == ACCESS_PREMIUM ? TEXT_MARK_PREMIUM : TEXT_MARK_MEMBERS);
    HTML(p->b, "</span>");
}

static void put_picture(Page *p, const Video *v, int64_t position_ms)
{
    Str tone = arena_fmt(p->cx->arena, "picture tone%d", (int)(hash64(v->id, 0) % TONES));
    HTML(p->b, "<span");
    html_attr(p->b, "class", tone);
    HTML(p->b, ">");
    if (v->has.thumbnail_url) {
        HTML(p->b, "<img loading=\"lazy\" width=\"480\" height=\"270\" alt=\"\"");
        html_link(p->b, "src", page_path(p, v->thumbnail_url));
        HTML(p->b, ">");
    } else {
        HTML(p->b, "<span aria-hidden=\"true\">");
        html_text(p->b, initial(v->title));
        HTML(p->b, "</span>");
    }
    if (v->has.duration_ms)
        put_duration(p, v->duration_ms);
    put_mark(p, v->access);
    if (position_ms)
        put_reached(p, v, position_ms);
    HTML(p->b, "</span>");
}

static const char *after(const char *at, const char *end, int64_t characters)
{
    for (size_t step = 0; characters > 0 && at < end; characters--, at += step)
        step = utf8_next(at, end) ? utf8_next(at, end) : 1;
    return at;
}

/* The text with <mark> around what was searched for. */
static void put_marked(Buf *b, const Highlight *h)
{
    const char *at = h->text.p, *end = str_end(h->text);
    int64_t told = 0;
    for (size_t i = 0; i < h->marks.n; i++) {
        const char *from = after(at, end, h->marks.p[i].from - told);
        const char *to = after(from, end, h->marks.p[i].to - h->marks.p[i].from);
        html_text(b, (Str){at, (size_t)(from - at)});
        HTML(b, "<mark>");
        html_text(b, (Str){from, (size_t)(to - from)});
        HTML(b, "</mark>");
        at = to;
        told = h->marks.p[i].to;
    }
    html_text(b, (Str){at, (size_t)(end - at)});
}

static const Highlight *marked(const HighlightList *marks, const Video *v, HighlightField field)
{
    for (size_t i = 0; marks && i < marks->n; i++)
        if (marks->p[i].field == field && str_eq(marks->p[i].video_id, v->id))
            return &marks->p[i];
    return NULL;
}

static void put_title(Page *p, const Video *v, const HighlightList *marks)
{
    const Highlight *title = marked(marks, v, HIGHLIGHT_FIELD_TITLE);
    HTML(p->b, "<span class=\"title\" dir=\"auto\">");
    if (title)
        put_marked(p->b, title);
    else
        html_text(p->b, v->title);
    HTML(p->b, "</span>");
}

static void put_part(Page *p, const Video *v, const HighlightList *marks)
{
    const Highlight *part = marked(marks, v, HIGHLIGHT_FIELD_DESCRIPTION);
    if (!part)
        return;
    HTML(p->b, "<span class=\"facts\" dir=\"auto\">");
    put_marked(p->b, part);
    HTML(p->b, "</span>");
}

static void put_card(Page *p, const Video *v, const HighlightList *marks, int64_t position_ms)
{
    Buf *b = p->b;
    Str place = video_place(p, v);
    HTML(b, "<li class=\"card\"><a");
    html_link(b, "href", arena_fmt(p->cx->arena, "/watch/" STR_FMT, STR_ARG(v->slug)));
    HTML(b, ">");
    put_picture(p, v, position_ms);
    HTML(b, "<span class=\"words\">");
    put_title(p, v, marks);
    HTML(b, "<span class=\"facts\">");
    if (v->has.show) {
        html_text(b, v->show.title);
        HTML(b, " · ");
    }
    html_text(b, place.n ? place : page_word(p, video_kind_text(v->kind)));
    HTML(b, "</span><span class=\"facts\">");
    put_moment(p, v->has.published_at ? v->published_at : v->created_at, false);
    if (v->content_rating != CONTENT_RATING_SU) {
        HTML(b, " · ");
        html_text(b, video_rating(p, v->content_rating));
    }
    HTML(b, "</span>");
    put_part(p, v, marks);
    HTML(b, "</span></a></li>\n");
}

void card_list(Page *p, const VideoList *videos)
{
    card_list_marked(p, videos, NULL);
}

void card_put(Page *p, const Video *v, int64_t position_ms)
{
    put_card(p, v, NULL, position_ms);
}

void card_list_marked(Page *p, const VideoList *videos, const HighlightList *marks)
{
    HTML(p->b, "<ul class=\"cards\">\n");
    for (size_t i = 0; i < videos->n; i++)
        put_card(p, &videos->p[i], marks, 0);
    HTML(p->b, "</ul>\n");
}

void card_more(Page *p, const char *path, Str query, Str cursor, Text label)
{
    HTML(p->b, "<p class=\"more\"><a class=\"button\" rel=\"next\"");
    html_link(p->b, "href",
              arena_fmt(p->cx->arena, "%s?" STR_FMT "cursor=" STR_FMT, path, STR_ARG(query),
                        STR_ARG(cursor)));
    HTML(p->b, ">");
    page_text(p, label);
    HTML(p->b, "</a></p>\n");
}
