#include "page/watch.h"

#include "assets.h"
#include "page/card.h"
#include "page/format.h"
#include "page/linked_data.h"
#include "page/save.h"
#include "page/share.h"

static void put_facts(Page *p, const Watch *w)
{
    const Video *v = &w->screen.video;
    Buf *b = p->b;
    Str place = video_place(p, v);
    HTML(b, "<h1 dir=\"auto\">");
    html_text(b, v->title);
    HTML(b, "</h1>\n<p class=\"facts\">");
    if (v->has.show) {
        html_text(b, v->show.title);
        HTML(b, " · ");
    }
    html_text(b, place.n ? place : page_word(p, video_kind_text(v->kind)));
    HTML(b, " · ");
    put_moment(p, v->has.published_at ? v->published_at : v->created_at, false);
    if (v->has.duration_ms) {
        HTML(b, " · ");
        put_duration(p, v->duration_ms);
    }
    HTML(b, "</p>\n<p class=\"facts\"><span class=\"badge\"");
    html_attr(b, "title", page_word(p, TEXT_RATING));
    HTML(b, ">");
    html_text(b, video_rating(p, v->content_rating));
    HTML(b, "</span> <span class=\"badge\"");
    html_attr(b, "title", page_word(p, TEXT_SPOKEN));
    HTML(b, ">");
    html_text(b, language_name(p->language, v->language));
    HTML(b, "</span></p>\n");
}

/* --- choices */

static void put_choice(Page *p, Str value, Str label, Str hint, bool chosen)
{
    Buf *b = p->b;
    HTML(b, "<label><input type=\"radio\" name=\"quality\"");
    html_attr(b, "value", value);
    if (chosen)
        HTML(b, " checked");
    HTML(b, "> <span>");
    html_text(b, label);
    HTML(b, "</span> <small>");
    html_text(b, hint);
    HTML(b, "</small></label>\n");
}

static void put_choices(Page *p, const Watch *w)
{
    if (w->screen.state != SCREEN_READY || !w->sizes.n)
        return;
    HTML(p->b, "<fieldset class=\"panel choices\"><legend>");
    page_text(p, TEXT_QUALITY);
    HTML(p->b, "</legend>\n");
    put_choice(p, S("auto"), page_word(p, TEXT_QUALITY_AUTO), page_word(p, TEXT_QUALITY_AUTO_HINT),
               true);
    for (size_t i = 0; i < w->sizes.n; i++) {
        const RenditionSize *one = &w->sizes.p[i];
        Str size = format_size(p->cx, p->language, one->size_bytes);
        if (i == 0 && w->sizes.n > 1)
            size = arena_fmt(p->cx->arena, STR_FMT " · " STR_FMT, STR_ARG(size),
                             STR_ARG(page_word(p, TEXT_DATA_SAVER)));
        put_choice(p, one->rendition, one->rendition, size, false);
    }
    HTML(p->b, "<p class=\"hint\">");
    page_text(p, TEXT_WHOLE_VIDEO);
    HTML(p->b, "</p></fieldset>\n");
}

/* The file is behind its teaser for this viewer, as far as a page can know. */
static bool is_gated(const Watch *w, const Asset *a)
{
    return a->gate == ASSET_GATE_TEASER && w->screen.has_teaser && !w->screen.edits;
}

/* gate.js asks for the ticket itself and shows how far the viewer is. */
static void put_gate(Page *p, const Watch *w, const Asset *a)
{
    if (is_gated(w, a))
        html_attr(p->b, "data-gate", a->id);
}

/* Beside the file it is about. */
static void put_gate_hint(Page *p, const Watch *w, const Asset *a)
{
    if (!is_gated(w, a))
        return;
    HTML(p->b, "<small class=\"hint\">");
    page_text(p, TEXT_GATE_HINT);
    HTML(p->b, "</small>");
}

/* Where gate.js says how far the viewer is; it shows it below the teaser. */
static void put_way(Page *p, const Watch *w)
{
    Buf *b = p->b;
    bool any = is_gated(w, &w->original);
    for (size_t i = 0; i < w->others.n; i++)
        any = any || is_gated(w, &w->others.p[i]);
    if (!any)
        return;
    HTML(b, "<div class=\"gate notice\" hidden");
    html_attr(b, "data-text-left", page_word(p, TEXT_GATE_LEFT));
    html_attr(b, "data-text-ready", page_word(p, TEXT_GATE_READY));
    HTML(b, "><p role=\"status\"></p><progress></progress><a class=\"button full\" hidden>");
    page_text(p, TEXT_GATE_OPEN);
    HTML(b, "</a></div>\n");
}

static void put_button(Page *p, const Watch *w)
{
    Buf *b = p->b;
    Str path = arena_fmt(p->cx->arena, "/watch/" STR_FMT, STR_ARG(w->screen.video.slug));
    if (p->cx->viewer.id.n) {
        HTML(b, "<form method=\"post\"");
        html_link(b, "action", path);
        HTML(b, "><button class=\"button full\"");
        put_gate(p, w, &w->original);
        HTML(b, ">");
        page_text(p, TEXT_DOWNLOAD_ORIGINAL);
        HTML(b, "</button>");
        put_gate_hint(p, w, &w->original);
        HTML(b, "</form>\n");
        return;
    }
    HTML(b, "<a class=\"button full\"");
    html_link(b, "href", screen_sign_in(p->cx, &w->screen.video));
    HTML(b, ">");
    page_text(p, TEXT_DOWNLOAD_SIGN_IN);
    HTML(b, "</a>\n");
}

static bool may_take(const Watch *w, const Asset *a)
{
    return a->tier == ASSET_TIER_FREE || w->premium;
}

/* A line for each file; who may not take it reads why. */
static void put_others(Page *p, const Watch *w)
{
    Buf *b = p->b;
    if (!w->others.n || w->screen.state == SCREEN_PREMIUM || w->screen.state == SCREEN_AGE)
        return;
    HTML(b, "<form method=\"post\" class=\"files\"");
    html_link(b, "action",
              arena_fmt(p->cx->arena, "/watch/" STR_FMT, STR_ARG(w->screen.video.slug)));
    HTML(b, "><h3>");
    page_text(p, TEXT_OTHER_FILES);
    HTML(b, "</h3><ul>\n");
    for (size_t i = 0; i < w->others.n; i++) {
        const Asset *a = &w->others.p[i];
        HTML(b, "<li><span><bdi>");
        html_text(b, a->has.title ? a->title : a->filename);
        HTML(b, "</bdi> <small>");
        html_text(b, format_size(p->cx, p->language, a->size_bytes));
        HTML(b, "</small>");
        put_gate_hint(p, w, a);
        HTML(b, "</span>");
        if (p->cx->viewer.id.n && may_take(w, a)) {
            HTML(b, "<button class=\"button second\" name=\"asset\"");
            put_gate(p, w, a);
            html_attr(b, "value", a->id);
            html_attr(b, "aria-label",
                      text_fill(p->cx, p->language, TEXT_DOWNLOAD_OF, &a->filename, 1));
            HTML(b, ">");
            page_text(p, TEXT_DOWNLOAD);
            HTML(b, "</button>");
        } else if (!may_take(w, a)) {
            HTML(b, "<small>");
            page_text(p, TEXT_FOR_PREMIUM);
            HTML(b, "</small>");
        }
        HTML(b, "</li>\n");
    }
    HTML(b, "</ul></form>\n");
}

static void put_download(Page *p, const Watch *w)
{
    Buf *b = p->b;
    if (!w->has_original)
        return;
    HTML(b, "<section class=\"panel\"><h2>");
    page_text(p, TEXT_DOWNLOAD);
    HTML(b, "</h2>\n<p class=\"file\"><bdi>");
    html_text(b, w->original.filename);
    HTML(b, "</bdi> <small>");
    page_text(p, TEXT_ORIGINAL_FILE);
    HTML(b, ", ");
    html_text(b, format_size(p->cx, p->language, w->original.size_bytes));
    HTML(b, "</small></p>\n");
    if (w->screen.state == SCREEN_PREMIUM || w->screen.state == SCREEN_AGE) {
        HTML(b, "<p class=\"hint\">");
        page_text(p, w->screen.state == SCREEN_AGE ? TEXT_AGE_FIRST : TEXT_PREMIUM_ONLY);
        HTML(b, "</p>");
    } else {
        put_button(p, w);
    }
    put_others(p, w);
    if (p->cx->viewer.id.n && w->screen.state == SCREEN_READY)
        put_way(p, w);
    HTML(b, "<p class=\"hint\">");
    page_text(p, TEXT_RESUMES);
    HTML(b, "</p></section>\n");
}

/* --- about */

static void put_tags(Page *p, const Video *v)
{
    Buf *b = p->b;
    if (!v->tags.n)
        return;
    HTML(b, "<ul class=\"tags\"");
    html_attr(b, "aria-label", page_word(p, TEXT_TAGS));
    HTML(b, ">");
    for (size_t i = 0; i < v->tags.n; i++) {
        HTML(b, "<li><form action=\"/search\"><button class=\"tag\" name=\"q\"");
        html_attr(b, "value", v->tags.p[i]);
        HTML(b, ">#");
        html_text(b, v->tags.p[i]);
        HTML(b, "</button></form></li>");
    }
    HTML(b, "</ul>\n");
}

static void put_chapters(Page *p, const Watch *w)
{
    Buf *b = p->b;
    const ChapterList *list = &w->screen.video.chapters;
    if (!list->n)
        return;
    HTML(b, "<h2>");
    page_text(p, TEXT_CHAPTERS);
    HTML(b, "</h2>\n<ol class=\"chapters\">");
    for (size_t i = 0; i < list->n; i++) {
        HTML(b, "<li><a href=\"#player\"");
        html_attr_int(b, "data-seek", list->p[i].start_ms);
        HTML(b, "><span class=\"at\">");
        html_text(b, format_duration(p->cx, list->p[i].start_ms));
        HTML(b, "</span> ");
        html_text(b, list->p[i].title);
        HTML(b, "</a></li>\n");
    }
    HTML(b, "</ol>\n");
}

static void put_about(Page *p, const Watch *w)
{
    HTML(p->b, "<section class=\"about\" dir=\"auto\">");
    if (w->screen.video.description.n) {
        HTML(p->b, "<h2>");
        page_text(p, TEXT_ABOUT);
        HTML(p->b, "</h2>\n");
        html_paragraphs(p->b, w->screen.video.description);
    }
    put_tags(p, &w->screen.video);
    put_chapters(p, w);
    HTML(p->b, "</section>\n");
}

void watch_write(Page *p, const Watch *w)
{
    bool shown = w->screen.video.state == VIDEO_STATE_PUBLISHED;
    page_begin(p, &(PageHead){.title = w->screen.video.title,
                              .description = w->screen.video.description,
                              .path = arena_fmt(p->cx->arena, "/watch/" STR_FMT,
                                                STR_ARG(w->screen.video.slug)),
                              .kind = "video.other",
                              .image = w->screen.image,
                              .hidden = !shown || w->screen.video.visibility != VISIBILITY_PUBLIC,
                              .player = screen_plays(&w->screen),
                              .talk = shown});
    if (!shown) {
        HTML(p->b, "<p class=\"notice\">");
        page_text(p, TEXT_NOT_PUBLIC);
        HTML(p->b, "</p>\n");
    }
    if (shown && w->screen.video.visibility == VISIBILITY_PUBLIC)
        linked_video(p, &w->screen.video, w->screen.image);
    HTML(p->b, "<div class=\"watch\"><div>\n");
    screen_write(p, &w->screen);
    put_facts(p, w);
    HTML(p->b, "</div>\n<div class=\"side\">\n");
    put_choices(p, w);
    put_download(p, w);
    save_buttons(p, w->screen.video.slug, &w->lists);
    if (shown && w->screen.video.visibility != VISIBILITY_PRIVATE)
        share_button(p, w->screen.video.slug);
    HTML(p->b, "</div>\n<div>");
    put_about(p, w);
    follow_write(p, &w->following);
    talk_write(p, &w->talk);
    HTML(p->b, "</div></div>\n");
    page_end(p);
}
