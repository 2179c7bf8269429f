/* GET /v1/search: all the words, by FTS5; Indonesian analysis comes before the index later. */
#include "catalog/page.h"
#include "catalog/video.h"
#include "contract.h"
#include "db/db.h"

enum { WORDS_MAX = 16 };

static bool in_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c & 0x80);
}

/* Each word quoted, as a prefix: nothing the visitor types is FTS5 syntax. Empty: no word. */
static Str match_of(Cx *cx, Str q)
{
    Buf b CLEANUP(buf_free) = BUF(4096);
    int words = 0;
    for (size_t i = 0; i < q.n && words < WORDS_MAX;) {
        size_t from = i;
        while (i < q.n && in_word(q.p[i]))
            i++;
        if (i > from) {
            if (words++)
                buf_byte(&b, ' ');
            buf_byte(&b, '"');
            buf_put(&b, q.p + from, i - from);
            buf_put(&b, "\"*", 2);
        } else {
            i++;
        }
    }
    return arena_str(cx->arena, (Str){b.p, b.n});
}

Err search_videos(Cx *cx, const SearchVideosIn *in, VideoPage *out)
{
    VideoPage page = {0};
    PageStart start = {0};
    Str match = match_of(cx, in->q);
    TRY(page_start(cx, in->has.cursor ? in->cursor : (Str){0}, &start));
    if (!in->has.cursor || !in->cursor.n)
        start = (PageStart){INT64_MIN, S("~")}; /* ranks rise, ids fall */
    if (match.n)
        TRY(db_list(cx, SQL_VIDEO_SEARCH,
                    ARGS(V(match), V(start.at), V(start.id), V(in->limit + 1)), &VIDEO,
                    &page.items));
    if ((int64_t)page.items.n > in->limit) {
        Str id = page.items.p[in->limit - 1].id;
        int64_t rank = 0;
        page.items.n = (size_t)in->limit;
        TRY(db_int(cx, SQL_VIDEO_SEARCH_RANK, ARGS(V(match), V(id)), &rank));
        page.next_cursor = page_cursor(cx, rank, id);
        page.has.next_cursor = true;
    }
    video_address(cx, page.items.p, page.items.n);
    *out = page;
    return OK;
}
