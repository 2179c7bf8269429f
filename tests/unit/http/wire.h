/* wire.h - a running server with the small route table of wire_routes.h; tests only. */
#ifndef HUB_TEST_WIRE_H
#define HUB_TEST_WIRE_H

#include "heard.h"
#include "http/server.h"
#include "test.h"
#include "wire_routes.h"

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

int dial(const Wire *w);      /* reads give up after 10 s */
int dial_slow(const Wire *w); /* with a small receive buffer */
/* One request on a connection of its own. */
int ask(const Wire *w, const char *request, Heard *h);

#endif
