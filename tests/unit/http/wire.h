/* wire.h - a running server with a small route table, and raw conversations with it; tests only. */
#ifndef HUB_TEST_WIRE_H
#define HUB_TEST_WIRE_H

#include "base/splice.h"
#include "http/server.h"
#include "test.h"

#define HOST "Host: a\r\n"
#define GET(target) "GET " target " HTTP/1.1\r\n" HOST "\r\n"

typedef struct Wire {
    Conf conf; /* set before wire_start */
    ServerHooks hooks;
    Cx cx;
    Db *db;
    Server *server;
    char folder[32];
} Wire;

Wire wire_new(void);
void wire_start(Wire *w);
ServerConf wire_conf(const Wire *w);
void wire_commit(const Wire *w); /* a write from outside the server */
void wire_stop(Wire *w);         /* drains without waiting for slow peers */

/* Things that operations of the table leave behind. */
extern atomic_int wire_writers, wire_most; /* of POST /hold: at the same time now, at most */
extern atomic_int wire_runs;               /* of GET /counted */
extern atomic_int wire_uploads;            /* bytes that PUT /up has read */
extern atomic_int wire_ended;              /* how the last PUT /up ended: an Err */
enum { WIRE_FILE = 3 << 20 };              /* bytes of GET /file; byte i is wire_byte(i) */
char wire_byte(size_t i);
extern const Splice *wire_splice; /* what GET /splice sends; stays its owner's */

int dial(const Wire *w);      /* reads give up after 10 s */
int dial_slow(const Wire *w); /* with a small receive buffer */
void say(int fd, Str text);
void say_z(int fd, const char *text);
void say_bytes(int fd, size_t from, size_t to); /* wire_byte of each */
void pause_ms(int ms);

typedef struct Heard {
    int status; /* 0: the connection ended before an answer; -1: it broke */
    size_t head_n, body_n;
    char head[8192];
    char *body; /* freed by the next hear() of it, or heard_free */
} Heard;

/* One answer, strictly; `to_head`: there is no body, as HEAD was asked. */
void hear(int fd, Heard *h, bool to_head);
void heard_free(Heard *h);
bool heard_is(const Heard *h, const char *body);
/* The value of a header; {0}: not there. */
Str heard(const Heard *h, const char *name);
bool ended(int fd); /* the peer closed, without a reset */
/* One request on a connection of its own. */
int ask(const Wire *w, const char *request, Heard *h);

#endif
