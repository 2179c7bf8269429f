#include "role/progress.h"

#include "base/clock.h"

#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

enum { TELL_TTY_MS = 200, TELL_MS = 10000 };

void progress_tell(const char *what, int64_t done, int64_t all)
{
    static int64_t last;
    static const char *before;
    bool tty = isatty(STDERR_FILENO);
    int64_t now = clock_mono_ms();
    if (before == what && now - last < (tty ? TELL_TTY_MS : TELL_MS))
        return;
    if (before == what || tty) {
        fprintf(stderr, tty ? "\r\033[K%s %lld" : "%s %lld", what, (long long)done);
        if (all)
            fprintf(stderr, " of %lld", (long long)all);
        fputs(tty ? "" : "\n", stderr);
        fflush(stderr);
    }
    last = now;
    before = what;
}

void progress_over(void)
{
    if (isatty(STDERR_FILENO))
        fputs("\r\033[K", stderr);
}
