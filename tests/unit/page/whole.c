/* Whole pages made of hostile data: closed, inert, and with what every page promises. */
#include "base/buf.h"
#include "common/app.h"
#include "page/page.h"
#include "page/watch.h"
#include "test.h"

#define EVIL "\"><script>alert(1)</script><img src=x onerror='alert(2)'>&\xff"

static App app(void)
{
    return (App){.conf = {.brand_name = S("Merek & " EVIL),
                          .language = S("id"),
                          .time_zone = S("Asia/Jakarta")},
                 .public_url = S("https://hub.example"),
                 .origin = S("https://hub.example"),
                 .https = true};
}

typedef struct Shown {
    Cx cx;
    Req req;
    Res res;
} Shown;

static void begin(Shown *s, App *app, const char *target)
{
    Str query = {0}, path = str_cut(str_of(target), '?', &query);
    *s = (Shown){
        .cx = {.arena = arena_new(), .app = app, .now = 1795351336000, .request_id = S("r1")},
        .req = {.method = M_GET, .target = str_of(target), .path = path, .query = query},
        .res = {.fd = -1, .body = BUF(1 << 20)}};
}

static void end(Shown *s)
{
    buf_free(&s->res.body);
    arena_free(s->cx.arena);
}

static Str header(const Res *res, const char *name)
{
    for (size_t i = 0; i < res->n_headers; i++)
        if (str_eq(res->headers[i].name, str_of(name)))
            return res->headers[i].value;
    return (Str){0};
}

static bool has(const Shown *s, const char *text)
{
    return memmem(s->res.body.p, s->res.body.n, text, strlen(text)) != NULL;
}

static bool is_void(Str name)
{
    return str_eq(name, S("meta")) || str_eq(name, S("link")) || str_eq(name, S("input")) ||
           str_eq(name, S("br")) || str_eq(name, S("!DOCTYPE"));
}

/* Every tag closed in its turn, every attribute quoted; false tells where. */
static bool closed(Str page)
{
    Str open[64];
    size_t deep = 0;
    while (page.n) {
        Str tag = {0};
        (void)str_cut(page, '<', &page);
        if (!page.n)
            break;
        bool quoted = false;
        size_t n = 0;
        for (; n < page.n && (quoted || page.p[n] != '>'); n++)
            quoted ^= page.p[n] == '"';
        tag = (Str){page.p, n};
        size_t name = tag.n && tag.p[0] == '/';
        while (name < tag.n && tag.p[name] != ' ')
            name++;
        if (tag.n && tag.p[0] == '/') {
            if (!deep || !str_eq(open[--deep], (Str){tag.p + 1, name - 1}))
                return printf("not open: " STR_FMT "\n", STR_ARG(tag)) < 0;
        } else if (!is_void((Str){tag.p, name}) && deep < COUNT(open)) {
            open[deep++] = (Str){tag.p, name};
        }
        page = (Str){page.p + n, page.n - n};
    }
    return deep == 0;
}

static void check_page(const Shown *s)
{
    Str page = {s->res.body.p, s->res.body.n};
    Str policy = header(&s->res, "Content-Security-Policy");
    CHECK(!s->res.body.full && closed(page));
    CHECK(!has(s, "<script>") && !has(s, "<img") && !has(s, " onerror='") && !has(s, " style=") &&
          !has(s, "\xff"));
    CHECK(has(s, "<title>") && has(s, "name=\"description\"") && has(s, "name=\"viewport\"") &&
          has(s, "property=\"og:title\""));
    CHECK(has(s, "<a class=\"skip\" href=\"#main\">") && has(s, "<main id=\"main\""));
    CHECK(str_begins(policy, S("default-src 'none'; ")) &&
          str_ends(policy, S("frame-ancestors 'none'")));
    CHECK(!memmem(policy.p, policy.n, "unsafe", 6));
    CHECK(str_begins(header(&s->res, "Cache-Control"), S("private, no-")));
    CHECK(str_eq(header(&s->res, "Vary"), S("Accept-Language, Cookie")));
}

static Watch evil_watch(Str tags[2], Chapter chapters[1], RenditionSize sizes[2])
{
    tags[0] = S(EVIL);
    tags[1] = S("kopi");
    chapters[0] = (Chapter){12000, S(EVIL)};
    sizes[0] = (RenditionSize){S("360p"), 4200000};
    sizes[1] = (RenditionSize){S("720p"), 14000000};
    return (Watch){.screen.video = {.id = S("01m81tar4ae2na6rx91r4d9rnh"),
                                    .slug = S("kopi"),
                                    .title = S(EVIL),
                                    .description = S(EVIL "\n\n" EVIL),
                                    .kind = VIDEO_KIND_EPISODE,
                                    .state = VIDEO_STATE_PUBLISHED,
                                    .visibility = VISIBILITY_PUBLIC,
                                    .access = ACCESS_EVERYONE,
                                    .content_rating = CONTENT_RATING_13,
                                    .language = S("id"),
                                    .show = {S("dapur"), S(EVIL)},
                                    .season = 2,
                                    .episode = 5,
                                    .tags = {tags, 2},
                                    .chapters = {chapters, 1},
                                    .duration_ms = 245000,
                                    .published_at = 1795351336000,
                                    .has = {.show = true,
                                            .season = true,
                                            .episode = true,
                                            .duration_ms = true,
                                            .published_at = true}},
                   .sizes = {sizes, 2},
                   .original = {.filename = S(EVIL), .size_bytes = 32739959},
                   .has_original = true};
}

TEST(a_watch_page_of_hostile_data_is_inert_in_every_state)
{
    static const char *const targets[] = {"/watch/kopi", "/watch/kopi?lang=en",
                                          "/watch/kopi?x=%22%3E%3Cscript%3E&&=&lang=id&lang"};
    for (size_t t = 0; t < COUNT(targets); t++)
        for (ScreenState state = SCREEN_READY; state <= SCREEN_AGE; state++) {
            App hub = app();
            Shown s;
            Str tags[2];
            Chapter chapters[1];
            RenditionSize sizes[2];
            begin(&s, &hub, targets[t]);
            if (state == SCREEN_PREMIUM)
                s.cx.viewer = (Viewer){.id = S("a"), .name = S(EVIL), .by_cookie = true};
            Watch w = evil_watch(tags, chapters, sizes);
            w.screen.state = state;
            w.screen.position_ms = 200000;
            Page page = page_new(&s.cx, &s.req, &s.res);
            watch_write(&page, &w);
            check_page(&s);
            CHECK(has(&s, "<link rel=\"canonical\" href=\"https://hub.example/watch/kopi\">"));
            CHECK(has(&s, "content=\"video.other\""));
            CHECK(has(&s, "id=\"player\"") == (state == SCREEN_READY) &&
                  has(&s, "/assets/player.") == (state == SCREEN_READY));
            CHECK(has(&s, page.language == ENGLISH ? "<html lang=\"en\">" : "<html lang=\"id\">"));
            end(&s);
        }
}

static Shown watch_of(App *hub, Viewer viewer)
{
    Shown s;
    Str tags[2];
    Chapter chapters[1];
    RenditionSize sizes[2];
    begin(&s, hub, "/watch/kopi");
    s.cx.viewer = viewer;
    Watch w = evil_watch(tags, chapters, sizes);
    Page page = page_new(&s.cx, &s.req, &s.res);
    watch_write(&page, &w);
    return s;
}

TEST(the_download_button_is_a_form_for_who_signed_in_and_a_way_to_sign_in_else)
{
    App hub = app();
    Shown visitor = watch_of(&hub, (Viewer){0});
    CHECK(!has(&visitor, "action=\"/watch/kopi\"") &&
          has(&visitor, "href=\"/auth/login?next=/watch/kopi\""));
    CHECK(has(&visitor, "360p</span> <small>4,2 MB · hemat data</small>") &&
          has(&visitor, "14 MB"));
    Shown member = watch_of(&hub, (Viewer){.id = S("a"), .name = S("lina"), .by_cookie = true});
    CHECK(has(&member, "<form method=\"post\" action=\"/watch/kopi\">") &&
          has(&member, "action=\"/auth/logout\""));
    end(&visitor);
    end(&member);
}

TEST(a_file_behind_its_teaser_says_so_to_who_may_not_edit)
{
    static const struct {
        AssetGate gate;
        bool teaser, edits, told;
    } rows[] = {{ASSET_GATE_TEASER, true, false, true},
                {ASSET_GATE_TEASER, true, true, false},
                {ASSET_GATE_TEASER, false, false, false},
                {ASSET_GATE_NONE, true, false, false}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        App hub = app();
        Shown s;
        Str tags[2];
        Chapter chapters[1];
        RenditionSize sizes[2];
        begin(&s, &hub, "/watch/kopi");
        s.cx.viewer = (Viewer){.id = S("a"), .name = S("lina"), .by_cookie = true};
        Watch w = evil_watch(tags, chapters, sizes);
        w.original.gate = rows[i].gate;
        w.screen.has_teaser = rows[i].teaser;
        w.screen.edits = rows[i].edits;
        Page page = page_new(&s.cx, &s.req, &s.res);
        watch_write(&page, &w);
        check_page(&s);
        CHECK(has(&s, " data-gate=\"") == rows[i].told && has(&s, "<progress>") == rows[i].told);
        end(&s);
    }
}

TEST(every_error_is_a_page_in_both_languages)
{
    static const char *const targets[] = {"/watch/x", "/watch/x?lang=en", "//evil.example/?lang=en",
                                          "/d/AAAAAAAAAAAAAAAAAAAAAA"};
    for (size_t t = 0; t < COUNT(targets); t++)
        for (Err e = OK + 1; e < ERR_COUNT; e++) {
            App hub = app();
            Shown s;
            begin(&s, &hub, targets[t]);
            (void)!fail(&s.cx, e, "secret " EVIL);
            CHECK(!problem_page(&s.cx, &s.req, e, &s.res));
            check_page(&s);
            CHECK(has(&s, "name=\"robots\" content=\"noindex\"") && has(&s, "href=\"/problems/"));
            CHECK(!has(&s, "href=\"//") && !has(&s, "rel=\"canonical\""));
            CHECK(e != E_INTERNAL || !has(&s, "secret"));
            end(&s);
        }
}

TEST(an_error_page_shows_the_way_out)
{
    static const struct {
        Err e;
        const char *holds;
    } rows[] = {
        {E_NOT_FOUND, "type=\"search\""},
        {E_SIGN_IN, "class=\"button\" href=\"/auth/login?next=%2Fwatch%2Fx\""},
        {E_FORBIDDEN, "class=\"button\" href=\"/auth/login?next=%2Fwatch%2Fx\""},
        {E_LIMITED, "Tunggu 7 detik"},
        {E_UNAVAILABLE, "class=\"button\" href=\"/watch/x\""},
        {E_INTERNAL, "Id permintaan: r1"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        App hub = app();
        Shown s;
        begin(&s, &hub, "/watch/x");
        s.cx.retry_after_s = rows[i].e == E_LIMITED ? 7 : 0;
        CHECK(!problem_page(&s.cx, &s.req, rows[i].e, &s.res));
        CHECK(has(&s, rows[i].holds));
        end(&s);
    }
}

static bool served(const char *slug, Shown *s, App *hub)
{
    begin(s, hub, "/problems/x");
    s->req.params[0] = str_of(slug);
    return get_problem(&s->cx, &s->req, &s->res) == OK;
}

TEST(every_problem_type_has_its_page)
{
    App hub = app();
    Shown s;
    for (Err e = OK + 1; e < ERR_COUNT; e++) {
        CHECK(served(err_kind(e)->slug, &s, &hub));
        check_page(&s);
        CHECK(has(&s, err_kind(e)->title) && has(&s, err_kind(e)->title_id));
        end(&s);
    }
    CHECK(!served("ok", &s, &hub));
    end(&s);
    CHECK(!served("nothing-of-that-name", &s, &hub));
    end(&s);
}

/* --- files and documents */

static Shown fetched(App *hub, Err (*call)(Cx *, Req *, Res *), Str name, const char *encoding,
                     Str tag)
{
    Shown s;
    begin(&s, hub, "/assets/x");
    s.req.params[0] = name;
    if (encoding)
        s.req.headers[s.req.n_headers++] = (Header){S("Accept-Encoding"), str_of(encoding)};
    if (tag.n)
        s.req.headers[s.req.n_headers++] = (Header){S("If-None-Match"), tag};
    Err e = call(&s.cx, &s.req, &s.res);
    s.res.status = e ? err_kind(e)->status : s.res.status ? s.res.status : 200;
    return s;
}

/* The style's name, out of a page. */
static Str style_name(const Shown *s, char to[64])
{
    const char *at = memmem(s->res.body.p, s->res.body.n, "/assets/style.", 14);
    const char *to_end = at ? memchr(at, '"', 64) : NULL;
    CHECK(at && to_end);
    size_t n = to_end ? (size_t)(to_end - at - 8) : 0;
    memcpy(to, at ? at + 8 : "", n);
    return (Str){to, n};
}

TEST(a_style_is_served_as_the_page_names_it_forever_and_compressed_when_wanted)
{
    static const struct {
        const char *encoding;
        bool gzip;
    } rows[] = {{NULL, false},
                {"gzip", true},
                {"br, gzip;q=0.5", true},
                {"GZIP", true},
                {"*", true},
                {"gzip;q=0", false},
                {"identity", false},
                {"gzip; q=0.0", false},
                {"xgzip, br", false},
                {"deflate,gzip", true},
                {"gzip;q=0,*", false},
                {"", false}};
    App hub = app();
    Shown page = watch_of(&hub, (Viewer){0});
    char text[64];
    Str name = style_name(&page, text);
    for (size_t i = 0; i < COUNT(rows); i++) {
        Shown s = fetched(&hub, get_page_asset, name, rows[i].encoding, (Str){0});
        CHECK(s.res.status == 200 && str_eq(s.res.media_type, S("text/css; charset=utf-8")));
        CHECK(str_eq(header(&s.res, "Content-Encoding"), S("gzip")) == rows[i].gzip);
        CHECK(str_eq(header(&s.res, "Vary"), S("Accept-Encoding")));
        CHECK(str_ends(header(&s.res, "Cache-Control"), S("immutable")));
        Shown again = fetched(&hub, get_page_asset, name, rows[i].encoding, header(&s.res, "ETag"));
        CHECK(again.res.status == 304 && !again.res.body.n);
        end(&s);
        end(&again);
    }
    Shown missing = fetched(&hub, get_page_asset, S("style.css"), NULL, (Str){0});
    CHECK(missing.res.status == 404);
    end(&missing);
    end(&page);
}

TEST(every_service_has_its_document)
{
    App hub = app();
    for (size_t i = 0; i < DOCUMENT_COUNT; i++) {
        Shown s = fetched(&hub, get_document, str_of(DOCUMENTS[i].name), NULL, (Str){0});
        CHECK(s.res.status == 200 && s.res.body.n == DOCUMENTS[i].n && s.res.body.p[0] == '{');
        end(&s);
    }
    Shown s = fetched(&hub, get_document, S("nothing"), NULL, (Str){0});
    CHECK(s.res.status == 404);
    end(&s);
}
