/* GET /videos: all of them as cards, newest first; whoever looks sees what everybody may see. */
#include "catalog/page.h"
#include "catalog/video.h"
#include "contract.h"
#include "db/db.h"
#include "http/params.h"
#include "page/card.h"

enum { PAGE_VIDEOS = 24 };

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
