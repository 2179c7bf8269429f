/* search_text.h - what search has stored of the videos: terms, and the words for mistyped ones. */
#ifndef HUB_SEARCH_TEXT_H
#define HUB_SEARCH_TEXT_H

#include "contract.h"

/* A tag as video_tag has it: its terms. {0}: it has none. */
Str search_tag(Cx *cx, Str tag);

/* In a unit: a video's terms and those of all videos of a show, as their rows are now. */
Err search_text_write(Cx *cx, Str video);
Err search_text_show(Cx *cx, Str slug);

/* Outside of units, by chunks; begun again where it stopped. renew: when another version of the
 * analysis made what is stored. all: in any case. */
Err search_text_renew(Cx *cx);
Err search_text_all(Cx *cx);

#endif
