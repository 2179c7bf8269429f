#include "base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static int64_t read_us(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

#ifdef HUB_FAULTS
/* So that a test may set the clock of a hub that runs. NULL: it says nothing. */
static const char *from_file(const char *path, char *to, int n)
{
    FILE *f = fopen(path, "re");
    char *got = f ? fgets(to, n, f) : NULL;
    if (f)
        fclose(f);
    return got;
}
#endif

int64_t clock_now(void)
{
#ifdef HUB_FAULTS
    char kept[32];
    const char *set = getenv("HUB_NOW");
    if (set && set[0] == '@')
        set = from_file(set + 1, kept, sizeof kept);
    if (set && (set[0] == '+' || set[0] == '-'))
        return read_us(CLOCK_REALTIME) / 1000 + strtoll(set, NULL, 10);
    if (set)
        return strtoll(set, NULL, 10);
#endif
    return read_us(CLOCK_REALTIME) / 1000;
}

int64_t clock_mono_ms(void)
{
    return read_us(CLOCK_MONOTONIC) / 1000;
}

int64_t clock_mono_us(void)
{
    return read_us(CLOCK_MONOTONIC);
}
