#include "base/log.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/time.h"

#include <pthread.h>
#include <time.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 16 << 10, GATHER_MAX = 256 << 10 };

static struct {
    LogLevel least;
    int fd;
    pthread_mutex_t mu;
    pthread_cond_t wake;
    Buf gathered; /* mu */
    bool running, stop;
    pthread_t flusher;
} sink = {.least = LOG_INFO, .fd = 2, .mu = PTHREAD_MUTEX_INITIALIZER};

/* mu held on entry and exit, released around the write */
static void flush_gathered(void)
{
    Buf out = sink.gathered;
    sink.gathered = BUF(GATHER_MAX);
    if (!out.n) {
        sink.gathered = out;
        return;
    }
    pthread_mutex_unlock(&sink.mu);
    (void)file_write(sink.fd, out.p, out.n);
    pthread_mutex_lock(&sink.mu);
    out.n = 0;
    if (!sink.gathered.p)
        sink.gathered = out;
    else
        buf_free(&out);
}

static void *flush_often(void *arg)
{
    (void)arg;
    pthread_mutex_lock(&sink.mu);
    while (!sink.stop) {
        struct timespec t;
        clock_gettime(CLOCK_REALTIME, &t);
        t.tv_sec++;
        pthread_cond_timedwait(&sink.wake, &sink.mu, &t);
        flush_gathered();
    }
    pthread_mutex_unlock(&sink.mu);
    return NULL;
}

void log_open(LogLevel least, int fd)
{
    sink.least = least;
    sink.fd = fd;
    sink.gathered = BUF(GATHER_MAX);
    sink.stop = false;
    pthread_cond_init(&sink.wake, NULL);
    sink.running = pthread_create(&sink.flusher, NULL, flush_often, NULL) == 0;
}

void log_close(void)
{
    pthread_mutex_lock(&sink.mu);
    sink.stop = true;
    pthread_cond_signal(&sink.wake);
    pthread_mutex_unlock(&sink.mu);
    if (sink.running)
        pthread_join(sink.flusher, NULL);
    pthread_mutex_lock(&sink.mu);
    flush_gathered();
    buf_free(&sink.gathered);
    sink.running = false;
    pthread_mutex_unlock(&sink.mu);
}

bool log_wants(LogLevel level)
{
    return level >= sink.least;
}

void log_access(Str json)
{
    pthread_mutex_lock(&sink.mu);
    if (!sink.running) {
        pthread_mutex_unlock(&sink.mu);
        return;
    }
    if (sink.gathered.n + json.n + 1 > GATHER_MAX / 2)
        flush_gathered();
    buf_put(&sink.gathered, json.p, json.n);
    buf_byte(&sink.gathered, '\n');
    pthread_mutex_unlock(&sink.mu);
}

static const char *const names[] = {"debug", "info", "warn", "error"};

bool log_level_read(Str name, LogLevel *level)
{
    for (size_t i = 0; i < COUNT(names); i++)
        if (str_eq(name, str_of(names[i]))) {
            *level = (LogLevel)i;
            return true;
        }
    return false;
}

void log_fields(LogLevel level, const char *event, const LogField *fields, size_t n)
{
    if (!log_wants(level))
        return;
    Buf b CLEANUP(buf_free) = BUF(LINE_MAX_BYTES);
    buf_put(&b, "{\"ts\":", 6);
    buf_json_time(&b, clock_now());
    buf_put(&b, ",\"level\":", 9);
    buf_json_str(&b, str_of(names[level]));
    buf_put(&b, ",\"event\":", 9);
    buf_json_str(&b, str_of(event));
    for (size_t i = 0; i < n; i++) {
        buf_byte(&b, ',');
        buf_json_str(&b, str_of(fields[i].key));
        buf_byte(&b, ':');
        if (fields[i].is == LOG_INT)
            buf_json_int(&b, fields[i].i);
        else
            buf_json_str(&b, fields[i].s);
    }
    buf_put(&b, "}\n", 2);
    if (b.full)
        return;
    pthread_mutex_lock(&sink.mu); /* events keep their order among the access lines */
    flush_gathered();
    (void)file_write(sink.fd, b.p, b.n);
    pthread_mutex_unlock(&sink.mu);
}
