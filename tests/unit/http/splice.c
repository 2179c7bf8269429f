/* A splice as an answer, against the plain concatenation of its runs. */
#include "chance.h"
#include "wire.h"

#include <dirent.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

enum { RUNS = 9, FILE_BYTES = 1 << 20 };

typedef struct Spliced {
    Splice splice;
    SpliceRun runs[RUNS];
    char *whole;
} Spliced;

/* File 0 is the table, 1 and 2 hold bytes that differ; runs of up to `most` bytes. */
static Spliced spliced(uint64_t *state, size_t n, uint64_t most)
{
    Spliced s = {.splice = {.fds = {memfd_create("t", MFD_CLOEXEC), -1, -1, -1}, .n = n}};
    static char bytes[2][FILE_BYTES];
    int64_t begin = 0;
    for (size_t k = 0; k < COUNT(bytes); k++) {
        for (size_t i = 0; i < FILE_BYTES; i++)
            bytes[k][i] = wire_byte(i + k * FILE_BYTES);
        s.splice.fds[k + 1] = memfd_create("f", MFD_CLOEXEC);
        CHECK(write(s.splice.fds[k + 1], bytes[k], FILE_BYTES) == FILE_BYTES);
    }
    s.whole = malloc(RUNS * FILE_BYTES);
    for (size_t i = 0; i < n; i++) {
        int64_t length = 1 + (int64_t)(chance(state) % (i == 1 ? 2 : most));
        int64_t at = (int64_t)(chance(state) % (uint64_t)(FILE_BYTES - length + 1));
        s.runs[i] = (SpliceRun){begin + length, at, 1 + (int64_t)(i % 2)};
        memcpy(s.whole + begin, bytes[i % 2] + at, (size_t)length);
        begin += length;
    }
    s.splice.size = begin;
    CHECK(pwrite(s.splice.fds[0], s.runs, sizeof s.runs, 0) == sizeof s.runs);
    return s;
}

static void spliced_end(Spliced *s)
{
    splice_close(&s->splice);
    free(s->whole);
}

static void check_range(int fd, const Spliced *s, int64_t first, int64_t last, Heard *h)
{
    char request[128], range[64];
    int64_t size = s->splice.size, end = last < size ? last + 1 : size;
    snprintf(request, sizeof request,
             "GET /splice HTTP/1.1\r\n" HOST "Range: bytes=%lld-%lld\r\n\r\n", (long long)first,
             (long long)last);
    snprintf(range, sizeof range, "bytes %lld-%lld/%lld", (long long)first, (long long)end - 1,
             (long long)size);
    say_z(fd, request);
    hear(fd, h, false);
    CHECK(h->status == 206 && str_eq(heard(h, "Content-Range"), str_of(range)));
    CHECK(h->body_n == (size_t)(end - first) && !memcmp(h->body, s->whole + first, h->body_n));
}

/* The bytes beside every boundary of the runs, and the ends. */
static size_t edges(const Spliced *s, int64_t *out)
{
    size_t n = 0;
    out[n++] = 0;
    for (size_t i = 0; i < s->splice.n; i++)
        for (int64_t at = s->runs[i].end - 1; at <= s->runs[i].end + 1; at++)
            if (at < s->splice.size)
                out[n++] = at;
    return n;
}

TEST(a_splice_is_sent_by_range_like_its_concatenation)
{
    uint64_t seed = chance_seed(), state = seed;
    int before = test_failed;
    Wire w = wire_new();
    wire_start(&w);
    for (int round = 0; round < 3; round++) {
        Spliced s = spliced(&state, 3 + chance(&state) % (RUNS - 2), round ? 50 : 100000);
        int64_t at[3 * RUNS + 1] = {0};
        size_t n = edges(&s, at);
        Heard h = {0};
        int fd = dial(&w);
        wire_splice = &s.splice;
        for (size_t i = 0; i < n; i++)
            for (size_t k = 0; k < n; k++)
                if (at[i] <= at[k])
                    check_range(fd, &s, at[i], at[k], &h);
        check_range(fd, &s, 0, INT64_MAX, &h);
        say_z(fd, GET("/splice"));
        hear(fd, &h, false);
        CHECK(h.status == 200 && h.body_n == (size_t)s.splice.size);
        CHECK(memcmp(h.body, s.whole, h.body_n) == 0);
        close(fd);
        heard_free(&h);
        spliced_end(&s);
    }
    wire_stop(&w);
    if (test_failed > before)
        chance_tell(seed);
}

/* Those of splices alone. */
static size_t descriptors(void)
{
    size_t n = 0;
    DIR *all = opendir("/proc/self/fd");
    for (struct dirent *e; (e = readdir(all));) {
        char to[32] = "";
        (void)!readlinkat(dirfd(all), e->d_name, to, sizeof to - 1);
        n += memcmp(to, "/memfd:", 7) == 0;
    }
    closedir(all);
    return n;
}

TEST(a_splice_has_the_conditions_of_a_file)
{
    static const struct {
        const char *request;
        int status;
        const char *header, *value;
    } rows[] = {
        {"HEAD /splice HTTP/1.1\r\n" HOST "\r\n", 200, "Accept-Ranges", "bytes"},
        {"HEAD /splice HTTP/1.1\r\n" HOST "Range: bytes=0-1\r\n\r\n", 200, "ETag", "\"s\""},
        {"GET /splice HTTP/1.1\r\n" HOST "Range: bytes=99999999-\r\n\r\n", 416, NULL, NULL},
        {"GET /splice HTTP/1.1\r\n" HOST "Range: bytes=0-1,4-5\r\n\r\n", 416, NULL, NULL},
        {"GET /splice HTTP/1.1\r\n" HOST "If-None-Match: \"s\"\r\n\r\n", 304, "ETag", "\"s\""},
        {"GET /splice HTTP/1.1\r\n" HOST "If-Match: \"t\"\r\n\r\n", 412, NULL, NULL},
        {"GET /splice HTTP/1.1\r\n" HOST "Range: bytes=1-2\r\nIf-Range: \"s\"\r\n\r\n", 206,
         "Content-Length", "2"},
        {"GET /splice HTTP/1.1\r\n" HOST "Range: bytes=1-2\r\nIf-Range: \"t\"\r\n\r\n", 200, "ETag",
         "\"s\""},
    };
    uint64_t state = 1;
    Wire w = wire_new();
    wire_start(&w);
    Spliced s = spliced(&state, RUNS, 1000);
    Heard h = {0};
    char length[24];
    wire_splice = &s.splice;
    snprintf(length, sizeof length, "%lld", (long long)s.splice.size);
    size_t before = descriptors();
    for (size_t i = 0; i < COUNT(rows); i++) {
        test_case = rows[i].request;
        CHECK(ask(&w, rows[i].request, &h) == rows[i].status);
        CHECK(!rows[i].header || str_eq(heard(&h, rows[i].header), str_of(rows[i].value)));
        CHECK(rows[i].status != 200 || str_eq(heard(&h, "Content-Length"), str_of(length)));
    }
    test_case = "";
    for (int i = 0; i < 200 && descriptors() > before; i++)
        pause_ms(10);
    CHECK(descriptors() == before);
    heard_free(&h);
    spliced_end(&s);
    wire_stop(&w);
}

/* Sent in many turns, beside another; and whoever goes away amid it leaves nothing open. */
TEST(a_slow_reader_gets_all_of_a_splice)
{
    uint64_t state = 7;
    Wire w = wire_new();
    wire_start(&w);
    Spliced s = spliced(&state, RUNS, FILE_BYTES);
    Heard h = {0};
    static char chunk[1 << 16];
    wire_splice = &s.splice;
    size_t before = descriptors();
    int fd = dial_slow(&w), gone = dial_slow(&w);
    say_z(gone, GET("/splice"));
    hear(gone, &h, true);
    say_z(fd, GET("/splice"));
    hear(fd, &h, true);
    close(gone);
    int64_t at = 0;
    while (at < s.splice.size) {
        ssize_t n = recv(fd, chunk, sizeof chunk, 0);
        if (n <= 0 || memcmp(chunk, s.whole + at, (size_t)n) != 0)
            break;
        at += n;
    }
    CHECK(at == s.splice.size);
    say_z(fd, GET("/hello?after"));
    hear(fd, &h, false);
    CHECK(heard_is(&h, "hello after"));
    close(fd);
    for (int i = 0; i < 200 && descriptors() > before; i++)
        pause_ms(10);
    CHECK(descriptors() == before);
    heard_free(&h);
    spliced_end(&s);
    wire_stop(&w);
}

TEST(a_splice_that_breaks_is_seen_to_be_cut)
{
    uint64_t state = 3;
    Wire w = wire_new();
    wire_start(&w);
    Heard h = {0};
    for (int row = 0; row < 3; row++) {
        Spliced s = spliced(&state, 3, 1000);
        wire_splice = &s.splice;
        if (row == 0)
            s.splice.size++; /* more than the runs have */
        if (row == 1)
            CHECK(ftruncate(s.splice.fds[0], sizeof(SpliceRun)) == 0);
        if (row == 2)
            CHECK(ftruncate(s.splice.fds[1], s.runs[2].at) == 0);
        CHECK(ask(&w, GET("/splice"), &h) == -1);
        CHECK(h.body_n <= (size_t)s.runs[2].end);
        spliced_end(&s);
    }
    heard_free(&h);
    wire_stop(&w);
}
