/* proc.h - another program, run to its end: no shell, a deadline, and nothing of ours left open to
 * it.
 *
 * The program gets /dev/null as standard input, pipes as output and error, every other descriptor
 * closed, default signals, a process group of its own, and an environment of PATH,
 * HOME=/nonexistent and LC_ALL=C.UTF-8 alone, so that no secret of ours is in it. proc_run blocks
 * its thread; when it returns, the program and all it started are dead and reaped. Any thread, any
 * number at a time.
 */
#ifndef HUB_PROC_H
#define HUB_PROC_H

#include "base/buf.h"
#include "base/cx.h"

enum { PROC_ERRORS_MAX = 4 << 10, PROC_LINE_MAX = 4 << 10 };

typedef struct Proc {
    const char *const *argv; /* ends with NULL; argv[0] has a slash, or is looked up in PATH */
    const char *folder;      /* where it works; NULL: where we do */
    int64_t wall_ms;         /* killed after this long; 0: never */
    Buf *out;  /* gathers its output; what passes the ceiling is dropped and `full` set */
    void *who; /* given to the callbacks, any of which may be NULL */
    void (*out_line)(void *who,
                     Str line); /* of its output, without the newline; cut at PROC_LINE_MAX */
    void (*err_line)(void *who, Str line); /* of its errors */
    bool (*cancelled)(void *who);          /* asked five times a second; true: killed */
} Proc;

typedef struct ProcEnd {
    enum { PROC_EXITED, PROC_SIGNALLED, PROC_TIMED_OUT, PROC_CANCELLED } how;
    int status;                            /* of an exit; the signal when signalled */
    int64_t wall_ms, cpu_ms, memory_bytes; /* memory: the largest resident size */
    Str errors; /* the last PROC_ERRORS_MAX bytes of its standard error; lives in cx->arena */
} ProcEnd;

/* E_UNAVAILABLE when it cannot be started. Whatever it did after that is in *end, with OK. */
Err proc_run(Cx *cx, const Proc *proc, ProcEnd *end);

#endif
