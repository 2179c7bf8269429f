/* The toy hub from request to answer. */
#include "test.h"
#include "toy.h"
#include "world.h"

typedef struct Call {
    const char *name, *request, *body;
    int status;
    const char *has; /* a part of the answer */
} Call;

static bool contains(const Buf *b, const char *part)
{
    return !*part || (b->n && memmem(b->p, b->n, part, strlen(part)));
}

static void check_calls(World *w, const Call *calls, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const Call *c = &calls[i];
        test_case = c->name;
        Answer a CLEANUP(answer_close) = ask(w, c->request, NULL, c->body);
        CHECK(a.status == c->status);
        CHECK(contains(&a.body, c->has));
        if (a.status != c->status || !contains(&a.body, c->has))
            printf("    %d " STR_FMT "\n", a.status, (int)a.body.n, a.body.p);
    }
}

TEST(anybody_reads_what_is_public_and_writes_nothing)
{
    World w CLEANUP(world_close) = world((Str){0});
    static const Call calls[] = {
        {"get", "GET /v1/videos/aaaa", NULL, 200,
         "\"show\":{\"slug\":\"pilot\",\"title\":\"The Pilot Show\"}"},
        {"by slug", "GET /v1/videos/by-slug/seen", NULL, 200,
         "\"publishAt\":null,\"createdAt\":\"1970-01-01T00:00:01.000Z\",\"version\":1}"},
        {"HEAD is GET", "HEAD /v1/videos/aaaa", NULL, 200, "\"id\":\"aaaa\""},
        {"not public", "GET /v1/videos/bbbb", NULL, 404, "/problems/not-found"},
        {"no such id", "GET /v1/videos/zzzz", NULL, 404, "\"detail\":\"no such Video\""},
        {"an id of other letters", "GET /v1/videos/A1", NULL, 404, "/problems/not-found"},
        {"list", "GET /v1/videos?limit=1", NULL, 200, "{\"items\":[{\"id\":\"aaaa\""},
        {"GET with a body", "GET /v1/videos/aaaa", "not looked at", 200, ""},
        {"post", "POST /v1/videos", "{\"title\":\"a\"}", 401, "/problems/sign-in-required"},
        {"no such path", "GET /v1/nothing", NULL, 404, "no such path"},
        {"path with a slash more", "GET /v1/videos/", NULL, 404, ""},
        {"not this way", "PUT /v1/videos/aaaa", NULL, 405, "only GET, HEAD, PATCH, DELETE"},
        {"comments", "GET /v1/videos/aaaa/comments", NULL, 200, "{\"items\":[]}"},
    };
    check_calls(&w, calls, COUNT(calls));
}

TEST(an_editor_makes_changes_and_publishes)
{
    World w CLEANUP(world_close) = world(S("ann"));
    static const Call calls[] = {
        {"make", "POST /v1/videos",
         "{\"title\":\"Tên "
         "\\\"mới\\\"\",\"tags\":[\"a\",\"b\"],\"chapters\":[{\"startMs\":5,\"title\":\"t\"}],"
         "\"show\":{\"slug\":\"pilot\"},"
         "\"extra\":{\"k\":1},\"score\":4.5,\"posterUrl\":\"https://x/y\"}",
         201,
         "\"score\":4.5,\"tags\":[\"a\",\"b\"],\"chapters\":[{\"startMs\":5,\"title\":\"t\"}],"
         "\"show\":{\"slug\":\"pilot\",\"title\":\"The Pilot Show\"},"
         "\"posterUrl\":\"https://x/y\",\"extra\":{\"k\":1},\"publishAt\":null"},
        {"page 1", "GET /v1/videos?limit=2", NULL, 200, "\"nextCursor\":\"bbbb\"}"},
        {"page 2", "GET /v1/videos?limit=2&cursor=bbbb", NULL, 200, "\"slug\":\"seen\""},
        {"filter", "GET /v1/videos?kind=music", NULL, 200, "{\"items\":[{\"id\":\"cccc\""},
        {"a path that cannot be hides the body's faults", "PATCH /v1/videos/A",
         "{\"title\":\"\",\"x\":1}", 404, "/problems/not-found"},
        {"two faults", "PATCH /v1/videos/bbbb", "{\"title\":\"\",\"x\":1}", 422,
         "[{\"in\":\"body\",\"pointer\":\"/title\",\"detail\":"
         "\"must have at least 1 characters\"},{\"in\":\"body\",\"pointer\":\"/x\""},
        {"patch sets", "PATCH /v1/videos/bbbb",
         "{\"publishAt\":\"2026-01-01T00:00:00Z\",\"title\":\"New\"}", 200,
         "\"publishAt\":\"2026-01-01T00:00:00.000Z\""},
        {"patch leaves", "PATCH /v1/videos/bbbb", "{\"tags\":[\"z\"]}", 200,
         "\"publishAt\":\"2026-01-01T00:00:00.000Z\""},
        {"patch empties", "PATCH /v1/videos/bbbb", "{\"publishAt\":null}", 200,
         "\"publishAt\":null"},
        {"patch of nobody's", "PATCH /v1/videos/zzzz", "{}", 404, "not-found"},
        {"body that is no JSON", "PATCH /v1/videos/bbbb", "{", 400, "/problems/malformed"},
        {"publish", "POST /v1/videos/bbbb/publish", NULL, 200, "\"state\":\"public\""},
        {"publish a draft", "POST /v1/videos/cccc/publish", NULL, 409,
         "\"type\":\"/problems/not-ready\""},
        {"comment", "POST /v1/videos/aaaa/comments", "{\"text\":\"đẹp\",\"atMs\":0}", 201,
         "\"text\":\"đẹp\",\"atMs\":0,"},
        {"comments", "GET /v1/videos/aaaa/comments", NULL, 200,
         "\"author\":\"ann\",\"text\":\"đẹp\",\"atMs\":0"},
        {"delete", "DELETE /v1/videos/cccc", NULL, 204, ""},
        {"delete again", "DELETE /v1/videos/cccc", NULL, 404, ""},
    };
    check_calls(&w, calls, COUNT(calls));
}

TEST(an_error_the_contract_does_not_promise_becomes_internal)
{
    World w CLEANUP(world_close) = world(S("ann"));
    static const Call calls[] = {
        {"comment", "POST /v1/videos/aaaa/comments", "{\"text\":\"x\"}", 201, "\"atMs\":null"},
        {"delete what has comments: a constraint, so E_CONFLICT", "DELETE /v1/videos/aaaa", NULL,
         500, "/problems/internal"},
    };
    check_calls(&w, calls, COUNT(calls));
    CHECK(strncmp(w.cx.said, "deleteVideo may not answer conflict: ", 37) == 0);
}

TEST(routes_prefer_literals_and_turn_back_from_them)
{
    World w CLEANUP(world_close) = world((Str){0});
    static const struct {
        Method method;
        const char *path, *name;
        unsigned allow;
    } rows[] = {
        {M_GET, "/v1/videos/by-slug/publish", "getVideoBySlug", 0},
        {M_POST, "/v1/videos/by-slug/publish", "publishVideo", 0},
        {M_GET, "/v1/videos/by-slug", "getVideo", 0},
        {M_GET, "/stream/t/720p.m3u8", "getPlaylist", 0},
        {M_GET, "/stream/t/.m3u8", NULL, 0},
        {M_GET, "/stream//a.m3u8", NULL, 0},
        {M_GET, "/", NULL, 0},
        {M_GET, "", NULL, 0},
        {M_GET, "/v1/videos//publish", NULL, 0},
        {M_OPTIONS, "/v1/uploads", "tellUploads", 0},
        {M_HEAD, "/v1/uploads/aaaa", "headUpload", 0},
        {M_HEAD, "/v1/videos/by-slug", "getVideo", 0},
        {M_DELETE, "/v1/videos", NULL, 1u << M_GET | 1u << M_HEAD | 1u << M_POST},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        test_case = rows[i].path;
        Match m = router_find(w.router, rows[i].method, str_of(rows[i].path));
        CHECK(rows[i].name ? m.route && strcmp(m.route->name, rows[i].name) == 0
                           : !m.route && m.allow == rows[i].allow);
    }
}

TEST(a_link_leads_from_a_struct_to_an_operations_input)
{
    const Link *l = &VIDEO.links[0];
    CHECK(VIDEO.n_links == 1 && strcmp(l->name, "comments") == 0 &&
          strcmp(ROUTES[l->to].name, "listComments") == 0);
    CHECK(l->from_at == offsetof(Video, id) && l->input_at == offsetof(ListCommentsIn, id));
}

/* A typo in a .sql file fails here and not in front of a user. */
TEST(every_statement_prepares_and_every_column_has_its_field)
{
    World w CLEANUP(world_close) = world(S("ann"));
    Val ones[16];
    for (size_t i = 0; i < COUNT(ones); i++)
        ones[i] = V(1);
    static const uint8_t parameters[SQL_COUNT] = {
        [SQL_VIDEO_VISIBLE] = 3, [SQL_VIDEO_LIST] = 4,    [SQL_VIDEO_ADD] = 16,
        [SQL_VIDEO_CHANGE] = 11, [SQL_VIDEO_PUBLISH] = 2, [SQL_VIDEO_DROP] = 2,
        [SQL_COMMENT_ADD] = 6,   [SQL_COMMENT_LIST] = 3,  [SQL_SHOW_ADD] = 2,
        [SQL_SHOW_CHANGE] = 2,   [SQL_VIDEO_OWNER] = 1};
    for (Sql id = 0; id < SQL_COUNT; id++) {
        List list = {0};
        test_case = sql_name[id];
        Err e = db_list(&w.cx, id, ones, parameters[id],
                        id == SQL_COMMENT_LIST  ? &COMMENT
                        : id == SQL_VIDEO_OWNER ? &OWNER_ROW
                                                : &VIDEO,
                        &list);
        CHECK(e == OK || e == E_CONFLICT); /* no show has the slug 1 */
    }
}

TEST(a_list_may_cost_one_statement_and_reads_every_kind_of_column)
{
    World w CLEANUP(world_close) = world(S("ann"));
    VideoList all = {0};
    CHECK(db_list(&w.cx, SQL_VIDEO_LIST, ARGS(V(S("ann")), V(S("")), (Val){0}, V(9)), &VIDEO,
                  &all) == OK);
    CHECK(all.n == 3 && all.p[2].has.show && str_eq(all.p[2].show.title, S("The Pilot Show")));
    CHECK(!all.p[1].has.show && !all.p[1].has.publish_at && all.p[1].rating == RATING_SU &&
          all.p[1].premium);
}
