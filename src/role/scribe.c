#include "role/scribe.h"

#include "base/log.h"
#include "role/open.h"
#include "streaming/watched.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

struct Scribe {
    App *app;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t told;
    bool over;
};

/* True: go on. */
static bool second_passed(Scribe *s)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec++;
    pthread_mutex_lock(&s->lock);
    while (!s->over && pthread_cond_timedwait(&s->told, &s->lock, &until) == 0)
        ;
    bool over = s->over;
    pthread_mutex_unlock(&s->lock);
    return !over;
}

static void write_down(Cx *cx, App *app)
{
    cx_again(cx);
    if (watched_write(cx, app->watched))
        log_say(LOG_WARN, "watched.failed", LZ("why", cx->said));
}

static void *work(void *arg)
{
    Scribe *s = arg;
    Cx cx = {0};
    cx_open(&cx, s->app);
    while (second_passed(s))
        write_down(&cx, s->app);
    write_down(&cx, s->app);
    cx_close(&cx);
    return NULL;
}

Scribe *scribe_start(App *app)
{
    Scribe *s = calloc(1, sizeof *s);
    if (!s)
        abort();
    s->app = app;
    app->watched = watched_new(app->conf.teaser);
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->told, NULL);
    if (pthread_create(&s->thread, NULL, work, s) != 0)
        abort();
    return s;
}

void scribe_stop(Scribe *s)
{
    if (!s)
        return;
    pthread_mutex_lock(&s->lock);
    s->over = true;
    pthread_cond_signal(&s->told);
    pthread_mutex_unlock(&s->lock);
    pthread_join(s->thread, NULL);
    pthread_mutex_destroy(&s->lock);
    pthread_cond_destroy(&s->told);
    watched_free(s->app->watched);
    s->app->watched = NULL;
    free(s);
}
