#include "base/proc.h"

#include "base/clock.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/pidfd.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TICK_MS = 200, READ_AT_ONCE = 16 << 10, READS_PER_WAKE = 16, ENV_MAX = 5 };

/* One of its two outputs. */
typedef struct Stream {
    int fd; /* -1: ended */
    Buf *all;
    void (*line)(void *who, Str line);
    void *who;
    size_t n, n_tail;
    char begun[PROC_LINE_MAX];  /* a line without its end yet */
    char tail[PROC_ERRORS_MAX]; /* the last bytes */
} Stream;

typedef struct Child {
    pid_t pid; /* 0: none, or reaped */
    int pidfd;
    Stream out, err;
} Child;

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

/* The group is named by the leader's pid, which stays ours until it is reaped. */
static void child_end(Child *child, int *status, struct rusage *used)
{
    if (child->pid) {
        kill(-child->pid, SIGKILL);
        while (wait4(child->pid, status, 0, used) < 0 && errno == EINTR)
            ;
        child->pid = 0;
    }
    close_fd(&child->pidfd);
    close_fd(&child->out.fd);
    close_fd(&child->err.fd);
}

static void child_drop(Child **child)
{
    int status = 0;
    struct rusage used = {0};
    child_end(*child, &status, &used);
}

static void keep_tail(Stream *s, const char *p, size_t n)
{
    if (n > sizeof s->tail) {
        p += n - sizeof s->tail;
        n = sizeof s->tail;
    }
    size_t over = s->n_tail + n > sizeof s->tail ? s->n_tail + n - sizeof s->tail : 0;
    memmove(s->tail, s->tail + over, s->n_tail - over);
    memcpy(s->tail + s->n_tail - over, p, n);
    s->n_tail += n - over;
}

static void end_line(Stream *s)
{
    if (s->line)
        s->line(s->who, (Str){s->begun, s->n});
    s->n = 0;
}

static void take_lines(Stream *s, const char *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (p[i] == '\n')
            end_line(s);
        else if (s->n < sizeof s->begun)
            s->begun[s->n++] = p[i];
    }
}

static void stream_end(Stream *s)
{
    if (s->n)
        end_line(s);
    close_fd(&s->fd);
}

/* Reads what is there, but not for ever: a program that floods us must not outrun its deadline. */
static void stream_read(Stream *s)
{
    char bytes[READ_AT_ONCE];
    for (int i = 0; i < READS_PER_WAKE && s->fd >= 0; i++) {
        ssize_t n = read(s->fd, bytes, sizeof bytes);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EAGAIN)
            return;
        if (n <= 0) {
            stream_end(s);
            return;
        }
        if (s->all)
            buf_put(s->all, bytes, (size_t)n);
        if (s->line)
            take_lines(s, bytes, (size_t)n);
        keep_tail(s, bytes, (size_t)n);
    }
}

static Err open_pipe(Cx *cx, Stream *s, int *theirs)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC))
        return fail(cx, E_UNAVAILABLE, "no pipe to another program: %s", strerror(errno));
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    s->fd = ends[0];
    *theirs = ends[1];
    return OK;
}

/* No secret of ours is in it: settings reach the hub by its environment too. */
static void make_environment(Cx *cx, const char *env[static ENV_MAX])
{
    size_t n = 0;
    const char *path = getenv("PATH");
    env[n++] = arena_fmt(cx->arena, "PATH=%s", path ? path : "/usr/local/bin:/usr/bin:/bin").p;
    env[n++] = "HOME=/nonexistent";
    env[n++] = "LC_ALL=C.UTF-8";
#ifdef HUB_FAULTS
    if (getenv("HUB_BUG"))
        env[n++] = arena_fmt(cx->arena, "HUB_BUG=%s", getenv("HUB_BUG")).p;
#endif
    env[n] = NULL;
}

static int spawn_with(const Proc *proc, const char **env, int out, int err, pid_t *pid,
                      posix_spawn_file_actions_t *files, posix_spawnattr_t *how)
{
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    int bad = posix_spawn_file_actions_addopen(files, 0, "/dev/null", O_RDONLY, 0);
    bad |= posix_spawn_file_actions_adddup2(files, out, 1);
    bad |= posix_spawn_file_actions_adddup2(files, err, 2);
    bad |= posix_spawn_file_actions_addclosefrom_np(files, 3);
    if (proc->folder)
        bad |= posix_spawn_file_actions_addchdir_np(files, proc->folder);
    bad |= posix_spawnattr_setflags(how, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
                                             POSIX_SPAWN_SETSIGDEF);
    bad |= posix_spawnattr_setpgroup(how, 0);
    bad |= posix_spawnattr_setsigmask(how, &none);
    bad |= posix_spawnattr_setsigdefault(how, &all);
    if (bad)
        return ENOMEM;
    /* posix_spawn promises not to write to what its prototype calls char *const */
    union {
        const char *const *given;
        char *const *taken;
    } argv = {.given = proc->argv}, envp = {.given = env};
    return posix_spawnp(pid, proc->argv[0], files, how, argv.taken, envp.taken);
}

static int spawn(const Proc *proc, const char **env, int out, int err, pid_t *pid)
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t how;
    if (posix_spawn_file_actions_init(&files))
        return ENOMEM;
    if (posix_spawnattr_init(&how)) {
        posix_spawn_file_actions_destroy(&files);
        return ENOMEM;
    }
    int bad = spawn_with(proc, env, out, err, pid, &files, &how);
    posix_spawnattr_destroy(&how);
    posix_spawn_file_actions_destroy(&files);
    return bad;
}

static Err child_start(Cx *cx, const Proc *proc, Child *child)
{
    const char *env[ENV_MAX] = {0};
    CLEANUP(close_fd) int out = -1;
    CLEANUP(close_fd) int err = -1;
    make_environment(cx, env);
    TRY(open_pipe(cx, &child->out, &out));
    TRY(open_pipe(cx, &child->err, &err));
    pid_t pid = 0;
    int bad = spawn(proc, env, out, err, &pid);
    if (bad)
        return fail(cx, E_UNAVAILABLE, "cannot start %s: %s", proc->argv[0], strerror(bad));
    child->pid = pid;
    child->pidfd = pidfd_open(pid, 0);
    if (child->pidfd < 0)
        return fail(cx, E_UNAVAILABLE, "cannot watch %s: %s", proc->argv[0], strerror(errno));
    return OK;
}

/* Until it ended, or must; true when it ended by itself. */
static bool watch(const Proc *proc, Child *child, int64_t began, ProcEnd *end)
{
    for (;;) {
        int64_t left = proc->wall_ms ? began + proc->wall_ms - clock_mono_ms() : TICK_MS;
        if (left <= 0 || (proc->cancelled && proc->cancelled(proc->who))) {
            end->how = left <= 0 ? PROC_TIMED_OUT : PROC_CANCELLED;
            return false;
        }
        struct pollfd on[3] = {{.fd = child->pidfd, .events = POLLIN},
                               {.fd = child->out.fd, .events = POLLIN},
                               {.fd = child->err.fd, .events = POLLIN}};
        if (poll(on, 3, (int)(left < TICK_MS ? left : TICK_MS)) <= 0)
            continue;
        if (on[0].revents)
            kill(-child->pid, SIGKILL); /* what it left behind must not hold the pipes open */
        if (on[1].revents || on[0].revents)
            stream_read(&child->out);
        if (on[2].revents || on[0].revents)
            stream_read(&child->err);
        if (on[0].revents)
            return true; /* a full pipe is less than one stream_read */
    }
}

static int64_t ms_of(struct timeval t)
{
    return (int64_t)t.tv_sec * 1000 + t.tv_usec / 1000;
}

Err proc_run(Cx *cx, const Proc *proc, ProcEnd *end)
{
    assert(proc->argv && proc->argv[0]);
    Child *child = arena_take(cx->arena, sizeof *child);
    CLEANUP(child_drop) Child *drop = child;
    *child = (Child){.pidfd = -1,
                     .out = {.fd = -1, .all = proc->out, .line = proc->out_line, .who = proc->who},
                     .err = {.fd = -1, .line = proc->err_line, .who = proc->who}};
    int64_t began = clock_mono_ms();
    TRY(child_start(cx, proc, child));
    ProcEnd got = {0};
    bool by_itself = watch(proc, child, began, &got);
    int status = 0;
    struct rusage used = {0};
    if (child->out.fd >= 0)
        stream_end(&child->out);
    if (child->err.fd >= 0)
        stream_end(&child->err);
    child_end(child, &status, &used);
    if (by_itself) {
        got.how = WIFEXITED(status) ? PROC_EXITED : PROC_SIGNALLED;
        got.status = WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status);
    }
    got.wall_ms = clock_mono_ms() - began;
    got.cpu_ms = ms_of(used.ru_utime) + ms_of(used.ru_stime);
    got.memory_bytes = (int64_t)used.ru_maxrss * 1024;
    got.errors = arena_str(cx->arena, (Str){child->err.tail, child->err.n_tail});
    *end = got;
    return OK;
}
