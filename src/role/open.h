/* open.h - the data folder opened: database migrated, blobs, keys; what every command begins with.
 */
#ifndef HUB_OPEN_H
#define HUB_OPEN_H

#include "common/app.h"

/* Makes what is missing. cx gets a connection and the app. `serving` takes the lock of the folder:
 * E_CONFLICT when another hub serves it. On failure nothing stays open. */
Err app_open(Cx *cx, bool serving, App *app);
void app_close(Cx *cx, App *app);

/* Runs `work` with a Cx of its own, whose arena may be emptied; what it said is in cx afterwards.
 */
Err app_run(Cx *cx, Err (*work)(Cx *cx, void *arg), void *arg);

/* A Cx for another thread of this app; closed by cx_close. */
void cx_open(Cx *cx, App *app);
void cx_close(Cx *cx);
/* Empties it for the next piece of work, at the present moment. */
void cx_again(Cx *cx);

#endif
