/* share.h - the button that leads to the ways to share a video. */
#ifndef HUB_PAGE_SHARE_H
#define HUB_PAGE_SHARE_H

#include "page/layout.h"

void share_button(Page *p, Str slug);

#endif
