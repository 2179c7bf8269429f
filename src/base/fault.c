#include "base/fault.h"

#ifdef HUB_FAULTS

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool bug(const char *name)
{
    const char *set = getenv("HUB_BUG");
    size_t n = strlen(name);
    for (const char *p = set; p && (p = strstr(p, name)); p += n)
        if ((p == set || p[-1] == ',') && (p[n] == 0 || p[n] == ','))
            return true;
    return false;
}

enum { ABOUT_MAX = 80, KINDS_MAX = 64 };

static pthread_mutex_t steps = PTHREAD_MUTEX_INITIALIZER;
static char about[ABOUT_MAX];
static struct {
    const char *where;
    int n;
} times[KINDS_MAX]; /* of the job that runs */

void crash_about(Str kind, Str detail)
{
    const char *colon = detail.n ? memchr(detail.p, ':', detail.n) : NULL;
    int n = colon ? (int)(colon + 1 - detail.p) : (int)detail.n;
    pthread_mutex_lock(&steps);
    snprintf(about, sizeof about, STR_FMT " %.*s", STR_ARG(kind), n, detail.p ? detail.p : "");
    memset(times, 0, sizeof times);
    pthread_mutex_unlock(&steps);
}

/* steps. How often the job came by. */
static int time_of(const char *where)
{
    size_t i = 0;
    while (i + 1 < KINDS_MAX && times[i].where && strcmp(times[i].where, where) != 0)
        i++;
    times[i].where = where;
    return ++times[i].n;
}

/* The process ends when FILE does not hold this step yet. */
static void crash_once(const char *path, const char *step)
{
    char line[2 * ABOUT_MAX] = "";
    FILE *f = fopen(path, "a+");
    if (!f)
        return;
    rewind(f);
    while (fgets(line, sizeof line, f)) {
        line[strcspn(line, "\n")] = 0;
        if (strcmp(line, step) == 0) {
            fclose(f);
            return;
        }
    }
    fprintf(f, "%s\n", step);
    fclose(f);
    fprintf(stderr, "crash step: %s\n", step);
    _exit(70);
}

static bool is_of(const char *words)
{
    pthread_mutex_lock(&steps);
    bool is = strncmp(about, words, strlen(words)) == 0;
    pthread_mutex_unlock(&steps);
    return is;
}

static void crash_each(const char *where)
{
    const char *path = getenv("HUB_CRASH_EACH"), *most = getenv("HUB_CRASH_TIMES");
    char step[2 * ABOUT_MAX];
    if (!path)
        return;
    pthread_mutex_lock(&steps);
    int n = time_of(where);
    snprintf(step, sizeof step, "%s / %s / %d", about, where, n);
    if (*about && n <= (most ? (int)strtol(most, NULL, 10) : 1))
        crash_once(path, step);
    pthread_mutex_unlock(&steps);
}

void crash_step(const char *where)
{
    static atomic_int seen;
    const char *at = getenv("HUB_CRASH_AT"), *stop = getenv("HUB_STOP_AT");
    const char *only = getenv("HUB_STEP"), *of = getenv("HUB_STEP_OF");
    crash_each(where);
    if ((only && strncmp(where, only, strlen(only)) != 0) || (of && !is_of(of)))
        return;
    int n = atomic_fetch_add(&seen, 1) + 1;
    if (stop && n == (int)strtol(stop, NULL, 10)) {
        fprintf(stderr, "stop step %d: %s\n", n, where);
        raise(SIGSTOP);
    }
    if (at && strcmp(at, "0") == 0)
        fprintf(stderr, "step %d: %s\n", n, where);
    if (!at || n != (int)strtol(at, NULL, 10))
        return;
    fprintf(stderr, "crash step %d: %s\n", n, where);
    _exit(70);
}

#endif
