#include "page/screen.h"

#include "assets.h"
#include "common/app.h"
#include "page/format.h"

/* The texts that player.js says; it has none of its own. */
static const struct {
    const char *name;
    Text text;
} spoken[] = {
    {"data-text-loading", TEXT_PLAYER_LOADING}, {"data-text-retry", TEXT_PLAYER_RETRY},
    {"data-text-offline", TEXT_PLAYER_OFFLINE}, {"data-text-busy", TEXT_PLAYER_BUSY},
    {"data-text-gone", TEXT_PLAYER_GONE},       {"data-text-sign-in", TEXT_PLAYER_SIGN_IN},
    {"data-text-premium", TEXT_PREMIUM_ONLY},   {"data-text-preparing", TEXT_PREPARING},
    {"data-text-unable", TEXT_PLAYER_UNABLE},   {"data-text-failed", TEXT_PLAYER_FAILED},
    {"data-text-go-sign-in", TEXT_SIGN_IN},     {"data-text-sound", TEXT_SOUND},
};

Str screen_sign_in(Cx *cx, const Video *video)
{
    return arena_fmt(cx->arena, "/auth/login?next=/watch/" STR_FMT, STR_ARG(video->slug));
}

static void put_start(Page *p, const Screen *s)
{
    Buf *b = p->b;
    HTML(b, "<button type=\"button\" class=\"start\" hidden><span class=\"sign\" "
            "aria-hidden=\"true\"></span><span>");
    if (s->state != SCREEN_READY)
        page_text(p, TEXT_PLAY_TEASER);
    else if (s->position_ms >= 1000)
        page_fill(p, TEXT_PLAY_FROM, format_duration(p->cx, s->position_ms));
    else
        page_text(p, TEXT_PLAY);
    HTML(b, "</span></button>\n");
}

/* Whole, or its teaser. */
bool screen_plays(const Screen *s)
{
    return s->state == SCREEN_READY ||
           (s->has_teaser && (s->state == SCREEN_SIGN_IN || s->state == SCREEN_PREMIUM));
}

static void put_player(Page *p, const Screen *s)
{
    Buf *b = p->b;
    HTML(b, "<div id=\"player\" class=\"screen\" role=\"region\"");
    if (s->state != SCREEN_READY)
        html_attr(b, "data-teaser", S("1"));
    if (s->video.has.poster_url)
        html_attr(b, "data-poster", page_path(p, s->video.poster_url));
    html_attr(b, "aria-label", page_word(p, TEXT_PLAYER));
    html_attr(b, "data-video", s->video.id);
    html_attr(b, "data-hls", S(EMBEDDED_HLS_JS));
    html_attr(b, "data-sign-in", screen_sign_in(p->cx, &s->video));
    for (size_t i = 0; i < COUNT(spoken); i++)
        html_attr(b, spoken[i].name, page_word(p, spoken[i].text));
    HTML(b, ">\n<video playsinline preload=\"none\" hidden></video>\n");
    if (s->video.has.poster_url) {
        HTML(b, "<img class=\"poster\" alt=\"\"");
        html_link(b, "src", page_path(p, s->video.poster_url));
        HTML(b, ">\n");
    }
    put_start(p, s);
    HTML(b, "<p class=\"say\" role=\"status\" hidden></p>\n<noscript><p class=\"say\">");
    page_text(p, TEXT_NO_SCRIPT);
    HTML(b, "</p></noscript>\n</div>\n");
}

/* It is asked once: a form, so that it works without JavaScript. */
static void put_age(Page *p, const Screen *s)
{
    Buf *b = p->b;
    Str years = enum_str(&CONTENT_RATING, (int)s->video.content_rating);
    Str next = arena_fmt(p->cx->arena, "/watch/" STR_FMT, STR_ARG(s->video.slug));
    HTML(b, "<div class=\"screen\"><div class=\"say\"><p>");
    page_fill(p, TEXT_AGE_ASKED, years);
    HTML(b, "</p>");
    if (s->framed) {
        HTML(b, "<a class=\"button\"");
        html_link(b, "href", next);
        HTML(b, ">");
        page_fill(p, TEXT_WATCH_AT, p->cx->app->conf.brand_name);
        HTML(b, "</a></div></div>\n");
        return;
    }
    HTML(b, "<form method=\"post\" action=\"/age\"><input type=\"hidden\" name=\"next\"");
    html_attr(b, "value", next);
    HTML(b, "><button class=\"button\" name=\"years\"");
    html_attr(b, "value", years);
    HTML(b, ">");
    page_fill(p, TEXT_AGE_YES, years);
    HTML(b, "</button></form><a href=\"/\">");
    page_text(p, TEXT_AGE_NO);
    HTML(b, "</a></div></div>\n");
}

/* Why it does not play, or not the whole. */
static void put_why(Page *p, const Screen *s)
{
    static const Text why[] = {[SCREEN_READY] = TEXT_PLAY,
                               [SCREEN_PREPARING] = TEXT_PREPARING,
                               [SCREEN_SIGN_IN] = TEXT_MEMBERS_ONLY,
                               [SCREEN_PREMIUM] = TEXT_PREMIUM_ONLY};
    Buf *b = p->b;
    if (screen_plays(s))
        HTML(b, "<div class=\"notice\"><p>");
    else
        HTML(b, "<div class=\"screen\"><p class=\"say\">");
    page_text(p, why[s->state]);
    if (s->state == SCREEN_SIGN_IN) {
        HTML(b, "<a class=\"button\"");
        html_link(b, "href", screen_sign_in(p->cx, &s->video));
        HTML(b, ">");
        page_text(p, TEXT_SIGN_IN);
        HTML(b, "</a>");
    }
    HTML(b, "</p></div>\n");
}

void screen_write(Page *p, const Screen *s)
{
    if (s->state == SCREEN_AGE) {
        put_age(p, s);
        return;
    }
    if (screen_plays(s))
        put_player(p, s);
    if (s->state != SCREEN_READY && !(s->framed && screen_plays(s)))
        put_why(p, s);
}
