/* herald.h - threads of the worker that tell people what is new: one puts news into inboxes, others
 * send push messages. They wait for hosts, so no encode waits for them, nor they for one.
 */
#ifndef HUB_HERALD_H
#define HUB_HERALD_H

#include "common/app.h"

typedef struct Heralds Heralds;

Heralds *heralds_start(App *app);
void heralds_stop(Heralds *h); /* app->stopping is set before; NULL is fine */

#endif
