#include "role/worker.h"

#include "base/clock.h"
#include "base/log.h"
#include "catalog/scan.h"
#include "catalog/video.h"
#include "common/idempotency.h"
#include "common/queue.h"
#include "community/history.h"
#include "community/inbox.h"
#include "download/edge_log.h"
#include "download/grant.h"
#include "download/proof.h"
#include "download/ticket.h"
#include "encode/encode.h"
#include "encode/folder.h"
#include "identity/former_name.h"
#include "identity/guess.h"
#include "ops/retention.h"
#include "identity/signing_key.h"
#include "ops/erase.h"
#include "role/herald.h"
#include "role/open.h"
#include "streaming/watched.h"
#include "upload/upload.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

enum { PAUSE_MS = 300, SEEN_MS = 10000, SCHEDULE_MS = 1000, SWEEP_MS = 600000, THREADS_MAX = 64 };

struct Workers {
    App *app;
    size_t n;
    Heralds *heralds;
    pthread_t threads[THREADS_MAX + 1]; /* the last one does the chores */
};

static void pause_ms(const App *app, int64_t ms)
{
    for (int64_t left = ms; left > 0 && !app->stopping; left -= 50)
        usleep(50000);
}

static void *work(void *arg)
{
    App *app = arg;
    Cx cx = {0};
    cx_open(&cx, app);
    while (!app->stopping) {
        cx_again(&cx);
        Err e = encode_work_once(&cx, app->worker_id);
        if (e && e != E_NOT_FOUND)
            log_say(LOG_ERROR, "worker.failed", LZ("why", cx.said));
        if (e)
            pause_ms(app, PAUSE_MS);
    }
    cx_close(&cx);
    return NULL;
}

/* A chore that fails is told and done again next time. */
static void chore(Cx *cx, const char *name, Err e)
{
    if (e)
        log_say(LOG_WARN, "chore.failed", LZ("chore", name), LZ("why", cx->said));
    cx_again(cx);
}

static void *chores(void *arg)
{
    App *app = arg;
    Cx cx = {0};
    int64_t seen = 0, swept = 0;
    cx_open(&cx, app);
    while (!app->stopping) {
        int64_t now = clock_mono_ms();
        int moved = 0;
        cx_again(&cx);
        chore(&cx, "schedule", video_run_schedule(&cx, &moved));
        chore(&cx, "erasures", erase_run(&cx));
        chore(&cx, "scans", scan_schedule(&cx));
        if (!seen || now - seen >= SEEN_MS) {
            chore(&cx, "seen", worker_seen(&cx, app->worker_id));
            chore(&cx, "downloads", grant_sweep(&cx));
            chore(&cx, "tickets", ticket_sweep(&cx));
            seen = now;
        }
        if (!swept || now - swept >= SWEEP_MS) {
            chore(&cx, "uploads", upload_sweep(&cx));
            chore(&cx, "attempts", attempt_folder_sweep(&cx));
            chore(&cx, "watched", watched_sweep(&cx));
            chore(&cx, "downloads elsewhere", edge_log_sweep(&cx));
            chore(&cx, "proofs", proof_sweep(&cx));
            chore(&cx, "untied", history_untie(&cx));
            chore(&cx, "history", history_sweep(&cx));
            chore(&cx, "names", former_name_sweep(&cx));
            chore(&cx, "notifications", inbox_sweep(&cx));
            chore(&cx, "guesses", guess_sweep(&cx));
            chore(&cx, "retention", retention_run(&cx));
            chore(&cx, "signing keys", signing_key_rotate(&cx, false));
            chore(&cx, "keys", idempotency_sweep(&cx));
            swept = now;
        }
        pause_ms(app, SCHEDULE_MS);
    }
    cx_again(&cx);
    chore(&cx, "gone", worker_gone(&cx, app->worker_id));
    cx_close(&cx);
    return NULL;
}

Err workers_start(App *app, Workers **out)
{
    Workers *w = calloc(1, sizeof *w);
    int64_t n = app->conf.encode_workers;
    if (!w)
        abort();
    w->app = app;
    w->n = (size_t)(n > THREADS_MAX ? THREADS_MAX : n);
    for (size_t i = 0; i <= w->n; i++)
        if (pthread_create(&w->threads[i], NULL, i < w->n ? work : chores, app) != 0)
            abort();
    w->heralds = heralds_start(app);
    *out = w;
    return OK;
}

void workers_stop(Workers *w)
{
    for (size_t i = 0; w && i <= w->n; i++)
        pthread_join(w->threads[i], NULL);
    if (w)
        heralds_stop(w->heralds);
    free(w);
}
