/* heard.h - raw conversations with a server: what is said, and what is heard; tests only. */
#ifndef HUB_TEST_HEARD_H
#define HUB_TEST_HEARD_H

#include "base/str.h"

#define HOST "Host: a\r\n"
#define GET(target) "GET " target " HTTP/1.1\r\n" HOST "\r\n"

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

#endif
