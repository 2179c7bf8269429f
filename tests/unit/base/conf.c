/* Settings: four sources in their order, and a sentence for everything that is none. */
#include "base/conf.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define T(lit)                                                                                     \
    {                                                                                              \
        lit, sizeof(lit) - 1                                                                       \
    }

typedef struct Load {
    Cx cx;
    Conf conf;
    Err err;
    int argc;
    char *argv[16];
    char folder[40], file[64];
} Load;

static const char *const some_flags[] = {"title=", "publish", NULL};

/* `line` is split at blanks. `file` becomes hub.conf of a fresh folder. */
static Load *load(const char *file, const char *line)
{
    Arena *a = arena_new();
    Load *l = arena_take(a, sizeof *l);
    l->cx = (Cx){.arena = a};
    memcpy(l->folder, "/tmp/hub-conf-XXXXXX", 21);
    CHECK(mkdtemp(l->folder));
    snprintf(l->file, sizeof l->file, "%s/hub.conf", l->folder);
    FILE *f = file ? fopen(l->file, "w") : NULL;
    if (f) {
        fputs(file, f);
        fclose(f);
    }
    char *text = arena_take(a, 2048);
    snprintf(text, 2048, "hub --data %s %s", l->folder, line);
    for (char *p = text, *save = NULL; l->argc < 15 && (l->argv[l->argc] = strtok_r(p, " ", &save));
         p = NULL)
        l->argc++;
    l->err = conf_load(&l->cx, &l->argc, l->argv, some_flags, &l->conf);
    return l;
}

static void load_end(Load *l)
{
    unlink(l->file);
    rmdir(l->folder);
    Arena *a = l->cx.arena;
    arena_free(a);
}

static const char *source_of(const Load *l, const char *key)
{
    for (size_t i = 0; i < conf_row_count; i++)
        if (strcmp(conf_rows[i].key, key) == 0)
            return l->conf.sources[i];
    return "";
}

TEST(a_flag_beats_the_environment_that_beats_the_file_that_beats_the_default)
{
    Load *l = load(NULL, "serve");
    CHECK(l->err == OK && l->conf.workers == 8 && strcmp(source_of(l, "workers"), "default") == 0);
    load_end(l);
    l = load("workers = 5\n", "serve");
    CHECK(l->err == OK && l->conf.workers == 5 && strcmp(source_of(l, "workers"), "file") == 0);
    load_end(l);
    setenv("HUB_WORKERS", "6", 1);
    l = load("workers = 5\n", "serve");
    CHECK(l->err == OK && l->conf.workers == 6 &&
          strcmp(source_of(l, "workers"), "environment") == 0);
    load_end(l);
    l = load("workers = 5\n", "serve --workers 7");
    CHECK(l->err == OK && l->conf.workers == 7 && strcmp(source_of(l, "workers"), "flag") == 0);
    load_end(l);
    unsetenv("HUB_WORKERS");
}

TEST(settings_leave_the_arguments_and_the_rest_stays_in_order)
{
    Load *l = load(NULL, "--workers=3 import --title T file --publish --access-log off");
    CHECK(l->err == OK && l->conf.workers == 3 && !l->conf.access_log);
    static const char *const left[] = {"hub", "import", "--title", "T", "file", "--publish"};
    CHECK(l->argc == (int)COUNT(left));
    for (int i = 0; i < l->argc && i < (int)COUNT(left); i++)
        CHECK(strcmp(l->argv[i], left[i]) == 0);
    load_end(l);
}

TEST(a_switch_stands_alone_or_with_on_or_off)
{
    static const struct {
        const char *line;
        bool on;
    } rows[] = {{"serve --insecure-http", true},      {"serve --insecure-http on", true},
                {"serve --insecure-http off", false}, {"serve --insecure-http=off", false},
                {"--insecure-http serve", true},      {"serve", false}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        test_case = rows[i].line;
        Load *l = load(NULL, rows[i].line);
        CHECK(l->err == OK && l->conf.insecure_http == rows[i].on);
        load_end(l);
    }
}

TEST(the_file_may_have_comments_blanks_and_either_line_end)
{
    Load *l = load("# a comment\r\n\r\n \t workers\t=  4  \r\nlisten=[::1]:80\n# workers = "
                   "9\nbrand-name = A = B\nmax_upload = 1GiB",
                   "serve");
    CHECK(l->err == OK && l->conf.workers == 4 && l->conf.max_upload == 1 << 30);
    CHECK(str_eq(l->conf.listen, S("[::1]:80")) && str_eq(l->conf.brand_name, S("A = B")));
    load_end(l);
}

TEST(what_is_wrong_is_named)
{
    static const struct {
        const char *file, *line, *word;
    } rows[] = {
        {NULL, "serve --nonsense", "nonsense"},
        {NULL, "serve --workers", "needs a value"},
        {NULL, "serve --title", "needs a value"},
        {NULL, "serve --workers many", "many"},
        {NULL, "serve --workers -1", "whole number"},
        {NULL, "serve --workers 1.5", "whole number"},
        {NULL, "serve --lease 5", "time"},
        {NULL, "serve --max-upload 5XB", "size"},
        {NULL, "serve --access-log=yes", "on or off"},
        {"nonsense = 1\n", "serve", ":1:"},
        {"\n\nworkers\n", "serve", ":3:"},
        {"workers = many\n", "serve", "many"},
        {NULL, "serve --config /nonexistent/x", "/nonexistent/x"},
        {NULL, "serve --workers 99999999999999999999", "whole number"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        test_case = rows[i].line;
        Load *l = load(rows[i].file, rows[i].line);
        CHECK(l->err != OK && strstr(l->cx.said, rows[i].word));
        if (!strstr(l->cx.said, rows[i].word))
            printf("    said: %s\n", l->cx.said);
        load_end(l);
    }
}

TEST(sizes_and_times_have_units)
{
    static const struct {
        Str text;
        int64_t bytes, ms; /* -1: refused */
    } rows[] = {
        {T("0"), 0, -1},
        {T("512"), 512, -1},
        {T("512B"), 512, -1},
        {T("1KiB"), 1024, -1},
        {T("1kB"), 1000, -1},
        {T("2MiB"), 2 << 20, -1},
        {T("10MB"), 10000000, -1},
        {T("1TiB"), 1ll << 40, -1},
        {T("250ms"), -1, 250},
        {T("10s"), -1, 10000},
        {T("5min"), -1, 300000},
        {T("6h"), -1, 21600000},
        {T("7d"), -1, 604800000},
        {T(""), -1, -1},
        {T("-1"), -1, -1},
        {T("1 s"), -1, -1},
        {T("1.5h"), -1, -1},
        {T("s"), -1, -1},
        {T("9999999999999TiB"), -1, -1},
        {T("99999999999999d"), -1, -1},
        {T("1kib"), -1, -1},
        {T("1m"), -1, -1},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        int64_t bytes = -1, ms = -1;
        test_case = rows[i].text.p;
        CHECK(conf_read_size(rows[i].text, &bytes) == (rows[i].bytes >= 0));
        CHECK(conf_read_time(rows[i].text, &ms) == (rows[i].ms >= 0));
        CHECK(rows[i].bytes < 0 || bytes == rows[i].bytes);
        CHECK(rows[i].ms < 0 || ms == rows[i].ms);
    }
}

TEST(every_default_of_the_table_holds)
{
    Load *l = load(NULL, "serve");
    CHECK(l->err == OK);
    for (size_t i = 0; i < conf_row_count; i++) {
        test_case = conf_rows[i].key;
        CHECK(l->conf.sources[i] && (strcmp(l->conf.sources[i], "default") == 0 ||
                                     strcmp(conf_rows[i].key, "data") == 0));
    }
    load_end(l);
}
