/* save.h - the buttons that put a video into one's playlists. */
#ifndef HUB_PAGE_SAVE_H
#define HUB_PAGE_SAVE_H

#include "contract.h"
#include "page/layout.h"

/* One's playlists, and which of them hold the video; empty for who is not signed in. One read. */
Err save_gather(Cx *cx, Str video, PlaylistChoices *out);
void save_buttons(Page *p, Str slug, const PlaylistChoices *lists);

#endif
