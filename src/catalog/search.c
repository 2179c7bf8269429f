/* GET /v1/search: all the words; when no video holds them, what the words may have been meant to
 * be; when none holds all of those either, any of them. Which of the three it was stands in the
 * cursor, since a list must go on as it began. */
#include "catalog/facet.h"
#include "catalog/highlight.h"
#include "catalog/mistyped.h"
#include "catalog/page.h"
#include "catalog/video.h"
#include "contract.h"
#include "db/db.h"

enum { WORDS_MAX = 16, MATCH_BYTES = 16384, PART_BYTES = 180 };

typedef enum Way { WAY_ALL, WAY_MEANT, WAY_ANY, WAYS } Way;

static const int64_t WAY_RANK = 1000000000000000; /* beyond every rank: of the way in a cursor */

static void put_quoted(Buf *b, Str text)
{
    buf_byte(b, '"');
    buf_put(b, text.p, text.n);
    buf_byte(b, '"');
}

/* Terms quoted: nothing the visitor types is FTS5 syntax. The last word may be only begun. Empty:
 * no word. */
static Str match_of(Cx *cx, Words words, const char *with)
{
    Buf b CLEANUP(buf_free) = BUF(MATCH_BYTES);
    Asked asked = asked_of(cx->arena, words);
    for (size_t i = 0; i < asked.terms.n; i++) {
        if (i)
            buf_put(&b, with, strlen(with));
        buf_byte(&b, '(');
        put_quoted(&b, asked.terms.p[i].text);
        if (asked.begun.n && i + 1 == asked.terms.n) {
            buf_put(&b, " OR ", 4);
            put_quoted(&b, asked.begun);
            buf_byte(&b, '*');
        }
        buf_byte(&b, ')');
    }
    return arena_str(cx->arena, (Str){b.p, b.n});
}

/* *words become what was meant at the first way that asks for it. */
static Err match_by(Cx *cx, Words *words, bool *meant, Way way, Str *out)
{
    if (way != WAY_ALL && !*meant)
        TRY(mistyped(cx, *words, words));
    *meant = way != WAY_ALL;
    *out = match_of(cx, *words, way == WAY_ANY ? " OR " : " AND ");
    return OK;
}

/* What the visitor narrows the list to: $4 to $8 of video_search. */
typedef struct Narrow {
    Val kind, show, from, below, download;
} Narrow;

static Narrow narrow_of(Cx *cx, const SearchVideosIn *in)
{
    Narrow n = {val_field(cx, &SEARCH_VIDEOS_IN, "kind", in),
                val_field(cx, &SEARCH_VIDEOS_IN, "show", in), val_null(), val_null(),
                val_field(cx, &SEARCH_VIDEOS_IN, "download", in)};
    int64_t from = 0, below = 0;
    if (!in->has.duration)
        return n;
    duration_limits(in->duration, &from, &below);
    n.from = V(from);
    n.below = below == INT64_MAX ? val_null() : V(below);
    return n;
}

static bool narrowed(const SearchVideosIn *in)
{
    return in->has.kind || in->has.show || in->has.duration || in->has.download;
}

/* Whether there are videos, if only others than those it is narrowed to: then no other words are
 * tried. */
static Err found(Cx *cx, Str match, bool *out)
{
    FoundRows any = {0};
    Val none = val_null();
    TRY(db_list(cx, SQL_VIDEO_SEARCH,
                ARGS(V(match), none, V(S("")), none, none, none, none, none, V((int64_t)1)),
                &FOUND_ROW, &any.items));
    *out = any.items.n > 0;
    return OK;
}

/* What was asked, and what was found of it at last. */
typedef struct Search {
    const SearchVideosIn *in;
    PageStart start;
    bool first; /* page */
    Way way;
    Words words;
    Str match;
    FoundRows found;
} Search;

/* Where the list begins. Ranks rise, ids fall. */
static Err start_of(Cx *cx, const SearchVideosIn *in, Search *s)
{
    s->first = !in->has.cursor || !in->cursor.n;
    if (s->first)
        return OK;
    TRY(page_start(cx, in->cursor, &s->start));
    while (s->start.at > WAY_RANK / 2 && s->way + 1 < WAYS) {
        s->start.at -= WAY_RANK;
        s->way++;
    }
    return OK;
}

static Err find(Cx *cx, Search *s)
{
    Narrow n = narrow_of(cx, s->in);
    for (bool meant = false; s->words.n; s->way++) {
        bool other = false;
        TRY(match_by(cx, &s->words, &meant, s->way, &s->match));
        TRY(db_list(cx, SQL_VIDEO_SEARCH,
                    ARGS(V(s->match), s->first ? val_null() : V(s->start.at), V(s->start.id),
                         n.kind, n.show, n.from, n.below, n.download, V(s->in->limit + 1)),
                    &FOUND_ROW, &s->found.items));
        if (s->found.items.n || !s->first || s->way == WAY_ANY)
            break;
        if (narrowed(s->in))
            TRY(found(cx, s->match, &other));
        if (other)
            break;
    }
    return OK;
}

static Err put_videos(Cx *cx, const Search *s, SearchPage *page)
{
    Buf ids CLEANUP(buf_free) = BUF(MATCH_BYTES);
    size_t limit = (size_t)s->in->limit, n = s->found.items.n < limit ? s->found.items.n : limit;
    if (!n)
        return OK;
    for (size_t i = 0; i < n; i++) {
        buf_byte(&ids, i ? ',' : '[');
        buf_json_str(&ids, s->found.items.p[i].id);
    }
    buf_byte(&ids, ']');
    Str list = {ids.p, ids.n};
    TRY(db_list(cx, SQL_VIDEO_FOUND, ARGS(V(list)), &VIDEO, &page->items));
    if (s->found.items.n <= limit)
        return OK;
    const FoundRow *last = &s->found.items.p[limit - 1];
    page->next_cursor = page_cursor(cx, last->place + (int64_t)s->way * WAY_RANK, last->id);
    page->has.next_cursor = true;
    return OK;
}

static Err put_facets(Cx *cx, const Search *s, SearchPage *page)
{
    FacetRows rows = {0};
    if (!s->in->facets)
        return OK;
    page->has.facets = true;
    if (s->words.n)
        TRY(db_list(cx, SQL_VIDEO_SEARCH_FACETS,
                    ARGS(V(s->match), V((int64_t)SHORT_MS), V((int64_t)LONG_MS)), &FACET_ROW,
                    &rows.items));
    facets_of(cx->arena, s->in, &rows, &page->facets);
    return OK;
}

static void put_highlights(Cx *cx, const Search *s, SearchPage *page)
{
    if (!s->in->highlights)
        return;
    Asked asked = asked_of(cx->arena, s->words);
    HighlightList *to = &page->highlights;
    *to = (HighlightList){arena_array(cx->arena, Highlight, page->items.n * 2 + 1), 0};
    for (size_t i = 0; i < page->items.n; i++) {
        const Video *v = &page->items.p[i];
        Highlight title = {.video_id = v->id, .field = HIGHLIGHT_FIELD_TITLE};
        Highlight text = {.video_id = v->id, .field = HIGHLIGHT_FIELD_DESCRIPTION};
        if (highlight(cx->arena, &asked, v->title, v->title.n, &title.text, &title.marks))
            to->p[to->n++] = title;
        if (highlight(cx->arena, &asked, v->description, PART_BYTES, &text.text, &text.marks))
            to->p[to->n++] = text;
    }
    page->has.highlights = true;
}

Err search_videos(Cx *cx, const SearchVideosIn *in, SearchPage *out)
{
    SearchPage page = {0};
    Search s = {.in = in, .words = words_of(cx->arena, in->q)};
    s.words.n = s.words.n < WORDS_MAX ? s.words.n : WORDS_MAX;
    TRY(start_of(cx, in, &s));
    TRY(find(cx, &s));
    TRY(put_videos(cx, &s, &page));
    TRY(put_facets(cx, &s, &page));
    put_highlights(cx, &s, &page);
    video_address(cx, page.items.p, page.items.n);
    *out = page;
    return OK;
}
