/* follow.h - on the page of a video, the button that follows its show. */
#ifndef HUB_FOLLOW_H
#define HUB_FOLLOW_H

#include "contract.h"
#include "page/layout.h"

typedef struct Following {
    Str video;       /* slug: where the button stands */
    Str show, title; /* slug; empty: the video is in none */
    bool followed;   /* by the viewer */
} Following;

Err follow_gather(Cx *cx, const Video *video, Following *out);
void follow_write(Page *p, const Following *f);
/* What the button does. E_FORBIDDEN: there is nothing to follow, or the viewer may not. */
Err follow_change(Cx *cx, const Video *video, bool yes);

#endif
