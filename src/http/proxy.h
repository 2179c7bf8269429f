/* proxy.h - who may say whom it speaks for: trusted networks, and the client's address by them.
 *
 * A Networks is made at start and never changes; any thread. RFC 4632, RFC 4291; X-Forwarded-For is
 * read from the right, past every trusted address, so that what a client wrote itself counts for
 * nothing.
 */
#ifndef HUB_PROXY_H
#define HUB_PROXY_H

#include "base/cx.h"

enum { ADDRESS_TEXT = 46 }; /* INET6_ADDRSTRLEN */

/* 16 bytes; IPv4 as ::ffff:a.b.c.d */
typedef struct Address {
    uint8_t b[16];
} Address;

typedef struct Network {
    Address base;
    int bits; /* of 128 */
} Network;

typedef struct Networks {
    Network *p; /* owned */
    size_t n;
} Networks;

/* "10.0.0.0/8, ::1/128, 192.0.2.7"; E_INVALID names the one that is none. */
Err networks_read(Cx *cx, Str list, Networks *out);
void networks_free(Networks *networks);
bool networks_have(const Networks *networks, const Address *a);

bool address_read(Str text, Address *out); /* v4 or v6, no port, no zone */
size_t address_write(const Address *a, char to[ADDRESS_TEXT]);
/* The network it is told by in logs: /24 of IPv4, /48 of IPv6. */
size_t address_write_short(const Address *a, char to[ADDRESS_TEXT]);
bool address_loopback(const Address *a);
/* Whom it is counted as: IPv6 by /64, of which one customer has all. */
Address address_subject(const Address *a);

/* Walks one X-Forwarded-For from its end, *at being trusted before. True when *at still is, after
 * the whole of it: the line before it may be believed too. */
bool forwarded_for(const Networks *trusted, Str field, Address *at);

#endif
