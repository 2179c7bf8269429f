/* watch.h - what the page of one video shows; knows no store. */
#ifndef HUB_WATCH_H
#define HUB_WATCH_H

#include "contract.h"
#include "page/follow.h"
#include "page/talk.h"

typedef enum WatchState { WATCH_READY, WATCH_PREPARING, WATCH_SIGN_IN, WATCH_PREMIUM } WatchState;

typedef struct Watch {
    Video video;
    WatchState state;
    RenditionSizeList sizes; /* smallest first */
    Asset original;
    bool has_original;
    AssetList others; /* renditions, sound, what the editors added */
    Str image;        /* OpenGraph picture; empty: none yet */
    bool has_teaser;
    bool premium; /* the viewer may take files of the premium tier */
    bool edits;   /* no gate is in the way */
    Talk talk;
    Following following;
    PlaylistChoices lists;
    int64_t position_ms; /* to go on from; 0: the start */
} Watch;

void watch_write(Page *p, const Watch *w);

#endif
