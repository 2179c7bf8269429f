/* journal.h - the thread that writes down what the loops counted, once a second: what was watched
 * of videos, what downloads delivered; and cuts those downloads that ended.
 */
#ifndef HUB_ROLE_JOURNAL_H
#define HUB_ROLE_JOURNAL_H

#include "common/app.h"

typedef struct Journal Journal;

Journal *journal_start(App *app); /* makes app->lives and app->watched, before the first request */
void journal_stop(Journal *j);    /* nothing is sent any more: writes the rest. NULL is fine */

#endif
