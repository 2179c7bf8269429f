/* world.h - a hub with three of Ann's videos and a fixed clock; closed when it leaves scope. */
#ifndef HUB_WORLD_H
#define HUB_WORLD_H

#include "contract.h"
#include "http/answer.h"

typedef struct World {
    Cx cx;
    Router *router;
} World;

World world(Str viewer);
void world_close(World *w);

/* "PATCH /v1/videos/aaaa?x=y"; lines of headers, or NULL for the type of JSON alone; a body or
 * NULL. An answer that breaks its own shape is a failed check. */
Answer ask(World *w, const char *request, const char *headers, const char *body);
Str answer_header(const Answer *a, const char *name); /* {0}: not there */

#endif
