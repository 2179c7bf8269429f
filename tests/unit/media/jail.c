/* The jail, asked by perl, which every Debian has: what it may do, and what it may not. */
#include "base/clock.h"
#include "base/proc.h"
#include "media/jail.h"
#include "test.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* The test program answers to jail-exec as the hub does. */
__attribute__((constructor)) static void answer_jail_exec(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "jail-exec") == 0)
        _exit(jail_main(argc, argv));
}

typedef struct Cell {
    Cx cx;
    char folder[32], other[32], input[64];
    ProcEnd end;
    Err err;
    Buf out;
} Cell;

static void put(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    CHECK(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    close(fd);
}

static Cell cell_open(void)
{
    Cell c = {.cx = {.arena = arena_new()}, .out = BUF(4096)};
    memcpy(c.folder, "/tmp/hub-jail-XXXXXX", 21);
    memcpy(c.other, "/tmp/hub-jail-XXXXXX", 21);
    CHECK(mkdtemp(c.folder) && mkdtemp(c.other));
    snprintf(c.input, sizeof c.input, "%s/input", c.other);
    put(c.input, "the original");
    put(arena_fmt(c.cx.arena, "%s/neighbour", c.other).p, "secret");
    return c;
}

static void cell_close(Cell *c)
{
    const char *argv[] = {"rm", "-rf", c->folder, c->other, NULL};
    ProcEnd end = {0};
    CHECK(proc_run(&c->cx, &(Proc){.argv = argv}, &end) == OK && end.status == 0);
    buf_free(&c->out);
    arena_free(c->cx.arena);
}

static Jail order(const Cell *c)
{
    return (Jail){.mode = JAIL_BEST,
                  .cpu_s = 10,
                  .memory_bytes = 1ll << 30,
                  .file_bytes = 1 << 20,
                  .read = {c->input},
                  .write = c->folder};
}

static void run(Cell *c, const Jail *jail, const char *script)
{
    const char *tool[] = {"/usr/bin/perl", "-e", script, c->folder, c->other, NULL};
    c->out.n = 0;
    Proc proc = {.argv = jail_argv(&c->cx, NULL, jail, tool),
                 .wall_ms = 60000,
                 .out = &c->out,
                 .folder = c->folder};
    c->err = proc_run(&c->cx, &proc, &c->end);
}

static bool exits(const Cell *c, int status)
{
    return c->err == OK && c->end.how == PROC_EXITED && c->end.status == status;
}

TEST(jail_report_says_what_this_kernel_can_do)
{
    Cx cx = {.arena = arena_new()};
    JailReport report = {.landlock_abi = -1};
    jail_report(&cx, &report);
    CHECK(report.landlock_abi >= 0);
    CHECK((report.missing.n == 0) == (report.landlock_abi >= 4 && report.seccomp));
    arena_free(cx.arena);
}

TEST(jail_mode_is_one_of_three_words)
{
    JailMode mode = JAIL_BEST;
    CHECK(jail_mode_read(S("require"), &mode) && mode == JAIL_REQUIRE);
    CHECK(jail_mode_read(S("off"), &mode) && mode == JAIL_OFF);
    CHECK(jail_mode_read(S("best"), &mode) && mode == JAIL_BEST);
    CHECK(!jail_mode_read(S("Best"), &mode) && !jail_mode_read(S(""), &mode));
}

static const struct {
    const char *name, *script; /* exits 0 when it could; ARGV: the folder, the other folder */
    bool may, by_landlock;
} rows[] = {
    {"read its original",
     "open(F,'<',\"$ARGV[1]/input\") or exit 1; exit(<F> eq 'the original' ? 0 : 1)", true, true},
    {"write in its folder", "open(F,'>',\"$ARGV[0]/a\") or exit 1; print F 'x'; close F or exit 1",
     true, true},
    {"read what it wrote", "open(F,'<',\"$ARGV[0]/a\") or exit 1; exit(<F> eq 'x' ? 0 : 1)", true,
     true},
    {"remove what it wrote", "exit(unlink(\"$ARGV[0]/a\") ? 0 : 1)", true, true},
    {"read the password file", "exit(open(F,'<','/etc/passwd') ? 0 : 1)", false, true},
    {"read a neighbour's file", "exit(open(F,'<',\"$ARGV[1]/neighbour\") ? 0 : 1)", false, true},
    {"read another process", "exit(open(F,'<','/proc/'.getppid().'/environ') ? 0 : 1)", false,
     true},
    {"list the root", "exit(opendir(D,'/') ? 0 : 1)", false, true},
    {"write its original", "exit(open(F,'>>',\"$ARGV[1]/input\") ? 0 : 1)", false, true},
    {"write beside it", "exit(open(F,'>',\"$ARGV[1]/b\") ? 0 : 1)", false, true},
    {"remove its original", "exit(unlink(\"$ARGV[1]/input\") ? 0 : 1)", false, true},
    {"make a folder", "exit(mkdir(\"$ARGV[0]/d\") ? 0 : 1)", false, true},
    {"run another program", "exec '/bin/true'; exit 1", false, true},
    {"leave a symbolic link", "exit(symlink('/etc/passwd',\"$ARGV[0]/s\") ? 0 : 1)", false, false},
    {"leave a hard link", "exit(link(\"$ARGV[1]/input\",\"$ARGV[0]/l\") ? 0 : 1)", false, false},
    {"open a TCP socket", "exit(socket(S,2,1,0) ? 0 : 1)", false, false},
    {"open a UDP socket", "exit(socket(S,2,2,0) ? 0 : 1)", false, false},
    {"open a local socket", "exit(socket(S,1,1,0) ? 0 : 1)", false, false},
    {"open a pair of sockets", "exit(socketpair(A,B,1,1,0) ? 0 : 1)", false, false},
    {"start a process", "$p = fork(); exit(defined $p ? 0 : 1)", false, false},
    {"start one by vfork", "exit(system('/bin/true') == 0 ? 0 : 1)", false, false},
    {"signal the hub", "exit(kill(0, getppid()) ? 0 : 1)", false, false},
    {"slow the hub down", "exit(setpriority(0, getppid(), 19) ? 0 : 1)", false, false},
    {"leave its group", "setpgrp(0, getppid()); exit(getpgrp() == $$ ? 1 : 0)", false, false},
};

TEST(jail_lets_a_tool_do_its_work_and_nothing_else)
{
    Cell c = cell_open();
    Jail jail = order(&c);
    JailReport report = {0};
    jail_report(&c.cx, &report);
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (rows[i].by_landlock && !rows[i].may && report.landlock_abi == 0)
            continue; /* this kernel has no Landlock: hub doctor says so */
        run(&c, &jail, rows[i].script);
        if (!exits(&c, rows[i].may ? 0 : 1))
            printf("jail: %s %s\n", rows[i].name, rows[i].may ? "must work" : "must not work");
        CHECK(exits(&c, rows[i].may ? 0 : 1));
    }
    cell_close(&c);
}

TEST(jail_shows_the_fonts_only_when_asked)
{
    Cell c = cell_open();
    Jail jail = order(&c);
    JailReport report = {0};
    jail_report(&c.cx, &report);
    run(&c, &jail, "exit(opendir(D,'/usr/share/fonts') ? 0 : 1)");
    CHECK(exits(&c, report.landlock_abi ? 1 : 0));
    jail.fonts = true;
    run(&c, &jail, "exit(opendir(D,'/usr/share/fonts') ? 0 : 1)");
    CHECK(exits(&c, 0));
    run(&c, &jail, "exit(open(F,'<','/etc/passwd') ? 0 : 1)");
    CHECK(exits(&c, report.landlock_abi ? 1 : 0));
    cell_close(&c);
}

TEST(jail_require_works_here_or_says_why_not)
{
    Cell c = cell_open();
    Jail jail = order(&c);
    JailReport report = {0};
    jail_report(&c.cx, &report);
    jail.mode = JAIL_REQUIRE;
    run(&c, &jail, "exit 0");
    CHECK(exits(&c, report.missing.n ? JAIL_BROKEN : 0));
    jail.read[0] = "/nonexistent";
    run(&c, &jail, "exit 0");
    CHECK(exits(&c, JAIL_BROKEN) && memmem(c.end.errors.p, c.end.errors.n, "jail: ", 6));
    cell_close(&c);
}

TEST(jail_off_still_limits)
{
    Cell c = cell_open();
    Jail jail = order(&c);
    jail.mode = JAIL_OFF;
    run(&c, &jail, "exit(open(F,'<','/etc/passwd') ? 0 : 1)");
    CHECK(exits(&c, 0));
    run(&c, &jail, "$x = 'x' x (2<<30); exit 0");
    CHECK(!exits(&c, 0));
    cell_close(&c);
}

TEST(jail_bounds_memory_file_size_computing_and_descriptors)
{
    Cell c = cell_open();
    Jail jail = order(&c);
    run(&c, &jail, "$x = 'x' x (2<<30); exit 0");
    CHECK(!exits(&c, 0));
    run(&c, &jail, "open(F,'>',\"$ARGV[0]/a\"); print F 'x' x (2<<20); close F or exit 1; exit 0");
    CHECK(c.err == OK && c.end.how == PROC_SIGNALLED && c.end.status == SIGXFSZ);
    run(&c, &jail, "for (1..300) { open(my $f,'<','/dev/null') or exit 1; push @f, $f } exit 0");
    CHECK(exits(&c, 1));
    jail.cpu_s = 1;
    run(&c, &jail, "1 while 1");
    CHECK(c.err == OK && c.end.how == PROC_SIGNALLED && c.end.status == SIGXCPU);
    cell_close(&c);
}

/* The worker's process is killed; what it ran must not go on alone. */
TEST(jail_dies_with_its_parent)
{
    Cell c = cell_open();
    Jail jail = order(&c);
    const char *script = "open(F,'>',\"$ARGV[0]/p.\"); print F $$; close F; "
                         "rename \"$ARGV[0]/p.\", \"$ARGV[0]/pid\"; sleep 600";
    const char *path = arena_fmt(c.cx.arena, "%s/pid", c.folder).p;
    char text[16] = {0};
    pid_t worker = fork();
    if (worker == 0) {
        run(&c, &jail, script);
        _exit(0);
    }
    int fd = -1;
    for (int i = 0; i < 500 && fd < 0; i++) {
        usleep(20000);
        fd = open(path, O_RDONLY | O_CLOEXEC);
    }
    CHECK(fd >= 0 && read(fd, text, sizeof text - 1) > 0);
    close(fd);
    pid_t tool = (pid_t)strtol(text, NULL, 10);
    CHECK(worker > 0 && tool > 1 && kill(tool, 0) == 0);
    kill(worker, SIGKILL);
    CHECK(waitpid(worker, NULL, 0) == worker);
    for (int i = 0; i < 250 && kill(tool, 0) == 0; i++)
        usleep(20000);
    CHECK(tool > 1 && kill(tool, 0) != 0);
    cell_close(&c);
}

TEST(jail_refuses_orders_it_does_not_understand)
{
    static const char *const orders[][8] = {
        {"jail-exec", "--", "true", NULL},
        {"jail-exec", "-c", "0", "-a", "1", "--", "true", NULL},
        {"jail-exec", "-c", "x", "--", "true", NULL},
        {"jail-exec", "-m", "none", "--", "true", NULL},
        {"jail-exec", "-c", "9", "-a", "99999999", NULL},
        {"jail-exec", "-q", "--", "true", NULL},
    };
    for (size_t i = 0; i < COUNT(orders); i++) {
        Cell c = cell_open();
        const char *argv[10] = {"/proc/self/exe"};
        for (size_t k = 0; orders[i][k]; k++)
            argv[k + 1] = orders[i][k];
        c.err = proc_run(&c.cx, &(Proc){.argv = argv, .wall_ms = 20000}, &c.end);
        CHECK(exits(&c, JAIL_BROKEN));
        cell_close(&c);
    }
}
