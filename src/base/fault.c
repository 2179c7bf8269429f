#include "base/fault.h"

#ifdef HUB_FAULTS

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

void crash_step(const char *where)
{
    static atomic_int seen;
    const char *at = getenv("HUB_CRASH_AT"), *stop = getenv("HUB_STOP_AT");
    const char *only = getenv("HUB_STEP");
    if (only && strncmp(where, only, strlen(only)) != 0)
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
