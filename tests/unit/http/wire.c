#include "wire.h"

#include "base/log.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

Wire wire_new(void)
{
    Wire w = {.folder = "/tmp/hub-http-XXXXXX"};
    if (!mkdtemp(w.folder))
        abort();
    w.conf = (Conf){.loops = 2,
                    .workers = 4,
                    .max_queued = 1000,
                    .queue_wait = 60000,
                    .upload_workers = 4,
                    .max_connections = 500,
                    .max_unfinished_per_address = 100,
                    .header_timeout = 10000,
                    .body_timeout = 10000,
                    .idle_timeout = 10000,
                    .min_rate = 1024};
    w.cx = (Cx){.arena = arena_new()};
    return w;
}

static void must(Cx *cx, Err e)
{
    if (!e)
        return;
    printf("%s: %s\n", err_kind(e)->name, cx->said);
    abort();
}

void wire_start(Wire *w)
{
    Str at = arena_fmt(w->cx.arena, "%s/hub.db", w->folder);
    log_open(LOG_ERROR, 2);
    must(&w->cx, db_open(&w->cx, &(DbConf){.path = at.p, .turnstile = true}, &w->db));
    ServerConf conf = wire_conf(w);
    must(&w->cx, server_start(&w->cx, &conf, &w->server));
}

ServerConf wire_conf(const Wire *w)
{
    return (ServerConf){.conf = &w->conf,
                        .db = w->db,
                        .listen = S("127.0.0.1:0"),
                        .routes = WIRE_ROUTES,
                        .n_routes = WIRE_ROUTE_COUNT,
                        .hooks = w->hooks};
}

void wire_commit(const Wire *w)
{
    char path[64];
    sqlite3 *lite = NULL;
    snprintf(path, sizeof path, "%s/hub.db", w->folder);
    CHECK(sqlite3_open(path, &lite) == SQLITE_OK);
    CHECK(sqlite3_exec(lite, "CREATE TABLE other(n)", NULL, NULL, NULL) == SQLITE_OK);
    sqlite3_close(lite);
}

void wire_stop(Wire *w)
{
    server_drain(w->server, 0, 0);
    server_free(w->server);
    db_close(w->db);
    log_close();
    arena_free(w->cx.arena);
    DIR *all = opendir(w->folder);
    for (struct dirent *e; all && (e = readdir(all));)
        (void)unlinkat(dirfd(all), e->d_name, 0);
    closedir(all);
    (void)rmdir(w->folder);
}

static int dial_with(const Wire *w, int receive)
{
    struct timeval patience = {.tv_sec = 10};
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)server_port(w->server)),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    if (receive)
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &receive, sizeof receive);
    if (connect(fd, (struct sockaddr *)&to, sizeof to) == 0)
        return fd;
    close(fd);
    return -1;
}

int dial(const Wire *w)
{
    return dial_with(w, 0);
}

int dial_slow(const Wire *w)
{
    return dial_with(w, 16384);
}

int ask(const Wire *w, const char *request, Heard *h)
{
    int fd = dial(w);
    say_z(fd, request);
    hear(fd, h, strncmp(request, "HEAD ", 5) == 0);
    close(fd);
    return h->status;
}
