/* api.h - the role that answers requests: the public listener and the ops listener. */
#ifndef HUB_API_H
#define HUB_API_H

#include "common/app.h"

/* Listening and ready when it returns. */
Err api_start(Cx *cx, App *app);
/* Both listeners; as server_drain. */
void api_stop(App *app);

#endif
