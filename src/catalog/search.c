/* GET /v1/search: all the words; when no video holds them, what the words may have been meant to
 * be; when none holds all of those either, any of them. Which of the three it was stands in the
 * cursor, since a list must go on as it began. */
#include "catalog/analyse.h"
#include "catalog/mistyped.h"
#include "catalog/page.h"
#include "catalog/video.h"
#include "contract.h"
#include "db/db.h"

enum { WORDS_MAX = 16, MATCH_BYTES = 16384 };

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
    Terms terms = terms_of(cx->arena, words);
    bool telling = false, first = true;
    for (size_t i = 0; i < terms.n; i++)
        telling |= !terms.p[i].stop;
    for (size_t i = 0; i < terms.n; i++) {
        const Term *term = &terms.p[i];
        if (telling && term->stop)
            continue;
        if (!first)
            buf_put(&b, with, strlen(with));
        first = false;
        buf_byte(&b, '(');
        put_quoted(&b, term->text);
        if (term->word + 1 == words.n && i + 1 == terms.n) {
            buf_put(&b, " OR ", 4);
            put_quoted(&b, words.p[words.n - 1].text);
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

/* Where the list begins; a first page before every rank. Ranks rise, ids fall. */
static Err start_of(Cx *cx, const SearchVideosIn *in, PageStart *start, Way *way)
{
    *start = (PageStart){INT64_MIN, S("~")};
    *way = WAY_ALL;
    if (!in->has.cursor || !in->cursor.n)
        return OK;
    TRY(page_start(cx, in->cursor, start));
    while (start->at > WAY_RANK / 2 && *way + 1 < WAYS) {
        start->at -= WAY_RANK;
        ++*way;
    }
    return OK;
}

static Err list(Cx *cx, const SearchVideosIn *in, VideoPage *page)
{
    PageStart start = {0};
    Way way = WAY_ALL;
    Str match = {0};
    int64_t rank = 0;
    Words words = words_of(cx->arena, in->q);
    words.n = words.n < WORDS_MAX ? words.n : WORDS_MAX;
    TRY(start_of(cx, in, &start, &way));
    for (bool first = start.at == INT64_MIN, meant = false; words.n; way++) {
        TRY(match_by(cx, &words, &meant, way, &match));
        TRY(db_list(cx, SQL_VIDEO_SEARCH,
                    ARGS(V(match), V(start.at), V(start.id), V(in->limit + 1)), &VIDEO,
                    &page->items));
        if (page->items.n || !first || way == WAY_ANY)
            break;
    }
    if ((int64_t)page->items.n <= in->limit)
        return OK;
    Str id = page->items.p[in->limit - 1].id;
    page->items.n = (size_t)in->limit;
    TRY(db_int(cx, SQL_VIDEO_SEARCH_RANK, ARGS(V(match), V(id)), &rank));
    page->next_cursor = page_cursor(cx, rank + (int64_t)way * WAY_RANK, id);
    page->has.next_cursor = true;
    return OK;
}

Err search_videos(Cx *cx, const SearchVideosIn *in, VideoPage *out)
{
    VideoPage page = {0};
    TRY(list(cx, in, &page));
    video_address(cx, page.items.p, page.items.n);
    *out = page;
    return OK;
}
