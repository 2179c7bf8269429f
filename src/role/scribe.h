/* scribe.h - the thread that writes, once a second, what the loops counted of videos. */
#ifndef HUB_SCRIBE_H
#define HUB_SCRIBE_H

#include "common/app.h"

typedef struct Scribe Scribe;

Scribe *scribe_start(App *app); /* makes app->watched; before the first request */
void scribe_stop(Scribe *s);    /* after the last one: writes what is left. NULL is fine */

#endif
