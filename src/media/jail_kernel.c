#include "media/jail_kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Rights that are younger than the headers of Debian 12. */
#define FS_FIRST ((1ull << 13) - 1) /* all of ABI 1 */
#define FS_REFER (1ull << 13)       /* ABI 2 */
#define FS_TRUNCATE (1ull << 14)    /* ABI 3 */
#define FS_IOCTL_DEV (1ull << 15)   /* ABI 5 */
#define NET_TCP 3ull                /* ABI 4: bind and connect */
#define SCOPE_BOTH 3ull             /* ABI 6: abstract sockets and signals */

#define MAY_READ (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define MAY_RUN (MAY_READ | LANDLOCK_ACCESS_FS_EXECUTE)
/* no links, devices, sockets or folders: only plain files */
#define MAY_WRITE                                                                                  \
    (MAY_READ | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_FILE |                   \
     LANDLOCK_ACCESS_FS_MAKE_REG | FS_TRUNCATE)
#define OF_FILES                                                                                   \
    (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE |   \
     FS_TRUNCATE | FS_IOCTL_DEV)

typedef struct RulesetAttr { /* struct landlock_ruleset_attr of ABI 6 */
    uint64_t fs, net, scoped;
} RulesetAttr;

typedef struct Ruleset {
    int fd;
    uint64_t fs; /* what is handled: named in no rule is refused */
} Ruleset;

static const struct {
    const char *path;
    uint64_t may;
} system_rules[] = {
    {"/usr/lib", MAY_RUN},
    {"/usr/lib32", MAY_RUN},
    {"/usr/lib64", MAY_RUN},
    {"/usr/local/lib", MAY_RUN},
    {"/lib", MAY_RUN},
    {"/lib64", MAY_RUN},
    {"/etc/ld.so.cache", MAY_READ},
    {"/dev/null", MAY_READ | LANDLOCK_ACCESS_FS_WRITE_FILE},
    {"/dev/urandom", MAY_READ},
    {"/proc/cpuinfo", MAY_READ},
    {"/sys/devices/system/cpu", MAY_READ},
};

/* What a page of a PDF is drawn with when it brings no fonts of its own. */
static const char *const fonts[] = {"/etc/fonts",
                                    "/usr/share/fonts",
                                    "/usr/local/share/fonts",
                                    "/usr/share/fontconfig",
                                    "/var/cache/fontconfig",
                                    "/usr/share/poppler"};

int jail_landlock_abi(void)
{
    long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    return abi < 0 ? 0 : (int)abi;
}

static Ruleset ruleset_open(int abi)
{
    uint64_t fs = FS_FIRST | (abi >= 2 ? FS_REFER : 0) | (abi >= 3 ? FS_TRUNCATE : 0) |
                  (abi >= 5 ? FS_IOCTL_DEV : 0);
    RulesetAttr attr = {
        .fs = fs, .net = abi >= 4 ? NET_TCP : 0, .scoped = abi >= 6 ? SCOPE_BOTH : 0};
    size_t known = abi >= 6 ? 24 : abi >= 4 ? 16 : 8;
    return (Ruleset){(int)syscall(SYS_landlock_create_ruleset, &attr, known, 0), fs};
}

/* False when the path is not there, or cannot be named. */
static bool allow(const Ruleset *rules, const char *path, uint64_t may)
{
    struct stat is;
    int fd = open(path, O_PATH | O_CLOEXEC);
    if (fd < 0)
        return false;
    if (fstat(fd, &is) || !S_ISDIR(is.st_mode))
        may &= OF_FILES;
    struct landlock_path_beneath_attr rule = {.allowed_access = may & rules->fs, .parent_fd = fd};
    long bad = syscall(SYS_landlock_add_rule, rules->fd, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
    int why = errno;
    close(fd);
    errno = why;
    return bad == 0;
}

static const char *allow_all(const Ruleset *rules, const Jail *jail, const char *tool)
{
    for (size_t i = 0; i < COUNT(system_rules); i++)
        (void)allow(rules, system_rules[i].path, system_rules[i].may); /* systems differ */
    for (size_t i = 0; i < COUNT(fonts) && jail->fonts; i++)
        (void)allow(rules, fonts[i], MAY_READ);
    if (!allow(rules, tool, LANDLOCK_ACCESS_FS_EXECUTE | MAY_READ))
        return tool;
    for (size_t i = 0; i < JAIL_READ_MAX && jail->read[i]; i++)
        if (!allow(rules, jail->read[i], MAY_READ))
            return jail->read[i];
    if (jail->write && !allow(rules, jail->write, MAY_WRITE))
        return jail->write;
    return NULL;
}

const char *jail_landlock(const Jail *jail, const char *tool)
{
    int abi = jail_landlock_abi();
    if (abi == 0)
        return "Landlock";
    Ruleset rules = ruleset_open(abi);
    if (rules.fd < 0)
        return "Landlock ruleset";
    const char *bad = allow_all(&rules, jail, tool);
    if (!bad && syscall(SYS_landlock_restrict_self, rules.fd, 0))
        bad = "Landlock restrict";
    close(rules.fd);
    if (!bad && abi < LANDLOCK_TCP_ABI) {
        errno = ENOSYS;
        bad = "Landlock for TCP";
    }
    return bad;
}

bool jail_seccomp_there(void)
{
    uint32_t action = SECCOMP_RET_ERRNO;
    return syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

/* What a tool that turns one file into another never needs. */
static const int refused[] = {
    /* the network, and talking to others */
    SCMP_SYS(socket),
    SCMP_SYS(socketpair),
    SCMP_SYS(connect),
    SCMP_SYS(bind),
    SCMP_SYS(listen),
    SCMP_SYS(accept),
    SCMP_SYS(accept4),
    SCMP_SYS(sendto),
    SCMP_SYS(sendmsg),
    SCMP_SYS(sendmmsg),
    SCMP_SYS(shmget),
    SCMP_SYS(msgget),
    SCMP_SYS(semget),
    SCMP_SYS(mq_open),
    /* other processes */
    SCMP_SYS(fork),
    SCMP_SYS(vfork),
    SCMP_SYS(ptrace),
    SCMP_SYS(process_vm_readv),
    SCMP_SYS(process_vm_writev),
    SCMP_SYS(process_madvise),
    SCMP_SYS(kcmp),
    SCMP_SYS(kill),
    SCMP_SYS(tkill),
    SCMP_SYS(rt_sigqueueinfo),
    SCMP_SYS(rt_tgsigqueueinfo),
    SCMP_SYS(pidfd_open),
    SCMP_SYS(pidfd_getfd),
    SCMP_SYS(pidfd_send_signal),
    SCMP_SYS(setpriority),
    SCMP_SYS(setpgid),
    SCMP_SYS(setsid),
    SCMP_SYS(sched_setscheduler),
    SCMP_SYS(sched_setattr),
    SCMP_SYS(migrate_pages),
    SCMP_SYS(move_pages),
    /* links, so that what it leaves behind is what it wrote; and rights on files */
    SCMP_SYS(link),
    SCMP_SYS(linkat),
    SCMP_SYS(symlink),
    SCMP_SYS(symlinkat),
    SCMP_SYS(mknod),
    SCMP_SYS(mknodat),
    SCMP_SYS(chmod),
    SCMP_SYS(fchmod),
    SCMP_SYS(fchmodat),
    SCMP_SYS(chown),
    SCMP_SYS(fchown),
    SCMP_SYS(lchown),
    SCMP_SYS(fchownat),
    SCMP_SYS(setxattr),
    SCMP_SYS(fsetxattr),
    SCMP_SYS(lsetxattr),
    SCMP_SYS(open_by_handle_at),
    SCMP_SYS(name_to_handle_at),
    SCMP_SYS(fanotify_init),
    SCMP_SYS(inotify_init1),
    SCMP_SYS(memfd_create),
    /* the system */
    SCMP_SYS(mount),
    SCMP_SYS(umount2),
    SCMP_SYS(move_mount),
    SCMP_SYS(open_tree),
    SCMP_SYS(fsopen),
    SCMP_SYS(fsmount),
    SCMP_SYS(pivot_root),
    SCMP_SYS(chroot),
    SCMP_SYS(unshare),
    SCMP_SYS(setns),
    SCMP_SYS(bpf),
    SCMP_SYS(perf_event_open),
    SCMP_SYS(keyctl),
    SCMP_SYS(add_key),
    SCMP_SYS(request_key),
    SCMP_SYS(userfaultfd),
    SCMP_SYS(io_uring_setup),
    SCMP_SYS(io_uring_enter),
    SCMP_SYS(io_uring_register),
    SCMP_SYS(init_module),
    SCMP_SYS(finit_module),
    SCMP_SYS(delete_module),
    SCMP_SYS(kexec_load),
    SCMP_SYS(kexec_file_load),
    SCMP_SYS(reboot),
    SCMP_SYS(swapon),
    SCMP_SYS(swapoff),
    SCMP_SYS(acct),
    SCMP_SYS(quotactl),
    SCMP_SYS(syslog),
    SCMP_SYS(personality),
    SCMP_SYS(settimeofday),
    SCMP_SYS(clock_settime),
    SCMP_SYS(adjtimex),
    SCMP_SYS(sethostname),
    SCMP_SYS(setuid),
    SCMP_SYS(setgid),
    SCMP_SYS(setreuid),
    SCMP_SYS(setregid),
    SCMP_SYS(setresuid),
    SCMP_SYS(setresgid),
    SCMP_SYS(setgroups),
};

static int fill(scmp_filter_ctx filter)
{
    const uint32_t no = SCMP_ACT_ERRNO(EPERM);
    int bad = 0;
    for (size_t i = 0; i < COUNT(refused); i++)
        bad |= seccomp_rule_add(filter, no, refused[i], 0);
    /* threads, not processes; clone3 hides its flags in memory, so the C library falls back to
     * clone */
    bad |= seccomp_rule_add(filter, no, SCMP_SYS(clone), 1,
                            SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0));
    bad |= seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
    /* itself only: abort() and limits of its own; exec keeps the pid */
    struct scmp_arg_cmp other = {
        .arg = 0, .op = SCMP_CMP_NE, .datum_a = (scmp_datum_t)getpid(), .datum_b = 0};
    bad |= seccomp_rule_add_array(filter, no, SCMP_SYS(tgkill), 1, &other);
    other.datum_a = 0;
    bad |= seccomp_rule_add_array(filter, no, SCMP_SYS(prlimit64), 1, &other);
    return bad;
}

const char *jail_seccomp(void)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    if (!filter) {
        errno = ENOMEM;
        return "seccomp";
    }
    int bad = fill(filter);
    if (!bad)
        bad = seccomp_load(filter);
    seccomp_release(filter);
    errno = bad < 0 ? -bad : EINVAL;
    return bad ? "seccomp" : NULL;
}
