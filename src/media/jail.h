/* jail.h - a tool that reads a stranger's file, confined before it starts.
 *
 * The hub runs itself as `hub jail-exec … -- tool args`: a fresh process, so nothing here has to be
 * safe between fork and exec of a threaded one. It sets limits (CPU, address space, file size,
 * descriptors, no core), no_new_privs, death with its parent, Landlock (reads: system libraries,
 * the tool, the files named and, when asked for, fonts; writes: one folder; no TCP; no signal or
 * abstract socket out of it) and seccomp (no socket, no process, no ptrace, mount, bpf, key or
 * namespace), then becomes the tool. Nothing of it needs a privilege.
 */
#ifndef HUB_MEDIA_JAIL_H
#define HUB_MEDIA_JAIL_H

#include "media/limits.h"

enum { JAIL_READ_MAX = 4, JAIL_BROKEN = 125 }; /* JAIL_BROKEN: its exit when it could not confine */

typedef struct Jail {
    JailMode mode;
    int64_t cpu_s, memory_bytes, file_bytes;
    const char *read[JAIL_READ_MAX]; /* files or folders it may read; NULL-filled */
    const char *write;               /* the one folder it may write in; NULL: none */
    bool fonts; /* may read the system's fonts and what poppler keeps of character sets */
} Jail;

/* The arguments that run `tool` (ends with NULL) confined; in cx->arena. `self` as in MediaLimits.
 */
const char *const *jail_argv(Cx *cx, const char *self, const Jail *jail, const char *const *tool);

/* What main() calls when argv[1] is "jail-exec", with argv and argc as it got them. Returns only
 * when it failed: JAIL_BROKEN, after one line on stderr that begins with "jail: ". */
int jail_main(int argc, char **argv);

typedef struct JailReport {
    int landlock_abi; /* 0: this kernel has none, or does not let us */
    bool seccomp;
    Str missing; /* one sentence for the operator; empty: nothing is */
} JailReport;
void jail_report(Cx *cx, JailReport *out); /* of this kernel, without confining anything */

bool jail_mode_read(Str text, JailMode *mode); /* require, best, off */

#endif
