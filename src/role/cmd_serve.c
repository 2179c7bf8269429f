#include "base/clock.h"
#include "base/log.h"
#include "identity/setup.h"
#include "role/api.h"
#include "role/command.h"
#include "role/open.h"
#include "role/worker.h"

#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

typedef struct Roles {
    bool api, worker, relay;
} Roles;

static Err read_roles(Cx *cx, Str text, Roles *out)
{
    for (Str rest = text, name; rest.n;) {
        name = str_cut(rest, ',', &rest);
        bool *to = str_eq(name, S("api"))      ? &out->api
                   : str_eq(name, S("worker")) ? &out->worker
                   : str_eq(name, S("relay"))  ? &out->relay
                                               : NULL;
        if (!to)
            return fail(cx, E_INVALID, "--role is made of api, worker and relay, by commas");
        *to = true;
    }
    return OK;
}

static sigset_t ending_signals(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    return set;
}

/* Before any thread is there, so that sigwait alone gets those that end us. */
static void block_signals(void)
{
    sigset_t set = ending_signals();
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
}

/* A second signal does not wait for the drain. */
static void *impatient(void *arg)
{
    sigset_t set = ending_signals(); /* its own: it may outlive who started it */
    int got = 0;
    (void)arg;
    sigwait(&set, &got);
    log_say(LOG_WARN, "hub.killed", LI("signal", got));
    log_close();
    _exit(1);
}

/* Two descriptors a download: the usual soft limit of 1,024 is for programs that use select. Memory
 * that a request gave back is kept for the next one, or each would fault it in again. */
static void prepare_process(void)
{
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < files.rlim_max) {
        files.rlim_cur = files.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &files);
    }
    mallopt(M_TRIM_THRESHOLD, 1 << 20);
}

/* For whoever started it, and not in the log: it opens the hub. */
static Err offer_setup(Cx *cx, void *arg)
{
    const App *app = arg;
    Str code = {0};
    TRY(setup_offer(cx, &code));
    if (!code.n)
        return OK;
    printf("This hub has no administrator yet. Make one at %.*s/auth/setup with the code %.*s\n",
           STR_ARG(app->public_url), STR_ARG(code));
    return fflush(stdout) ? fail(cx, E_INTERNAL, "the setup code cannot be printed") : OK;
}

static Err run(Cx *cx, App *app, const Roles *roles)
{
    Workers *workers = NULL;
    sigset_t set = ending_signals();
    pthread_t second;
    int got = 0;
    int64_t start = clock_mono_ms();
    if (roles->api)
        TRY(api_start(cx, app));
    Err e = roles->worker ? workers_start(app, &workers) : OK;
    if (!e) {
        log_say(LOG_INFO, "hub.ready", LS("url", app->public_url), LS("roles", app->conf.role),
                LS("data", app->conf.data), LI("ms", clock_mono_ms() - start));
        sigwait(&set, &got);
        log_say(LOG_INFO, "hub.stopping", LI("signal", got));
        pthread_create(&second, NULL, impatient, NULL);
        pthread_detach(second);
    }
    app->stopping = true;
    api_stop(app);
    workers_stop(workers);
    return e;
}

Err cmd_serve(Cx *cx, App *app, int argc, char **argv)
{
    Roles roles = {0};
    LogLevel level = LOG_INFO;
    (void)argv;
    block_signals();
    if (argc > 2)
        return fail(cx, E_INVALID, "serve takes options only");
    TRY(read_roles(cx, app->conf.role, &roles));
    if (!log_level_read(app->conf.log_level, &level))
        return fail(cx, E_INVALID, "--log-level must be debug, info, warn or error");
    prepare_process();
    log_open(level, STDERR_FILENO);
    Err e = app_open(cx, true, app);
    if (!e) {
        e = roles.api ? app_run(cx, offer_setup, app) : OK;
        e = e ? e : run(cx, app, &roles);
        app_close(cx, app);
    }
    log_say(LOG_INFO, "hub.stopped", LZ("why", e ? cx->said : ""));
    log_close();
    return e;
}

Err cmd_migrate(Cx *cx, App *app, int argc, char **argv)
{
    (void)argv;
    if (argc > 2)
        return fail(cx, E_INVALID, "migrate takes options only");
    TRY(app_open(cx, false, app)); /* which migrates */
    app_close(cx, app);
    puts("The database is at the schema of this program.");
    return OK;
}
