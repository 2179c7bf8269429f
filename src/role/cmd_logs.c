/* hub logs ingest: what the logs of who sends in our place say of our downloads. */
#include "base/clock.h"
#include "download/edge_log.h"
#include "role/command.h"
#include "role/open.h"
#include "role/progress.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { LINES_A_UNIT = 500, UNREAD_TOLD = 5 };

typedef struct Ingest {
    char **names;
    size_t n;
    EdgeTally tally;
    int64_t lines, unread;
} Ingest;

static void unread(Cx *cx, Ingest *in, const char *name, int64_t line)
{
    if (in->unread++ < UNREAD_TOLD) {
        progress_over();
        fprintf(stderr, "%s, line %lld: %s\n", name, (long long)line, cx->said);
    }
}

/* Without its newline, which the last one may lack. false: the file is at its end. Of what is
 * longer than the room there is no more than that, and *whole is false. */
static bool next_line(FILE *file, char *room, Str *line, bool *whole)
{
    int c;
    size_t n = 0;
    while ((c = getc_unlocked(file)) != EOF && c != '\n') {
        if (n < EDGE_LINE_MAX)
            room[n] = (char)c;
        n += n <= EDGE_LINE_MAX;
    }
    *whole = n <= EDGE_LINE_MAX;
    *line = (Str){room, *whole ? n : EDGE_LINE_MAX};
    return c != EOF || n;
}

/* So many lines of it, in one unit. *more: there are. */
static Err take_some(Cx *cx, Ingest *in, FILE *file, const char *name, int64_t *at, bool *more)
{
    char room[EDGE_LINE_MAX];
    EdgeLine *lines = arena_array(cx->arena, EdgeLine, LINES_A_UNIT);
    Str text = {0};
    bool whole = true;
    size_t n = 0;
    for (int i = 0; i < LINES_A_UNIT && (*more = next_line(file, room, &text, &whole)); i++) {
        Err e = whole ? edge_line_read(cx, text, &lines[n])
                      : fail(cx, E_MALFORMED, "longer than %d bytes", EDGE_LINE_MAX);
        ++*at;
        if (e)
            unread(cx, in, name, *at);
        n += !e;
    }
    return n ? edge_log_take(cx, lines, n, &in->tally) : OK;
}

static Err take_file(Cx *cx, Ingest *in, FILE *file, const char *name)
{
    bool more = true;
    int64_t line = 0;
    Err e = OK;
    while (!e && more) {
        e = take_some(cx, in, file, name, &line, &more);
        progress_tell("lines", in->lines + line, 0);
        if (!e)
            cx_again(cx);
    }
    in->lines += line;
    return !e && ferror(file) ? fail_io(cx, "reading", str_of(name)) : e;
}

static Err take_named(Cx *cx, Ingest *in, const char *name)
{
    if (strcmp(name, "-") == 0)
        return take_file(cx, in, stdin, name);
    FILE *file = fopen(name, "re");
    if (!file)
        return fail_io(cx, "opening", str_of(name));
    Err e = take_file(cx, in, file, name);
    fclose(file);
    return e;
}

static Err run(Cx *cx, void *arg)
{
    Ingest *in = arg;
    const EdgeTally *t = &in->tally;
    Err e = OK;
    cx->now = clock_now();
    for (size_t i = 0; !e && i < in->n; i++)
        e = take_named(cx, in, in->names[i]);
    progress_over();
    printf("%lld lines: %lld counted (%lld bytes, %lld failures), %lld known, %lld of no download, "
           "%lld too old, %lld unread; %lld accounts paused\n",
           (long long)in->lines, (long long)t->counted, (long long)t->bytes, (long long)t->failures,
           (long long)t->known, (long long)t->other, (long long)t->old, (long long)in->unread,
           (long long)t->paused);
    if (!e && in->unread)
        return fail(cx, E_MALFORMED, "%lld lines could not be read; all others are counted",
                    (long long)in->unread);
    return e;
}

Err cmd_logs(Cx *cx, App *app, int argc, char **argv)
{
    Ingest in = {.names = argv + 3, .n = argc > 3 ? (size_t)argc - 3 : 0};
    if (argc < 4 || strcmp(argv[2], "ingest") != 0)
        return fail(cx, E_INVALID, "usage: hub logs ingest FILE... (- for standard input)");
    TRY(app_open(cx, false, app));
    Err e = app_run(cx, run, &in);
    app_close(cx, app);
    return e;
}
