#include "heard.h"

#include "wire_routes.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>

void say(int fd, Str text)
{
    while (text.n) {
        ssize_t n = send(fd, text.p, text.n, MSG_NOSIGNAL);
        if (n <= 0)
            return;
        text = (Str){text.p + n, text.n - (size_t)n};
    }
}

void say_z(int fd, const char *text)
{
    say(fd, str_of(text));
}

void say_bytes(int fd, size_t from, size_t to)
{
    static _Thread_local char chunk[65536];
    for (size_t at = from; at < to;) {
        size_t n = to - at < sizeof chunk ? to - at : sizeof chunk;
        for (size_t i = 0; i < n; i++)
            chunk[i] = wire_byte(at + i);
        say(fd, (Str){chunk, n});
        at += n;
    }
}

void pause_ms(int ms)
{
    struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    nanosleep(&t, NULL);
}

bool heard_is(const Heard *h, const char *body)
{
    return h->body && str_eq((Str){h->body, h->body_n}, str_of(body));
}

void heard_free(Heard *h)
{
    free(h->body);
    h->body = NULL;
}

Str heard(const Heard *h, const char *name)
{
    size_t n = strlen(name);
    Str rest = {h->head, h->head_n};
    for (str_cut(rest, '\n', &rest); rest.n;) {
        Str line = str_cut(rest, '\n', &rest);
        if (line.n > n + 2 && line.p[n] == ':' && strncasecmp(line.p, name, n) == 0)
            return (Str){line.p + n + 2, line.n - n - 3};
    }
    return (Str){0};
}

/* Byte by byte, so that nothing of the next answer is taken. */
static bool hear_head(int fd, Heard *h)
{
    h->head_n = 0;
    while (h->head_n < sizeof h->head) {
        ssize_t n = recv(fd, h->head + h->head_n, 1, 0);
        if (n <= 0) {
            h->status = n == 0 && h->head_n == 0 ? 0 : -1;
            return false;
        }
        h->head_n++;
        if (h->head_n >= 4 && memcmp(h->head + h->head_n - 4, "\r\n\r\n", 4) == 0)
            return true;
    }
    h->status = -1;
    return false;
}

void hear(int fd, Heard *h, bool to_head)
{
    heard_free(h);
    h->body_n = 0;
    if (!hear_head(fd, h))
        return;
    h->status = memcmp(h->head, "HTTP/1.1 ", 9) == 0 ? (int)strtol(h->head + 9, NULL, 10) : -1;
    Str length = heard(h, "Content-Length");
    size_t want = length.p ? (size_t)strtoull(length.p, NULL, 10) : 0;
    if (to_head)
        return;
    h->body = malloc(want + 1);
    while (h->body_n < want) {
        ssize_t n = recv(fd, h->body + h->body_n, want - h->body_n, 0);
        if (n <= 0) {
            h->status = -1;
            return;
        }
        h->body_n += (size_t)n;
    }
    h->body[h->body_n] = 0;
}

/* A reset that a send was told of before reads as an end, so the state is looked at. */
bool ended(int fd)
{
    char c;
    struct tcp_info now = {0};
    socklen_t n = sizeof now;
    if (recv(fd, &c, 1, 0) != 0 || getsockopt(fd, IPPROTO_TCP, TCP_INFO, &now, &n))
        return false;
    return now.tcpi_state == TCP_CLOSE_WAIT;
}
