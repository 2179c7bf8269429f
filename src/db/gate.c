#include "db/gate.h"

#include "base/clock.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

struct Gate {
    int fd;
    bool pass; /* the server: through and on */
};

Gate *gate_open(const char *database, bool pass)
{
    size_t room = strlen(database) + sizeof "-turn";
    char *path = malloc(room);
    Gate *gate = malloc(sizeof *gate);
    if (!path || !gate)
        abort();
    snprintf(path, room, "%s-turn", database);
    *gate = (Gate){.fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600), .pass = pass};
    free(path);
    if (gate->fd >= 0)
        return gate;
    free(gate);
    return NULL;
}

void gate_close(Gate *gate)
{
    if (!gate)
        return;
    close(gate->fd);
    free(gate);
}

bool gate_enter(Gate *gate, int patience_ms)
{
    int64_t until = clock_mono_ms() + patience_ms;
    while (flock(gate->fd, (gate->pass ? LOCK_SH : LOCK_EX) | LOCK_NB)) {
        if (clock_mono_ms() >= until)
            return false;
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    }
    if (gate->pass)
        gate_leave(gate);
    return true;
}

void gate_leave(Gate *gate)
{
    flock(gate->fd, LOCK_UN); /* of a lock not held: nothing */
}
