/* ops.h - the routes of the ops listener: /healthz, /readyz, /metrics. Not for the world. */
#ifndef HUB_ROLE_OPS_H
#define HUB_ROLE_OPS_H

#include "http/route.h"

enum { OPS_ROUTE_COUNT = 3 };
extern const Route OPS_ROUTES[OPS_ROUTE_COUNT];

#endif
