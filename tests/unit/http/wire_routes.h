/* wire_routes.h - operations that try the server, and what they leave behind; tests only. */
#ifndef HUB_TEST_WIRE_ROUTES_H
#define HUB_TEST_WIRE_ROUTES_H

#include "base/splice.h"
#include "http/server.h"

extern const Route WIRE_ROUTES[];
extern const size_t WIRE_ROUTE_COUNT;

extern atomic_int wire_writers, wire_most; /* of POST /hold: at the same time now, at most */
extern atomic_int wire_stay, wire_staying; /* GET /stay: until the first is 0; how many do */
extern atomic_int wire_runs;               /* of GET /counted */
extern atomic_int wire_uploads;            /* bytes that PUT /up has read */
extern atomic_int wire_ended;              /* how the last PUT /up ended: an Err */
enum { WIRE_FILE = 3 << 20 };              /* bytes of GET /file; byte i is wire_byte(i) */
char wire_byte(size_t i);
extern Delivery *(*wire_delivery)(void); /* of each GET /delivered, the same file */
extern const Splice *wire_splice;        /* what GET /splice sends; stays its owner's */

#endif
