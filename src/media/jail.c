#include "media/jail.h"

#include "base/fault.h"
#include "media/jail_kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

enum { FLAGS_MAX = 24, NICENESS = 10, DESCRIPTORS = 256, CPU_GRACE_S = 5 };

static const char *const mode_names[] = {
    [JAIL_BEST] = "best", [JAIL_REQUIRE] = "require", [JAIL_OFF] = "off"};

bool jail_mode_read(Str text, JailMode *mode)
{
    for (size_t i = 0; i < COUNT(mode_names); i++) {
        if (!str_eq(text, str_of(mode_names[i])))
            continue;
        *mode = (JailMode)i;
        return true;
    }
    return false;
}

static const char *number(Cx *cx, int64_t i)
{
    return arena_fmt(cx->arena, "%lld", (long long)i).p;
}

const char *const *jail_argv(Cx *cx, const char *self, const Jail *jail, const char *const *tool)
{
    size_t n = 0, n_tool = 0;
    while (tool[n_tool])
        n_tool++;
    const char **argv = arena_array(cx->arena, const char *, FLAGS_MAX + n_tool + 1);
    const char *const flags[] = {
        "-p", number(cx, getpid()),        "-m", mode_names[jail->mode],
        "-c", number(cx, jail->cpu_s),     "-a", number(cx, jail->memory_bytes),
        "-f", number(cx, jail->file_bytes)};
    argv[n++] = self ? self : "/proc/self/exe";
    argv[n++] = "jail-exec";
    for (size_t i = 0; i < COUNT(flags); i++)
        argv[n++] = flags[i];
    for (size_t i = 0; i < JAIL_READ_MAX && jail->read[i]; i++) {
        argv[n++] = "-r";
        argv[n++] = jail->read[i];
    }
    if (jail->write) {
        argv[n++] = "-w";
        argv[n++] = jail->write;
    }
    if (jail->fonts)
        argv[n++] = "-t";
    argv[n++] = "--";
    for (size_t i = 0; i < n_tool; i++)
        argv[n++] = tool[i];
    return argv;
}

/* From here on: the fresh process. */

typedef struct Order {
    Jail jail;
    pid_t parent;
    char **tool;
    char path[4096]; /* of the tool */
} Order;

static bool broken(const char *what)
{
    fprintf(stderr, "jail: %s: %s\n", what, strerror(errno));
    return false;
}

static bool whole(const char *text, int64_t *out)
{
    char *end = NULL;
    errno = 0;
    long long i = strtoll(text, &end, 10);
    if (errno || end == text || *end || i < 0)
        return false;
    *out = i;
    return true;
}

static bool take_flag(Order *order, int flag, const char *value, size_t *n_read)
{
    int64_t parent = 0;
    switch (flag) {
    case 'p':
        if (!whole(value, &parent) || parent > INT32_MAX)
            return false;
        order->parent = (pid_t)parent;
        return true;
    case 'm':
        return jail_mode_read(str_of(value), &order->jail.mode);
    case 'c':
        return whole(value, &order->jail.cpu_s);
    case 'a':
        return whole(value, &order->jail.memory_bytes);
    case 'f':
        return whole(value, &order->jail.file_bytes);
    case 'r':
        if (*n_read == JAIL_READ_MAX)
            return false;
        order->jail.read[(*n_read)++] = value;
        return true;
    case 'w':
        order->jail.write = value;
        return true;
    case 't':
        order->jail.fonts = true;
        return true;
    default:
        return false;
    }
}

static bool take_order(int argc, char **argv, Order *order)
{
    size_t n_read = 0;
    int flag = 0;
    optind = 2;
    opterr = 0;
    errno = EINVAL;
    while ((flag = getopt(argc, argv, "+p:m:c:a:f:r:w:t")) != -1)
        if (!take_flag(order, flag, optarg, &n_read))
            return broken("its flags");
    if (optind >= argc || order->jail.cpu_s < 1 || order->jail.memory_bytes < 1)
        return broken("its flags");
    order->tool = argv + optind;
    return true;
}

/* The file that exec will take, links resolved, so that Landlock can name it. */
static bool find_tool(Order *order)
{
    const char *name = order->tool[0], *path = getenv("PATH");
    char at[4096], real[PATH_MAX];
    if (strchr(name, '/')) {
        if (!realpath(name, real) || access(real, X_OK))
            return broken(name);
        snprintf(order->path, sizeof order->path, "%s", real);
        return true;
    }
    for (Str rest = str_of(path ? path : "/usr/bin:/bin"); rest.n;) {
        Str folder = str_cut(rest, ':', &rest);
        snprintf(at, sizeof at, STR_FMT "/%s", STR_ARG(folder), name);
        if (folder.n == 0 || !realpath(at, real) || access(real, X_OK))
            continue;
        snprintf(order->path, sizeof order->path, "%s", real);
        return true;
    }
    errno = ENOENT;
    return broken(name);
}

static bool limit(__rlimit_resource_t what, int64_t soft, int64_t hard)
{
    struct rlimit is;
    if (getrlimit(what, &is))
        return broken("getrlimit");
    rlim_t most = is.rlim_max < (rlim_t)hard ? is.rlim_max : (rlim_t)hard;
    struct rlimit to = {.rlim_cur = most < (rlim_t)soft ? most : (rlim_t)soft, .rlim_max = most};
    return setrlimit(what, &to) == 0 || broken("setrlimit");
}

static bool die_with_parent(pid_t parent)
{
    if (prctl(PR_SET_PDEATHSIG, SIGKILL))
        return broken("PR_SET_PDEATHSIG");
    errno = ESRCH;
    return parent == 0 || getppid() == parent || broken("its parent is gone");
}

static bool set_limits(const Jail *jail)
{
    return limit(RLIMIT_CPU, jail->cpu_s, jail->cpu_s + CPU_GRACE_S) &&
           limit(RLIMIT_FSIZE, jail->file_bytes, jail->file_bytes) &&
           limit(RLIMIT_NOFILE, DESCRIPTORS, DESCRIPTORS) && limit(RLIMIT_CORE, 0, 0);
}

static bool confine(const Order *order)
{
    const Jail *jail = &order->jail;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
        return broken("no_new_privs");
    if (jail->mode == JAIL_OFF || bug("nojail"))
        return true;
    const char *what = jail_landlock(jail, order->path);
    if (what && jail->mode == JAIL_REQUIRE)
        return broken(what);
    what = jail_seccomp();
    return !what || jail->mode != JAIL_REQUIRE || broken(what);
}

int jail_main(int argc, char **argv)
{
    Order order = {.jail = {.mode = JAIL_REQUIRE}};
    if (!take_order(argc, argv, &order) || !find_tool(&order) || !die_with_parent(order.parent))
        return JAIL_BROKEN;
    int niceness = nice(NICENESS); /* as far as it may */
    (void)niceness;
    /* the address space last: what comes before allocates */
    if (!set_limits(&order.jail) || !confine(&order) ||
        !limit(RLIMIT_AS, order.jail.memory_bytes, order.jail.memory_bytes))
        return JAIL_BROKEN;
    execv(order.path, order.tool);
    broken(order.path);
    return JAIL_BROKEN;
}
