/* screen.h - where a video plays, or why it does not: on its own page, and within pages of others.
 */
#ifndef HUB_SCREEN_H
#define HUB_SCREEN_H

#include "contract.h"
#include "page/layout.h"

typedef enum ScreenState {
    SCREEN_READY,
    SCREEN_PREPARING,
    SCREEN_SIGN_IN,
    SCREEN_PREMIUM,
    SCREEN_AGE /* the viewer has not said to be old enough */
} ScreenState;

typedef struct Screen {
    Video video;
    ScreenState state;
    Str encode; /* what it plays; empty: none yet */
    Str image;  /* OpenGraph picture; empty: none yet */
    bool has_teaser;
    bool edits;          /* nothing is in the way */
    bool framed;         /* within a page of another site, where nobody is signed in */
    int64_t position_ms; /* to go on from; 0: the start */
} Screen;

/* For this viewer. E_NOT_FOUND: there is no such video for them. */
Err screen_find(Cx *cx, Str slug, Screen *out);

bool screen_plays(const Screen *s); /* whole, or its teaser */
void screen_write(Page *p, const Screen *s);
Str screen_sign_in(Cx *cx, const Video *video); /* the path of the form, and then back */

#endif
