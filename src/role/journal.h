/* journal.h - the thread that writes down what downloads delivered, and cuts those that ended. */
#ifndef HUB_ROLE_JOURNAL_H
#define HUB_ROLE_JOURNAL_H

#include "common/app.h"

void journal_start(App *app);
/* When nothing is sent any more: the rest is written first. */
void journal_stop(App *app);

#endif
