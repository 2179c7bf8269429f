/* overload PORT RATE SECONDS CONNECTIONS REQUEST: an open loop. RATE requests a second are due,
 * evenly, whether answers come or not; each goes out on an idle connection, or on a new one while
 * there are fewer than CONNECTIONS, or not at all.
 *
 * REQUEST is the head, as
 * it is sent. Prints what was due, what was answered 2xx within a second of when it was due, 2xx
 * later, 503, and lost: not sent, not answered, answered otherwise.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { ROOM = 1 << 16, EVENTS = 256 };
static const double LAST = 1.5;

typedef struct Wire {
    int fd;     /* -1: none */
    double due; /* 0: idle */
    size_t n;
    long length; /* of the body; -1: the head has not come */
    size_t head;
    int status;
    int next_idle;
    char *room;
} Wire;

static struct {
    struct sockaddr_in to;
    const char *request;
    Wire *wires;
    int most, open, idle, poll;
    long due, good, late, refused, lost;
} all;

static double seconds_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void rest(Wire *w)
{
    w->due = 0;
    w->next_idle = all.idle;
    all.idle = (int)(w - all.wires);
}

static void end(Wire *w)
{
    all.lost += w->due > 0;
    if (w->fd >= 0)
        close(w->fd);
    w->fd = -1;
    rest(w);
}

static int join(Wire *w)
{
    int one = 1;
    w->fd = socket(AF_INET, SOCK_STREAM, 0);
    if (w->fd < 0 || connect(w->fd, (struct sockaddr *)&all.to, sizeof all.to) != 0)
        return 0;
    setsockopt(w->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    struct epoll_event e = {.events = EPOLLIN, .data.ptr = w};
    return epoll_ctl(all.poll, EPOLL_CTL_ADD, w->fd, &e) == 0;
}

static void ask(double due)
{
    Wire *w = NULL;
    all.due++;
    if (all.idle >= 0) {
        w = &all.wires[all.idle];
        all.idle = w->next_idle;
    } else if (all.open < all.most) {
        w = &all.wires[all.open++];
        *w = (Wire){.fd = -1, .room = malloc(ROOM)};
    } else {
        all.lost++;
        return;
    }
    w->due = due;
    w->n = 0;
    w->length = -1;
    size_t n = strlen(all.request);
    if ((w->fd < 0 && !join(w)) || write(w->fd, all.request, n) != (ssize_t)n)
        end(w);
}

static void count(Wire *w)
{
    int good = w->status / 100 == 2;
    if (good && seconds_now() - w->due <= 1)
        all.good++;
    else if (good)
        all.late++;
    else if (w->status == 503)
        all.refused++;
    else
        all.lost++;
    w->due = 0;
}

static void hear(Wire *w)
{
    ssize_t n = recv(w->fd, w->room + w->n, ROOM - 1 - w->n, MSG_DONTWAIT);
    if (n < 0 && errno == EAGAIN)
        return;
    if (n <= 0 || w->due <= 0) {
        int idle = w->due <= 0; /* it is in the list already */
        if (idle) {
            close(w->fd);
            w->fd = -1;
        } else {
            end(w);
        }
        return;
    }
    w->n += (size_t)n;
    w->room[w->n] = 0;
    char *over = w->length < 0 ? strstr(w->room, "\r\n\r\n") : NULL;
    if (over) {
        char *length = strcasestr(w->room, "content-length:");
        w->status = (int)strtol(w->room + 9, NULL, 10);
        w->head = (size_t)(over + 4 - w->room);
        w->length = length && length < over ? strtol(length + 15, NULL, 10) : 0;
    }
    if (w->length < 0 || w->n < w->head + (size_t)w->length)
        return;
    w->room[w->head] = 0;
    count(w);
    if (strcasestr(w->room, "connection: close"))
        end(w);
    else
        rest(w);
}

static void run(double rate, double seconds)
{
    struct epoll_event events[EVENTS];
    double start = seconds_now(), now = start;
    for (long n = 0; now < start + seconds + LAST; now = seconds_now()) {
        for (; n < (long)(rate * seconds) && start + (double)n / rate <= now; n++)
            ask(start + (double)n / rate);
        int got = epoll_wait(all.poll, events, EVENTS, 1);
        for (int i = 0; i < got; i++)
            hear(events[i].data.ptr);
    }
    for (int i = 0; i < all.open; i++)
        all.lost += all.wires[i].due > 0;
}

int main(int argc, char **argv)
{
    if (argc != 6)
        return 2;
    all.to = (struct sockaddr_in){.sin_family = AF_INET,
                                  .sin_port = htons((unsigned short)strtoul(argv[1], NULL, 10)),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    all.most = (int)strtol(argv[4], NULL, 10);
    all.request = argv[5];
    all.wires = calloc((size_t)all.most, sizeof *all.wires);
    all.idle = -1;
    all.poll = epoll_create1(0);
    run(strtod(argv[2], NULL), strtod(argv[3], NULL));
    printf("%ld %ld %ld %ld %ld\n", all.due, all.good, all.late, all.refused, all.lost);
    return 0;
}
