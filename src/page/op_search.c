/* GET /search: what is found, as cards with the words marked, and links that narrow it down. */
#include "catalog/facet.h"
#include "http/params.h"
#include "page/card.h"

static const char *const NAMES[SEARCH_FILTERS] = {"kind=", "show=", "duration=", "download="};

enum { PAGE_VIDEOS = 24, WORDS_MAX = 200, ADDRESS_MAX = 2048 };

/* At most WORDS_MAX bytes, cut between two characters. */
static Str words_of_query(Cx *cx, const Req *req)
{
    Str q = req_query(cx, req, "q");
    while (q.n && q.p[0] == ' ')
        q = (Str){q.p + 1, q.n - 1};
    while (q.n && q.p[q.n - 1] == ' ')
        q.n--;
    if (q.n <= WORDS_MAX)
        return q;
    size_t n = WORDS_MAX;
    while (n && ((unsigned char)q.p[n] & 0xC0) == 0x80)
        n--;
    return (Str){q.p, n};
}

/* A filter that is none of ours is left out: a page has no better use for it. */
static SearchVideosIn asked(Cx *cx, const Req *req)
{
    Str kind = req_query(cx, req, "kind"), duration = req_query(cx, req, "duration"),
        download = req_query(cx, req, "download");
    int k = enum_of(&VIDEO_KIND, kind), d = enum_of(&SEARCH_DURATION, duration);
    SearchVideosIn in = {.q = words_of_query(cx, req),
                         .show = req_query(cx, req, "show"),
                         .cursor = req_query(cx, req, "cursor"),
                         .limit = PAGE_VIDEOS,
                         .facets = true,
                         .highlights = true};
    in.has.show = in.show.n > 0;
    in.has.cursor = in.cursor.n > 0;
    in.has.kind = k > 0;
    in.kind = (VideoKind)k;
    in.has.duration = d > 0;
    in.duration = (SearchDuration)d;
    in.download = str_eq(download, S("true"));
    in.has.download = in.download || str_eq(download, S("false"));
    return in;
}

static Err find(Cx *cx, SearchVideosIn *in, SearchPage *out)
{
    if (!in->q.n)
        return OK;
    Err e = search_videos(cx, in, out);
    if (e != E_INVALID)
        return e;
    cx->n_faults = 0; /* a cursor that is not one of ours begins at the start */
    cx->said[0] = 0;
    in->has.cursor = false;
    return search_videos(cx, in, out);
}

static void put_pair(Buf *b, const char *name, Str value)
{
    buf_put(b, name, strlen(name));
    percent_encode(b, value);
    buf_byte(b, '&');
}

/* The query of this search, ending in '&', with one filter changed; empty value: without it. */
static Str query_of(Cx *cx, const SearchVideosIn *in, SearchFilter changed, Str value)
{
    Buf b CLEANUP(buf_free) = BUF(ADDRESS_MAX);
    put_pair(&b, "q=", in->q);
    for (SearchFilter f = 0; f < SEARCH_FILTERS; f++) {
        Str is = f == changed ? value : search_filter(in, f);
        if (is.n)
            put_pair(&b, NAMES[f], is);
    }
    return arena_str(cx->arena, (Str){b.p, b.n});
}

static Text duration_text(SearchDuration duration)
{
    switch (duration) {
    case SEARCH_DURATION_SHORT:
        return TEXT_SHORT_ONES;
    case SEARCH_DURATION_MEDIUM:
        return TEXT_MEDIUM_ONES;
    case SEARCH_DURATION_LONG:
        break;
    }
    return TEXT_LONG_ONES;
}

static Str facet_word(const Page *p, SearchFilter filter, const Facet *f)
{
    switch (filter) {
    case BY_KIND:
        return page_word(p, video_kind_text((VideoKind)enum_of(&VIDEO_KIND, f->value)));
    case BY_DURATION:
        return page_word(p, duration_text((SearchDuration)enum_of(&SEARCH_DURATION, f->value)));
    case BY_DOWNLOAD:
        return page_word(p, str_eq(f->value, S("true")) ? TEXT_WITH_FILE : TEXT_WITHOUT_FILE);
    case BY_SHOW:
    case SEARCH_FILTERS:
        break;
    }
    return f->has.title ? f->title : f->value;
}

static void put_facet(Page *p, const SearchVideosIn *in, SearchFilter filter, const Facet *f,
                      bool on)
{
    Arena *a = p->cx->arena;
    Str word = facet_word(p, filter, f), query = query_of(p->cx, in, filter, on ? S("") : f->value);
    HTML(p->b, "<li><a class=\"tag\"");
    if (on) {
        HTML(p->b, " aria-current=\"true\"");
        html_attr(p->b, "aria-label", text_fill(p->cx, p->language, TEXT_FILTER_OFF, &word, 1));
    }
    html_link(p->b, "href",
              arena_fmt(a, "/search?" STR_FMT, STR_ARG(((Str){query.p, query.n - 1}))));
    HTML(p->b, "><span dir=\"auto\">");
    html_text(p->b, word);
    HTML(p->b, "</span> ");
    html_text(p->b, on ? S("✕") : arena_fmt(a, "(%lld)", (long long)f->count));
    HTML(p->b, "</a></li>\n");
}

/* A filter that is on can be taken off, also when nothing is left with it; one that would not
 * change anything is not offered. */
static void put_filter(Page *p, const SearchVideosIn *in, SearchFilter filter,
                       const FacetList *list)
{
    Str is = search_filter(in, filter);
    bool there = false;
    for (size_t i = 0; i < list->n; i++) {
        bool on = str_eq(list->p[i].value, is);
        there |= on;
        if (on || list->n > 1)
            put_facet(p, in, filter, &list->p[i], on);
    }
    if (is.n && !there)
        put_facet(p, in, filter, &(Facet){.value = is}, true);
}

static void put_filters(Page *p, const SearchVideosIn *in, const Facets *f)
{
    HTML(p->b, "<nav");
    html_attr(p->b, "aria-label", page_word(p, TEXT_FILTERS));
    HTML(p->b, "><ul class=\"tags\">\n");
    put_filter(p, in, BY_KIND, &f->kind);
    put_filter(p, in, BY_SHOW, &f->show);
    put_filter(p, in, BY_DURATION, &f->duration);
    put_filter(p, in, BY_DOWNLOAD, &f->download);
    HTML(p->b, "</ul></nav>\n");
}

static void put_results(Page *p, const SearchVideosIn *in, const SearchPage *found)
{
    bool narrowed = in->has.kind || in->has.show || in->has.duration || in->has.download;
    HTML(p->b, "<h1 dir=\"auto\">");
    if (in->q.n)
        page_fill(p, TEXT_RESULTS, in->q);
    else
        page_text(p, TEXT_SEARCH);
    HTML(p->b, "</h1>\n");
    if (in->q.n && (narrowed || found->items.n > 1))
        put_filters(p, in, &found->facets);
    if (found->items.n) {
        card_list_marked(p, &found->items, &found->highlights);
    } else {
        HTML(p->b, "<p class=\"empty\">");
        page_text(p, !in->q.n   ? TEXT_SEARCH_ASK
                     : narrowed ? TEXT_NO_RESULTS_THUS
                                : TEXT_NO_RESULTS);
        HTML(p->b, "</p>\n");
    }
    if (found->has.next_cursor)
        card_more(p, "/search", query_of(p->cx, in, SEARCH_FILTERS, S("")), found->next_cursor,
                  TEXT_MORE_RESULTS);
}

Err search_page(Cx *cx, Req *req, Res *res)
{
    SearchPage found = {0};
    SearchVideosIn in = asked(cx, req);
    TRY(find(cx, &in, &found));
    Page page = page_new(cx, req, res);
    Str title = in.q.n ? text_fill(cx, page.language, TEXT_RESULTS, &in.q, 1)
                       : page_word(&page, TEXT_SEARCH);
    page_begin(&page,
               &(PageHead){.title = title, .path = S("/search"), .words = in.q, .hidden = true});
    put_results(&page, &in, &found);
    page_end(&page);
    return OK;
}
