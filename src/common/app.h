/* app.h - what one process owns; made by role/, reached through cx->app, immutable while serving.
 */
#ifndef HUB_APP_H
#define HUB_APP_H

#include "base/conf.h"
#include "blob/blob.h"
#include "db/db.h"

typedef struct App {
    Conf conf;
    Db *db;
    Blobs *blobs;
    struct Limiter *limiter; /* NULL on the command line */
    Str public_url;          /* https://hub.example, without a slash at its end */
    Str origin;              /* the same, as an Origin header says it */
    bool https;              /* public_url is https */
    Str stream_key;          /* signs stream addresses */
    Str push_key;            /* names us to push services: a private key of P-256 */
    Str worker_id;           /* of this process, in leases */
    struct Watched *watched; /* counts what is sent of videos; with the api role; NULL else */
    struct Server *server;   /* while serving with the api role; NULL else */
    struct Server *ops;      /* its ops listener; NULL: none */
    struct Lives *lives; /* downloads being fetched, while serving with the api role; NULL else */
    struct Journal *journal; /* writes both down */
    int lock;                /* of the data folder, while serving; -1 else */
    atomic_bool stopping;    /* set once, when a drain begins; the only thing that changes */
} App;

/* https://hub.example/watch/x: the only way an absolute address is made. `path` begins with '/'. */
Str app_url(Cx *cx, Str path);

#endif
