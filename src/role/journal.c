#include "role/journal.h"

#include "base/clock.h"
#include "base/log.h"
#include "download/journal.h"
#include "role/open.h"

#include <stdlib.h>

enum { LOOK_MS = 1000 };

static void tell(Cx *cx, Err e)
{
    if (e)
        log_say(LOG_WARN, "journal.failed", LZ("why", cx->said));
    cx_again(cx);
}

static void *run(void *arg)
{
    App *app = arg;
    Cx cx = {0};
    int64_t looked = 0;
    cx_open(&cx, app);
    while (!atomic_load(&app->lives->stopping)) {
        journal_wait(app->lives);
        cx_again(&cx);
        tell(&cx, journal_write(&cx, false));
        if (clock_mono_ms() - looked < LOOK_MS)
            continue;
        tell(&cx, journal_look(&cx));
        looked = clock_mono_ms();
    }
    tell(&cx, journal_write(&cx, true));
    cx_close(&cx);
    return NULL;
}

void journal_start(App *app)
{
    if (pthread_create(&app->lives->thread, NULL, run, app) != 0)
        abort();
    app->lives->running = true;
}

void journal_stop(App *app)
{
    if (!app->lives || !app->lives->running)
        return;
    atomic_store(&app->lives->stopping, true);
    pthread_cond_signal(&app->lives->due);
    pthread_join(app->lives->thread, NULL);
    app->lives->running = false;
}
