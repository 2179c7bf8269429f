/* What an answer is besides its body: status, headers, entity tags, and problems whoever meets
 * them. */
#include "test.h"
#include "world.h"

static bool contains(const Answer *a, const char *part)
{
    return a->body.n && memmem(a->body.p, a->body.n, part, strlen(part));
}

static bool header_is(const Answer *a, const char *name, const char *value)
{
    return str_eq(answer_header(a, name), str_of(value));
}

static const char JSON[] = "Content-Type: application/json";

TEST(a_get_carries_a_tag_that_answers_304_until_the_bytes_change)
{
    World w CLEANUP(world_close) = world(S("ann"));
    Answer first CLEANUP(answer_close) = ask(&w, "GET /v1/videos/aaaa", NULL, NULL);
    Str tag = answer_header(&first, "ETag");
    CHECK(tag.n == 20 && memcmp(tag.p, "\"1.", 3) == 0 && tag.p[19] == '"');
    Answer head CLEANUP(answer_close) = ask(&w, "HEAD /v1/videos/aaaa", NULL, NULL);
    CHECK(head.status == 200 && str_eq(answer_header(&head, "ETag"), tag) &&
          head.body.n == first.body.n);
    Str given = arena_fmt(w.cx.arena, "If-None-Match: \"x\", W/" STR_FMT, STR_ARG(tag));
    Answer same CLEANUP(answer_close) = ask(&w, "GET /v1/videos/aaaa", given.p, NULL);
    CHECK(same.status == 304 && same.body.n == 0 && !same.media_type.n &&
          str_eq(answer_header(&same, "ETag"), tag));
    CHECK(header_is(&same, "Cache-Control", "private, no-cache"));

    Answer patched CLEANUP(answer_close) =
        ask(&w, "PATCH /v1/videos/aaaa", JSON, "{\"title\":\"b\"}");
    Answer second CLEANUP(answer_close) = ask(&w, "GET /v1/videos/aaaa", given.p, NULL);
    CHECK(patched.status == 200 && second.status == 200 && contains(&second, "\"title\":\"b\""));
    Str newer = answer_header(&second, "ETag");
    CHECK(str_eq(answer_header(&patched, "ETag"), newer) && memcmp(newer.p, "\"2.", 3) == 0);
}

TEST(what_has_no_version_is_tagged_by_its_bytes_alone)
{
    World w CLEANUP(world_close) = world((Str){0});
    Answer list CLEANUP(answer_close) = ask(&w, "GET /v1/videos", NULL, NULL);
    Str tag = answer_header(&list, "ETag");
    CHECK(tag.n == 18 && !memchr(tag.p, '.', tag.n));
    CHECK(header_is(&list, "Cache-Control", "no-cache"));
    Answer star CLEANUP(answer_close) = ask(&w, "GET /v1/videos", "If-None-Match: *", NULL);
    CHECK(star.status == 304);
    Answer missing CLEANUP(answer_close) = ask(&w, "GET /v1/videos/zzzz", "If-None-Match: *", NULL);
    CHECK(missing.status == 404 && !answer_header(&missing, "ETag").p);
}

TEST(if_none_match_is_a_list_compared_weakly)
{
    static const struct {
        const char *list;
        bool has;
    } rows[] = {{"\"a\"", true},       {"W/\"a\"", true},
                {"\"b\",\"a\"", true}, {" \"b\" , W/\"a\" ", true},
                {",,\"a\"", true},     {"*", true},
                {" * ", true},         {"", false},
                {"\"b\"", false},      {"a", false},
                {"\"a", false},        {"\"b\" x \"a\"", false},
                {"w/\"a\"", false},    {"\"b,\"a\"", false},
                {"W/", false}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        test_case = rows[i].list;
        CHECK(etag_listed(str_of(rows[i].list), S("\"a\"")) == rows[i].has);
    }
}

TEST(if_match_names_a_version_or_is_not_ours)
{
    static const struct {
        const char *tag;
        bool ours;
        int64_t version;
    } rows[] = {{"\"3\"", true, 3},
                {"\"3.0123456789abcdef\"", true, 3},
                {"*", true, -1},
                {" \"12.a\" , \"4\"", true, 12},
                {"\"0\"", true, 0},
                {"\"9007199254740991\"", true, 9007199254740991},
                {"\"99999999999999999999\"", false, 0},
                {"W/\"3\"", false, 0},
                {"3", false, 0},
                {"\"\"", false, 0},
                {"\"3.\"", false, 0},
                {"\".a\"", false, 0},
                {"\"03\"", false, 0},
                {"\"-3\"", false, 0},
                {"\"3x\"", false, 0},
                {"\"3", false, 0},
                {"", false, 0}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        int64_t version = 0;
        test_case = rows[i].tag;
        CHECK(etag_version(str_of(rows[i].tag), &version) == rows[i].ours &&
              version == rows[i].version);
    }
}

TEST(if_match_guards_a_patch)
{
    World w CLEANUP(world_close) = world(S("ann"));
    static const struct {
        const char *tag;
        int status;
    } rows[] = {{"9", 412},     {"\"9\"", 412},   {"\"1.0123456789abcdef\"", 200},
                {"\"1\"", 412}, {"W/\"2\"", 412}, {"\"2\"", 200},
                {"*", 200}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        test_case = rows[i].tag;
        Str headers = arena_fmt(w.cx.arena, "%s\nIf-Match: %s", JSON, rows[i].tag);
        Answer a CLEANUP(answer_close) =
            ask(&w, "PATCH /v1/videos/aaaa", headers.p, "{\"title\":\"b\"}");
        CHECK(a.status == rows[i].status && (a.status == 200 || contains(&a, "/problems/changed")));
    }
}

TEST(what_was_made_says_where_it_is)
{
    World w CLEANUP(world_close) = world(S("ann"));
    Answer made CLEANUP(answer_close) = ask(&w, "POST /v1/videos", JSON, "{\"title\":\"a\"}");
    Str at = answer_header(&made, "Location");
    CHECK(made.status == 201 && at.n == 24 && memcmp(at.p, "/v1/videos/", 11) == 0 &&
          !answer_header(&made, "ETag").p);
    Buf b CLEANUP(buf_free) = BUF(100);
    percent_encode(&b, S("a/b c?%\xC3\xA9-._~"));
    CHECK(str_eq((Str){b.p, b.n}, S("a%2Fb%20c%3F%25%C3%A9-._~")));
}

TEST(an_operation_may_say_which_of_its_success_statuses)
{
    World w CLEANUP(world_close) = world(S("ann"));
    Answer made CLEANUP(answer_close) = ask(&w, "PUT /v1/shows/new", JSON, "{\"title\":\"New\"}");
    CHECK(made.status == 201 && contains(&made, "{\"slug\":\"new\",\"title\":\"New\"}"));
    Answer again CLEANUP(answer_close) = ask(&w, "PUT /v1/shows/new", JSON, "{}");
    CHECK(again.status == 200 && contains(&again, "\"title\":\"Untitled\""));
    Answer none CLEANUP(answer_close) = ask(&w, "PUT /v1/shows/new", "", NULL);
    CHECK(none.status == 200 && contains(&none, "\"title\":\"Untitled\""));
}

TEST(a_body_says_what_it_is)
{
    World w CLEANUP(world_close) = world(S("ann"));
    static const struct {
        const char *type;
        int status;
    } rows[] = {{"Content-Type: application/json", 201},
                {"Content-Type: Application/JSON; charset=utf-8", 201},
                {"Content-Type: application/json;charset=\"UTF-8\"", 201},
                {"", 415},
                {"Content-Type: text/plain", 415},
                {"Content-Type: application/x-www-form-urlencoded", 415},
                {"Content-Type: application/json-patch+json", 415},
                {"Content-Type: application/json; charset=latin1", 415},
                {"Content-Type: application/jsonx", 415}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        test_case = rows[i].type;
        Answer a CLEANUP(answer_close) =
            ask(&w, "POST /v1/videos", rows[i].type, "{\"title\":\"a\"}");
        CHECK(a.status == rows[i].status);
    }
    Answer none CLEANUP(answer_close) = ask(&w, "POST /v1/videos", "", NULL);
    CHECK(none.status == 400 && contains(&none, "a JSON body is needed"));
    char big[8200];
    memset(big, ' ', sizeof big - 1);
    big[sizeof big - 1] = 0;
    Answer large CLEANUP(answer_close) = ask(&w, "POST /v1/videos/aaaa/comments", JSON, big);
    CHECK(large.status == 413 && contains(&large, "the body may have 8192 bytes"));
}

TEST(whoever_may_not_is_told_how)
{
    World w CLEANUP(world_close) = world((Str){0});
    Answer nobody CLEANUP(answer_close) = ask(&w, "DELETE /v1/videos/aaaa", NULL, NULL);
    CHECK(nobody.status == 401 && header_is(&nobody, "WWW-Authenticate", "Bearer") &&
          header_is(&nobody, "Cache-Control", "no-store"));
    w.cx.viewer = (Viewer){.id = S("ann"), .scopes = SCOPE_COMMENT_WRITE};
    Answer less CLEANUP(answer_close) = ask(&w, "DELETE /v1/videos/aaaa", NULL, NULL);
    CHECK(less.status == 403 && contains(&less, "deleteVideo needs the scope video:write") &&
          contains(&less, "\"requestId\":\"r1\""));
    Answer method CLEANUP(answer_close) = ask(&w, "DELETE /v1/videos", NULL, NULL);
    CHECK(method.status == 405 && header_is(&method, "Allow", "GET, HEAD, POST"));
}

TEST(a_store_that_fails_after_the_fact_replaces_the_answer)
{
    World w CLEANUP(world_close) = world(S("ann"));
    Answer a CLEANUP(answer_close) = ask(&w, "POST /v1/videos", JSON, "{\"title\":\"a\"}");
    CHECK(a.status == 201 && w.cx.said[0] == 0);
    answer_problem(&w.cx, E_FULL, &a);
    CHECK(a.status == 507 && contains(&a, "/problems/store-full") && !contains(&a, "detail") &&
          !answer_header(&a, "Location").p);
    CHECK(header_is(&a, "Retry-After", "1") && header_is(&a, "Cache-Control", "no-store"));
    w.cx.retry_after_s = 7;
    (void)!fail(&w.cx, E_UNAVAILABLE, "the store is away");
    answer_problem(&w.cx, E_UNAVAILABLE, &a);
    CHECK(a.status == 503 && header_is(&a, "Retry-After", "7") &&
          contains(&a, "\"detail\":\"the store is away\""));
}

TEST(what_went_wrong_inside_is_never_told)
{
    World w CLEANUP(world_close) = world(S("ann"));
    Answer raw CLEANUP(answer_close) = ask(&w, "GET /stream/t/720p.m3u8", NULL, NULL);
    CHECK(raw.status == 500 && contains(&raw, "/problems/internal") && !contains(&raw, "detail") &&
          !contains(&raw, "raw"));
    Answer get CLEANUP(answer_close) = ask(&w, "GET /v1/videos/aaaa", NULL, NULL);
    (void)!fail(&w.cx, E_FULL, "a secret");
    answer_problem(&w.cx, E_FULL, &get); /* the contract of a GET knows no full store */
    CHECK(get.status == 500 && !contains(&get, "secret"));
    Answer early = {0}; /* before any route: every error may be told */
    (void)!fail(&w.cx, E_HEAD_TOO_LARGE, "64 headers at most");
    answer_problem(&w.cx, E_HEAD_TOO_LARGE, &early);
    CHECK(early.status == 431 && contains(&early, "64 headers at most"));
    answer_close(&early);
}

TEST(a_raw_route_gets_its_path_decoded_and_checked)
{
    World w CLEANUP(world_close) = world((Str){0});
    static const struct {
        const char *path, *token, *rendition;
    } rows[] = {{"/stream/a%2Fb%20c/720p.m3u8", "a/b c", "720p"},
                {"/stream/t/%37.m3u8", "t", "7"},
                {"/stream/t/720P.m3u8", NULL, NULL},
                {"/stream/t%00/720p.m3u8", NULL, NULL},
                {"/stream/t/72%2.m3u8", NULL, NULL},
                {"/stream/%FF/7.m3u8", NULL, NULL},
                {"/stream/%FF/7%2.m3u8", NULL, NULL}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        test_case = rows[i].path;
        Match m = router_find(w.router, M_GET, str_of(rows[i].path));
        Str params[ROUTE_PARAMS] = {0};
        Err e = params_read_path(&w.cx, &m, params);
        CHECK(m.route && m.route->raw && e == (rows[i].token ? OK : E_NOT_FOUND) &&
              w.cx.n_faults == 0);
        CHECK(e || !rows[i].token ||
              (str_eq(params[0], str_of(rows[i].token)) &&
               str_eq(params[1], str_of(rows[i].rendition))));
        CHECK(!e || !params[0].p);
    }
}

TEST(the_route_table_says_what_the_contract_says)
{
    World w CLEANUP(world_close) = world((Str){0});
    const Route *by_slug = router_find(w.router, M_GET, S("/v1/videos/by-slug/a")).route;
    const Route *put = router_find(w.router, M_PUT, S("/v1/shows/a")).route;
    const Route *append = router_find(w.router, M_PATCH, S("/v1/uploads/aaaa")).route;
    const Route *playlist = router_find(w.router, M_GET, S("/stream/t/a.m3u8")).route;
    CHECK(by_slug->cached && !by_slug->write && !by_slug->signed_in && !by_slug->scope &&
          by_slug->version_at == offsetof(Video, version) + 1);
    CHECK(put->write && put->body_optional && put->status == 200 && put->also[0] == 201 &&
          put->also[1] == 0 && !put->version_at && !put->cached);
    CHECK(put->scope == SCOPE_VIDEO_WRITE && strcmp(put->scope_name, "video:write") == 0 &&
          put->signed_in && strcmp(RATE_NAMES[put->rate], "write") == 0);
    CHECK(append->stream && append->raw && !append->call && append->path_in &&
          append->body_max == 1099511627776);
    CHECK(playlist->write && !playlist->stream && playlist->errors & ERR_BIT(E_FULL) &&
          playlist->errors & ERR_BIT(E_TOKEN_INVALID));
    for (size_t i = 0; i < SCOPE_COUNT; i++)
        CHECK(SCOPE_NAMES[i] &&
              (strcmp(SCOPE_NAMES[i], "video:write") != 0 || SCOPE_VIDEO_WRITE == 1ull << i));
    CHECK(!SCOPE_NAMES[SCOPE_COUNT] && !RATE_NAMES[RATE_COUNT] && !ROUTES[ROUTE_COUNT].path);
}

TEST(each_service_has_its_document)
{
    CHECK(DOCUMENT_COUNT == 2 && strcmp(DOCUMENTS[0].name, "community") == 0 &&
          strcmp(DOCUMENTS[1].name, "metadata") == 0);
    for (size_t i = 0; i < DOCUMENT_COUNT; i++) {
        const Document *d = &DOCUMENTS[i];
        CHECK(d->n > 1000 && memmem(d->p, d->n, "\"openapi\":\"3.1.0\"", 17) &&
              d->p[d->n - 1] == '\n');
        CHECK(!memmem(d->p, d->n, "OwnerRow", 8)); /* rows never leave */
    }
}
