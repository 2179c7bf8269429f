#include "base/clock.h"

#include <stdlib.h>
#include <time.h>

static int64_t read_us(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t clock_now(void)
{
#ifdef HUB_FAULTS
    const char *set = getenv("HUB_NOW");
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
