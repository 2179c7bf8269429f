#include "role/herald.h"

#include "base/log.h"
#include "community/inbox.h"
#include "community/push.h"
#include "page/notice.h"
#include "role/open.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

enum { PAUSE_MS = 500, SENDERS_MAX = 64 };

struct Heralds {
    size_t n;
    pthread_t threads[SENDERS_MAX + 1]; /* the first one tells, the others send */
};

static void pause_ms(const App *app, int64_t ms)
{
    for (int64_t left = ms; left > 0 && !app->stopping; left -= 50)
        usleep(50000);
}

/* E_NOT_FOUND: there is nothing to do; E_CONFLICT: somebody else does it. */
static void run(App *app, const char *name, Err (*step)(Cx *cx))
{
    Cx cx = {0};
    cx_open(&cx, app);
    while (!app->stopping) {
        cx_again(&cx);
        Err e = step(&cx);
        if (e && e != E_NOT_FOUND && e != E_CONFLICT)
            log_say(LOG_WARN, "herald.failed", LZ("herald", name), LZ("why", cx.said));
        if (e)
            pause_ms(app, PAUSE_MS);
    }
    cx_close(&cx);
}

static Err send_next(Cx *cx)
{
    PushRow row = {0};
    Notification about = {0};
    TRY(push_take(cx, &row, &about));
    Language language = row.language == PUSH_LANGUAGE_EN ? ENGLISH : INDONESIAN;
    return push_send(cx, &row, notice_message(cx, language, &about));
}

static void *tell(void *arg)
{
    run(arg, "inbox", inbox_tell);
    return NULL;
}

static void *send(void *arg)
{
    run(arg, "push", send_next);
    return NULL;
}

Heralds *heralds_start(App *app)
{
    Heralds *h = calloc(1, sizeof *h);
    int64_t senders = app->conf.push_senders;
    if (!h)
        abort();
    h->n = 1 + (size_t)(senders > SENDERS_MAX ? SENDERS_MAX : senders);
    for (size_t i = 0; i < h->n; i++)
        if (pthread_create(&h->threads[i], NULL, i ? send : tell, app) != 0)
            abort();
    return h;
}

void heralds_stop(Heralds *h)
{
    for (size_t i = 0; h && i < h->n; i++)
        pthread_join(h->threads[i], NULL);
    free(h);
}
