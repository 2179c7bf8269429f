#include "role/journal.h"

#include "base/clock.h"
#include "base/log.h"
#include "download/journal.h"
#include "role/open.h"
#include "streaming/watched.h"

#include <stdlib.h>

enum { SECOND_MS = 1000 };

struct Journal {
    App *app;
    pthread_t thread;
};

/* What fails is told and done again next time. */
static void tell(Cx *cx, const char *name, Err e)
{
    if (e)
        log_say(LOG_WARN, name, LZ("why", cx->said));
    cx_again(cx);
}

static void write_all(Cx *cx)
{
    cx_again(cx);
    tell(cx, "journal.failed", journal_write(cx, true));
    tell(cx, "watched.failed", watched_write(cx, cx->app->watched));
}

/* Downloads have more that is due when they are fast. */
static void *run(void *arg)
{
    App *app = arg;
    Cx cx = {0};
    int64_t next = clock_mono_ms() + SECOND_MS;
    cx_open(&cx, app);
    while (journal_wait(app->lives, next)) {
        cx_again(&cx);
        tell(&cx, "journal.failed", journal_write(&cx, false));
        if (clock_mono_ms() < next)
            continue;
        next = clock_mono_ms() + SECOND_MS;
        tell(&cx, "journal.failed", journal_look(&cx));
        tell(&cx, "watched.failed", watched_write(&cx, app->watched));
    }
    write_all(&cx);
    cx_close(&cx);
    return NULL;
}

Journal *journal_start(App *app)
{
    Journal *j = calloc(1, sizeof *j);
    if (!j)
        abort();
    j->app = app;
    app->lives = lives_new();
    app->watched = watched_new(app->conf.teaser);
    if (pthread_create(&j->thread, NULL, run, app) != 0)
        abort();
    return j;
}

void journal_stop(Journal *j)
{
    if (!j)
        return;
    journal_end(j->app->lives);
    pthread_join(j->thread, NULL);
    lives_free(j->app->lives);
    watched_free(j->app->watched);
    j->app->lives = NULL;
    j->app->watched = NULL;
    free(j);
}
