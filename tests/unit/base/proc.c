#include "base/proc.h"
#include "test.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct Heard {
    Cx cx;
    ProcEnd end;
    Err err;
    Buf out;
    size_t lines, cut;
    char last[64];
    int asked;
} Heard;

static void on_line(void *who, Str line)
{
    Heard *h = who;
    h->lines++;
    h->cut += line.n == PROC_LINE_MAX;
    size_t n = line.n < sizeof h->last - 1 ? line.n : sizeof h->last - 1;
    memcpy(h->last, line.p, n);
    h->last[n] = 0;
}

static bool on_third_ask(void *who)
{
    return ++((Heard *)who)->asked >= 3;
}

static Heard heard(void)
{
    return (Heard){.cx = {.arena = arena_new()}, .out = BUF(64 << 10)};
}

/* The tests may use a shell; proc itself never does. */
static void run(Heard *h, const char *script, int64_t wall_ms)
{
    const char *argv[] = {"sh", "-c", script, NULL};
    Proc proc = {.argv = argv, .wall_ms = wall_ms, .out = &h->out, .who = h, .out_line = on_line};
    h->err = proc_run(&h->cx, &proc, &h->end);
}

static void drop(Heard *h)
{
    buf_free(&h->out);
    arena_free(h->cx.arena);
}

static bool said(const Heard *h, const char *text)
{
    return h->out.n == strlen(text) && memcmp(h->out.p, text, h->out.n) == 0;
}

TEST(proc_gives_output_errors_and_exit_status)
{
    Heard h = heard();
    run(&h, "echo one; echo two; echo three >&2; exit 3", 20000);
    CHECK(h.err == OK && h.end.how == PROC_EXITED && h.end.status == 3);
    CHECK(said(&h, "one\ntwo\n") && h.lines == 2 && strcmp(h.last, "two") == 0);
    CHECK(str_eq(h.end.errors, S("three\n")));
    drop(&h);
}

TEST(proc_keeps_the_last_4_KiB_of_errors_and_a_line_without_its_end)
{
    Heard h = heard();
    run(&h, "i=0; while [ $i -lt 3000 ]; do echo $i >&2; i=$((i+1)); done; printf tail", 20000);
    CHECK(h.err == OK && h.end.status == 0 && h.end.errors.n == PROC_ERRORS_MAX);
    CHECK(str_ends(h.end.errors, S("2998\n2999\n")));
    CHECK(h.lines == 1 && strcmp(h.last, "tail") == 0);
    drop(&h);
}

TEST(proc_cuts_long_lines_and_bounds_what_it_gathers)
{
    Heard h = heard();
    run(&h, "head -c 300000 /dev/zero; echo; echo end", 20000);
    CHECK(h.err == OK && h.end.status == 0);
    CHECK(h.out.full && h.out.n <= h.out.max);
    CHECK(h.lines == 2 && h.cut == 1 && strcmp(h.last, "end") == 0);
    drop(&h);
}

TEST(proc_ends_at_its_deadline_with_all_it_started)
{
    Heard h = heard();
    run(&h, "sleep 600 & echo $!; wait", 300);
    CHECK(h.err == OK && h.end.how == PROC_TIMED_OUT);
    long pid = strtol(h.last, NULL, 10);
    CHECK(pid > 1);
    for (int i = 0; i < 100 && kill((pid_t)pid, 0) == 0; i++)
        usleep(20000); /* init reaps it */
    CHECK(pid > 1 && kill((pid_t)pid, 0) != 0);
    drop(&h);
}

TEST(proc_does_not_wait_for_what_a_program_left_behind)
{
    Heard h = heard();
    run(&h, "sleep 600 & echo $!", 60000);
    CHECK(h.err == OK && h.end.how == PROC_EXITED && h.end.wall_ms < 60000);
    long pid = strtol(h.last, NULL, 10);
    for (int i = 0; i < 100 && kill((pid_t)pid, 0) == 0; i++)
        usleep(20000);
    CHECK(pid > 1 && kill((pid_t)pid, 0) != 0);
    drop(&h);
}

TEST(proc_ends_when_cancelled)
{
    Heard h = heard();
    const char *argv[] = {"sleep", "600", NULL};
    Proc proc = {.argv = argv, .who = &h, .cancelled = on_third_ask};
    CHECK(proc_run(&h.cx, &proc, &h.end) == OK);
    CHECK(h.end.how == PROC_CANCELLED && h.asked == 3);
    drop(&h);
}

TEST(proc_tells_a_signal_from_an_exit)
{
    Heard h = heard();
    run(&h, "kill -SEGV $$", 20000);
    CHECK(h.err == OK && h.end.how == PROC_SIGNALLED && h.end.status == SIGSEGV);
    drop(&h);
}

TEST(proc_hands_on_no_descriptor_no_secret_no_input_and_no_ignored_signal)
{
    Heard h = heard();
    int leak = open("/dev/null", O_RDONLY); /* without close-on-exec */
    setenv("HUB_TEST_SECRET", "hunter2", 1);
    signal(SIGPIPE, SIG_IGN);
    run(&h,
        "cat; echo ${HUB_TEST_SECRET:-none}; for f in /proc/self/fd/*; do [ -e $f ] && "
        "n=${f##*/} && [ $n -gt 2 ] && [ $n -lt 10 ] && echo open $n; done; kill -PIPE $$",
        20000);
    CHECK(said(&h, "none\n"));
    CHECK(h.end.how == PROC_SIGNALLED && h.end.status == SIGPIPE);
    signal(SIGPIPE, SIG_DFL);
    unsetenv("HUB_TEST_SECRET");
    close(leak);
    drop(&h);
}

TEST(proc_that_cannot_start_is_unavailable)
{
    Heard h = heard();
    const char *argv[] = {"/nonexistent/tool", NULL};
    CHECK(proc_run(&h.cx, &(Proc){.argv = argv}, &h.end) == E_UNAVAILABLE && h.cx.said[0]);
    drop(&h);
}
