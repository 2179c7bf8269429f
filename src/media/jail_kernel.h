/* jail_kernel.h - the two locks of the jail: Landlock for files and TCP, seccomp for system calls.
 *
 * They work on the calling thread and can't be undone; called by jail_main alone, in its own
 * process. Landlock: Linux Documentation/userspace-api/landlock.rst, ABI 1 to 7.
 */
#ifndef HUB_MEDIA_JAIL_KERNEL_H
#define HUB_MEDIA_JAIL_KERNEL_H

#include "media/jail.h"

enum { LANDLOCK_TCP_ABI = 4 }; /* Linux 6.7: the least that also refuses TCP */

int jail_landlock_abi(void); /* 0: none */
bool jail_seccomp_there(void);

/* NULL when the whole lock is on; else what is missing, with errno set. A kernel whose Landlock is
 * older than LANDLOCK_TCP_ABI gets what it knows, and is told of. */
const char *jail_landlock(const Jail *jail, const char *tool);
const char *jail_seccomp(void);

#endif
