/* watch.h - what the page of one video shows; knows no store. */
#ifndef HUB_WATCH_H
#define HUB_WATCH_H

#include "contract.h"
#include "page/follow.h"
#include "page/screen.h"
#include "page/talk.h"

typedef struct Watch {
    Screen screen;
    RenditionSizeList sizes; /* smallest first */
    Asset original;
    bool has_original;
    AssetList others; /* renditions, sound, what the editors added */
    bool premium;     /* the viewer may take files of the premium tier */
    Talk talk;
    Following following;
    PlaylistChoices lists;
} Watch;

void watch_write(Page *p, const Watch *w);

#endif
