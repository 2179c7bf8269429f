/* GET /videos and GET /search: videos as cards, whoever looks sees what everybody may see. */
#include "catalog/page.h"
#include "catalog/video.h"
#include "contract.h"
#include "db/db.h"
#include "http/params.h"
#include "page/card.h"

enum { PAGE_VIDEOS = 24, WORDS_MAX = 200 };

/* A cursor that is not one of ours begins at the start: a page has no better use for it. */
static PageStart start_of(Cx *cx, Str cursor)
{
    PageStart start = {INT64_MAX, S("")};
    if (page_start(cx, cursor, &start)) {
        cx->n_faults = 0;
        cx->said[0] = 0;
    }
    return start;
}

static Err newest(Cx *cx, Str cursor, VideoPage *out)
{
    PageStart start = start_of(cx, cursor);
    TRY(db_list(cx, SQL_VIDEO_LIST_PUBLIC, ARGS(V(start.at), V(start.id), V(PAGE_VIDEOS + 1)),
                &VIDEO, &out->items));
    if (out->items.n > PAGE_VIDEOS) {
        const Video *last = &out->items.p[PAGE_VIDEOS - 1];
        out->items.n = PAGE_VIDEOS;
        out->next_cursor = page_cursor(
            cx, last->has.published_at ? last->published_at : last->created_at, last->id);
        out->has.next_cursor = true;
    }
    video_address(cx, out->items.p, out->items.n);
    return OK;
}

Err newest_page(Cx *cx, Req *req, Res *res)
{
    VideoPage videos = {0};
    Str cursor = req_query(cx, req, "cursor");
    TRY(newest(cx, cursor, &videos));
    Page page = page_new(cx, req, res);
    page_begin(&page, &(PageHead){.title = page_word(&page, TEXT_NEWEST),
                                  .path = S("/videos"),
                                  .hidden = cursor.n > 0,
                                  .feed = true});
    HTML(page.b, "<h1>");
    page_text(&page, TEXT_NEWEST);
    HTML(page.b, "</h1>\n");
    if (videos.items.n) {
        card_list(&page, &videos.items);
    } else {
        HTML(page.b, "<p class=\"empty\">");
        page_text(&page, TEXT_NO_VIDEOS);
        HTML(page.b, "</p>\n");
    }
    if (videos.has.next_cursor)
        card_more(&page, "/videos", S(""), videos.next_cursor, TEXT_OLDER);
    page_end(&page);
    return OK;
}

/* At most WORDS_MAX bytes, cut between two characters. */
static Str words_of(Cx *cx, const Req *req)
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

static Err find(Cx *cx, Str words, Str cursor, VideoPage *out)
{
    SearchVideosIn in = {
        .q = words, .limit = PAGE_VIDEOS, .cursor = cursor, .has.cursor = cursor.n > 0};
    if (!words.n)
        return OK;
    Err e = search_videos(cx, &in, out);
    if (e != E_INVALID)
        return e;
    cx->n_faults = 0;
    cx->said[0] = 0;
    in.has.cursor = false;
    return search_videos(cx, &in, out);
}

static void put_results(Page *p, Str words, const VideoPage *videos)
{
    Buf query CLEANUP(buf_free) = BUF(4 * WORDS_MAX);
    HTML(p->b, "<h1 dir=\"auto\">");
    if (words.n)
        page_fill(p, TEXT_RESULTS, words);
    else
        page_text(p, TEXT_SEARCH);
    HTML(p->b, "</h1>\n");
    if (videos->items.n) {
        card_list(p, &videos->items);
    } else {
        HTML(p->b, "<p class=\"empty\">");
        page_text(p, words.n ? TEXT_NO_RESULTS : TEXT_SEARCH_ASK);
        HTML(p->b, "</p>\n");
    }
    if (!videos->has.next_cursor)
        return;
    HTML(&query, "q=");
    percent_encode(&query, words);
    buf_byte(&query, '&');
    card_more(p, "/search", (Str){query.p, query.n}, videos->next_cursor, TEXT_MORE_RESULTS);
}

Err search_page(Cx *cx, Req *req, Res *res)
{
    VideoPage videos = {0};
    Str words = words_of(cx, req), title = {0};
    TRY(find(cx, words, req_query(cx, req, "cursor"), &videos));
    Page page = page_new(cx, req, res);
    title = words.n ? text_fill(cx, page.language, TEXT_RESULTS, &words, 1)
                    : page_word(&page, TEXT_SEARCH);
    page_begin(&page,
               &(PageHead){.title = title, .path = S("/search"), .words = words, .hidden = true});
    put_results(&page, words, &videos);
    page_end(&page);
    return OK;
}
