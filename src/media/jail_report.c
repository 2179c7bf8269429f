/* What this kernel can do for the jail, for `hub doctor`. */
#include "media/jail_kernel.h"

void jail_report(Cx *cx, JailReport *out)
{
    JailReport is = {.landlock_abi = jail_landlock_abi(), .seccomp = jail_seccomp_there()};
    const char *landlock = "";
    if (is.landlock_abi == 0)
        landlock = "Landlock (Linux 5.13, switched on by lsm=landlock): a broken tool could read "
                   "the hub's own files";
    else if (is.landlock_abi < LANDLOCK_TCP_ABI)
        landlock = "Landlock's rules for TCP (Linux 6.7); seccomp still refuses every socket";
    const char *seccomp =
        is.seccomp ? "" : "seccomp filters: a broken tool could open sockets and start processes";
    is.missing =
        arena_fmt(cx->arena, "%s%s%s", landlock, *landlock && *seccomp ? "; " : "", seccomp);
    *out = is;
}
