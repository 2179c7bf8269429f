/* The end of a server: nothing that runs is broken, and it does end. */
#include "wire.h"

#include <errno.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct Download {
    const Wire *w;
    int fd;
    bool whole;
    atomic_bool begun;
} Download;

/* Reads a 3 MiB file slowly enough that it takes over half a second. */
static void *download(void *arg)
{
    Download *d = arg;
    char chunk[65536];
    Heard h = {0};
    size_t at = 0;
    d->whole = true;
    hear(d->fd, &h, true);
    atomic_store(&d->begun, true);
    while (at < WIRE_FILE) {
        ssize_t n = recv(d->fd, chunk, sizeof chunk, 0);
        if (n <= 0)
            break;
        for (ssize_t i = 0; i < n; i++)
            d->whole &= chunk[i] == wire_byte(at + (size_t)i);
        at += (size_t)n;
        if (at < WIRE_FILE / 2)
            pause_ms(10);
    }
    d->whole &= h.status == 200 && at == WIRE_FILE && ended(d->fd);
    close(d->fd);
    heard_free(&h);
    return NULL;
}

TEST(a_drain_breaks_nothing_that_runs)
{
    Wire w = wire_new();
    wire_start(&w);
    Download downloads[20];
    pthread_t threads[COUNT(downloads)];
    Heard h = {0};
    int idle = dial(&w), slow = dial(&w), up = dial(&w);
    say_z(idle, GET("/hello"));
    hear(idle, &h, false);
    for (size_t i = 0; i < COUNT(downloads); i++) {
        downloads[i].w = &w;
        downloads[i].fd = dial_slow(&w);
        atomic_init(&downloads[i].begun, false);
        say_z(downloads[i].fd, GET("/file"));
        pthread_create(&threads[i], NULL, download, &downloads[i]);
    }
    for (size_t i = 0; i < COUNT(downloads); i++)
        while (!atomic_load(&downloads[i].begun))
            pause_ms(1);
    atomic_store(&wire_uploads, 0);
    say_z(up, "PUT /up HTTP/1.1\r\n" HOST "Content-Length: 100000\r\n\r\n");
    say_bytes(up, 0, 50000);
    while (atomic_load(&wire_uploads) < 50000)
        pause_ms(1);
    say_z(slow, GET("/slow?in-flight"));
    pause_ms(100);
    CHECK(server_ready(w.server));
    server_drain(w.server, 0, 10000);
    CHECK(!server_ready(w.server) && dial(&w) < 0);
    hear(slow, &h, false);
    CHECK(h.status == 200 && heard_is(&h, "hello in-flight"));
    CHECK(str_eq(heard(&h, "Connection"), S("close")) && ended(slow));
    hear(up, &h, false);
    CHECK(h.status == 503 && atomic_load(&wire_ended) == E_UNAVAILABLE);
    CHECK(ended(idle));
    for (size_t i = 0; i < COUNT(downloads); i++) {
        pthread_join(threads[i], NULL);
        CHECK(downloads[i].whole);
    }
    close(idle), close(slow), close(up);
    heard_free(&h);
    wire_stop(&w);
}

TEST(a_drain_ends_when_its_grace_does)
{
    Wire w = wire_new();
    wire_start(&w);
    Heard h = {0};
    int fd = dial_slow(&w);
    say_z(fd, GET("/file"));
    hear(fd, &h, true);
    CHECK(h.status == 200);
    server_drain(w.server, 0, 100);
    char chunk[65536];
    ssize_t n;
    while ((n = recv(fd, chunk, sizeof chunk, 0)) > 0)
        ;
    CHECK(n < 0 && errno == ECONNRESET); /* cut, and seen to be cut */
    close(fd);
    heard_free(&h);
    wire_stop(&w);
}
