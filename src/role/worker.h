/* worker.h - the role that does the queue's work, and the small chores that come round. */
#ifndef HUB_WORKER_H
#define HUB_WORKER_H

#include "common/app.h"

typedef struct Workers Workers;

Err workers_start(App *app, Workers **out);
/* app->stopping is set before; running tools are ended and their jobs given back. */
void workers_stop(Workers *w);

#endif
