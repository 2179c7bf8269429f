/* The product's statements on a migrated database: all can be prepared, and no operation runs more
 * of them than it must (no query for each row of a list). */
#include "base/memo.h"
#include "common/app.h"
#include "catalog/home.h"
#include "db/store.h"
#include "http/res.h"
#include "store.h"
#include "streaming/token.h"
#include "download/live.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>

typedef struct World {
    Cx cx;
    App app;
    int64_t count;
    Store store;
} World;

/* SQLite tells of each statement that begins; only the product's own are counted, not what FTS5 or
 * a unit runs. */
static int on_statement(unsigned kind, void *who, void *statement, void *text)
{
    const char *sql = sqlite3_sql(statement);
    (void)kind, (void)text;
    for (size_t i = 0; sql && i < SQL_COUNT; i++)
        if (strcmp(sql, sql_text[i]) == 0) {
            ++*(int64_t *)who;
            break;
        }
    return 0;
}

static World *world_open(void)
{
    Arena *a = arena_new();
    World *w = arena_take(a, sizeof *w);
    w->cx = (Cx){.arena = a, .app = &w->app, .now = 1700000000000, .memo = memo_new()};
    w->app.conf.stream_life = 21600000;
    w->app.conf.ticket_life = w->app.conf.max_ticket_life = 604800000;
    w->app.conf.max_ticket_downloads = w->app.conf.quota_files = 10;
    w->app.conf.quota_bytes = 1 << 30;
    w->app.conf.start_by = 900000;
    w->app.conf.time_zone = S("Asia/Jakarta");
    w->app.public_url = S("http://hub.test");
    w->app.stream_key = S("0123456789abcdef0123456789abcdef");
    store_open(&w->store, &w->cx, "statements");
    sqlite3_trace_v2(w->cx.conn->lite, SQLITE_TRACE_STMT, on_statement, &w->count);
    sqlite3_trace_v2(w->app.db->writer->lite, SQLITE_TRACE_STMT, on_statement, &w->count);
    return w;
}

static void world_close(World *w)
{
    store_close(&w->store, &w->cx);
    memo_free(w->cx.memo);
    arena_free(w->cx.arena);
}

static void viewer_is(World *w, uint64_t scopes)
{
    w->cx.viewer = (Viewer){.scopes = scopes};
}

/* Statements that ran since the last call. */
static int64_t ran(World *w)
{
    int64_t n = w->count;
    w->count = 0;
    return n;
}

static Str make_videos(World *w, int n)
{
    Str id = {0};
    viewer_is(w, SCOPE_VIDEO_WRITE);
    for (int i = 0; i < n; i++) {
        CreateVideoIn in = {.body = {.title = S("Rendang"),
                                     .description = S(""),
                                     .kind = VIDEO_KIND_CLIP,
                                     .language = S("id"),
                                     .visibility = VISIBILITY_PUBLIC,
                                     .access = ACCESS_EVERYONE,
                                     .content_rating = CONTENT_RATING_SU,
                                     .comment_policy = COMMENT_POLICY_OPEN}};
        Video video = {0};
        CHECK(create_video(&w->cx, &in, &video) == OK && db_settle(&w->cx) == OK);
        id = video.id;
    }
    viewer_is(w, 0);
    return id;
}

TEST(every_statement_of_the_product_can_be_prepared)
{
    World *w = world_open();
    CHECK(db_prepare_all(&w->cx) == OK);
    if (w->cx.said[0])
        printf("    %s\n", w->cx.said);
    world_close(w);
}

TEST(a_list_costs_one_statement_however_long_it_is)
{
    World *w = world_open();
    make_videos(w, 30);
    viewer_is(w, SCOPE_VIDEO_WRITE);
    for (int64_t limit = 1; limit <= 100; limit += 33) {
        VideoPage page = {0};
        ListVideosIn in = {.limit = limit};
        (void)ran(w);
        CHECK(list_videos(&w->cx, &in, &page) == OK &&
              page.items.n == (size_t)(limit < 30 ? limit : 30));
        CHECK(ran(w) == 1);
    }
    world_close(w);
}

TEST(reading_a_video_costs_one_statement)
{
    World *w = world_open();
    Str id = make_videos(w, 1);
    Video video = {0};
    viewer_is(w, SCOPE_VIDEO_WRITE);
    (void)ran(w);
    CHECK(get_video(&w->cx, &(GetVideoIn){.id = id}, &video) == OK && ran(w) == 1);
    CHECK(get_video_by_slug(&w->cx, &(GetVideoBySlugIn){.slug = S("rendang")}, &video) == OK &&
          ran(w) == 1);
    world_close(w);
}

TEST(a_search_costs_two_statements)
{
    World *w = world_open();
    make_videos(w, 10);
    store_put(&w->store, &w->cx, "UPDATE video SET state = 'published'");
    SearchPage page = {0};
    (void)ran(w);
    CHECK(search_videos(&w->cx, &(SearchVideosIn){.q = S("rendang"), .limit = 3}, &page) == OK);
    CHECK(ran(w) == 2);
    CHECK(search_videos(
              &w->cx,
              &(SearchVideosIn){.q = S("rendang"), .limit = 20, .facets = true, .highlights = true},
              &page) == OK &&
          ran(w) == 3);
    CHECK(search_videos(&w->cx, &(SearchVideosIn){.q = S("!"), .limit = 3}, &page) == OK &&
          ran(w) == 0);
    world_close(w);
}

TEST(comments_are_read_by_two_statements_however_many)
{
    World *w = world_open();
    Str id = make_videos(w, 1);
    CommentPage page = {0};
    store_put(
        &w->store, &w->cx,
        "UPDATE video SET state = 'published';"
        "INSERT INTO account (id, subject, name, role, created_at) VALUES "
        "('00000000000000000000000001', 's', 'fan', 'fan', 0);"
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60)"
        " INSERT INTO comment (id, video, account, text, mentions, state, shown_at, created_at)"
        " SELECT printf('%026d', i), v.id, '00000000000000000000000001', 'Halo', '[]', 'shown', i, "
        "i"
        " FROM n, video v");
    (void)ran(w);
    CHECK(list_comments(&w->cx, &(ListCommentsIn){.id = id, .limit = 50}, &page) == OK);
    CHECK(ran(w) == 2 && page.items.n == 50 && page.has.next_cursor);
    world_close(w);
}

TEST(the_home_page_costs_four_statements_whoever_asks)
{
    World *w = world_open();
    make_videos(w, 30);
    store_put(&w->store, &w->cx,
              "UPDATE video SET state = 'published', duration_ms = 60000, tags = '[\"kopi\"]';"
              "INSERT INTO account (id, subject, name, role, created_at) VALUES "
              "('00000000000000000000000001', 's', 'fan', 'fan', 0);"
              "INSERT INTO history (account, video, position_ms, watched_at)"
              " SELECT '00000000000000000000000001', id, n * 2000, n FROM video WHERE n <= 20;"
              "INSERT INTO trend (n, score) SELECT n, 1 << 60 FROM video");
    Home home = {0};
    (void)ran(w);
    CHECK(get_home(&w->cx, &home) == OK && ran(w) == 2 && home.rails.n == 3);
    w->cx.viewer = (Viewer){.id = S("00000000000000000000000001"), .role = S("fan")};
    CHECK(get_home(&w->cx, &home) == OK && ran(w) == 4);
    CHECK(home.rails.n == 4 && home.rails.p[1].kind == RAIL_KIND_CONTINUE);
    CHECK(home.rails.p[0].items.n == RAIL_VIDEOS);
    world_close(w);
}

TEST(making_a_video_costs_a_handful_of_statements)
{
    World *w = world_open();
    make_videos(w, 1);
    (void)ran(w);
    make_videos(w, 1);
    int64_t n = ran(w);
    CHECK(n >= 4 && n <= 9);
    if (n > 9)
        printf("    %lld statements\n", (long long)n);
    world_close(w);
}

/* One published video with one rendition of three segments, and a ticket of an account. */
static void publish_one(World *w)
{
    make_videos(w, 1);
    store_put(
        &w->store, &w->cx,
        "INSERT INTO account (id, subject, name, role, created_at) VALUES "
        "('00000000000000000000000001', 's', 'fan', 'fan', 0);"
        "INSERT INTO encode (id, video, blob, filename, size_bytes, state, created_at)"
        " SELECT '0000000000000000000000000e', id, 'original/x', 'x.mp4', 5, 'ready', 0 FROM video;"
        "INSERT INTO rendition (id, encode, position, name, kind, state, blob)"
        " VALUES ('0000000000000000000000000r', '0000000000000000000000000e', 0, '144p', 'video', "
        "'ready', 'rendition/x');"
        "INSERT INTO segment (rendition, n, at, size, start, duration) VALUES "
        "('0000000000000000000000000r', 1, 0, 5, 0, 5);"
        "INSERT INTO asset (id, video, encode, kind, filename, media_type, size_bytes, sha256, "
        "gate, tier, blob, created_at)"
        " SELECT '0000000000000000000000000a', id, '0000000000000000000000000e', 'original', "
        "'x.mp4', 'video/mp4', 5, 'ab',"
        " 'none', 'free', 'original/x', 0 FROM video;"
        "UPDATE video SET state = 'published', published_at = 1, encode = "
        "'0000000000000000000000000e', duration_ms = 1000;");
}

TEST(a_playback_begins_with_eight_statements_at_most)
{
    World *w = world_open();
    publish_one(w);
    Playback out = {0};
    ListVideosIn in = {.limit = 1};
    VideoPage page = {0};
    CHECK(list_videos(&w->cx, &in, &page) == OK && page.items.n == 1);
    w->cx.viewer = (Viewer){.id = S("00000000000000000000000001"), .role = S("fan")};
    (void)ran(w);
    CHECK(create_playback(&w->cx, &(CreatePlaybackIn){.id = page.items.p[0].id}, &out) == OK);
    CHECK(ran(w) <= 8); /* who, captions, storyboard, sizes, position; trend, kept */
    world_close(w);
}

TEST(a_ticket_is_read_by_two_statements_and_made_by_sixteen_at_most)
{
    World *w = world_open();
    publish_one(w);
    DownloadTicket made = {0}, read = {0};
    w->cx.viewer = (Viewer){.id = S("00000000000000000000000001"), .role = S("fan")};
    (void)ran(w);
    CHECK(create_ticket(&w->cx, &(CreateTicketIn){.id = S("0000000000000000000000000a")}, &made) ==
          OK);
    CHECK(ran(w) <= 16); /* its first download and that one's entry with it */
    CHECK(db_settle(&w->cx) == OK);
    CHECK(get_ticket(&w->cx, &(GetTicketIn){.ticket = made.ticket}, &read) == OK && ran(w) == 2);
    world_close(w);
}

TEST(a_segment_and_a_download_cost_one_statement)
{
    World *w = world_open();
    publish_one(w);
    VideoPage page = {0};
    ListVideosIn in = {.limit = 1};
    CHECK(list_videos(&w->cx, &in, &page) == OK && page.items.n == 1);
    StreamToken token = {.video = page.items.p[0].id,
                         .playback = S("00000000000000000000000000"),
                         .expires_at = w->cx.now + 60000};
    Req req = {.method = M_GET,
               .params = {token_write(&w->cx, w->app.stream_key, &token),
                          S("0000000000000000000000000e"), S("144p"), S("1")},
               .n_params = 4};
    Res res = {.fd = -1};
    char folder[64];
    snprintf(folder, sizeof folder, "%s/blobs", w->store.folder);
    CHECK(blobs_open(&w->cx, str_of(folder), &w->app.blobs) == OK);
    (void)ran(w);
    CHECK(get_segment(&w->cx, &req, &res) != OK); /* the row is there, its file is not */
    CHECK(ran(w) == 1);
    DownloadTicket made = {0};
    w->cx.viewer = (Viewer){.id = S("00000000000000000000000001"), .role = S("fan")};
    CHECK(create_ticket(&w->cx, &(CreateTicketIn){.id = S("0000000000000000000000000a")}, &made) ==
              OK &&
          db_settle(&w->cx) == OK);
    Req get = {.method = M_GET, .params = {made.ticket, S("x.mp4")}, .n_params = 2};
    Res file = {.fd = -1};
    (void)ran(w);
    w->app.lives = lives_new();
    CHECK(get_download(&w->cx, &get, &file) != OK);
    CHECK(ran(w) <= 3); /* the ticket, its download, its account's speed: once for all its ranges */
    lives_free(w->app.lives);
    w->app.lives = NULL;
    blobs_close(w->app.blobs);
    w->app.blobs = NULL;
    char path[96];
    for (const char *const *name = (const char *const[]){"original", "rendition", "", NULL}; *name;
         name++) {
        snprintf(path, sizeof path, "%s/%s", folder, *name);
        (void)remove(path);
    }
    world_close(w);
}
