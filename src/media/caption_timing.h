/* caption_timing.h - the line above a cue's text: two times and where the text is to stand.
 *
 * Times of WebVTT and of SubRip alike: hours may be missing, the fraction has 1 to 3 digits after
 * a point or a comma. Settings are the cue settings of WebVTT.
 */
#ifndef HUB_MEDIA_CAPTION_TIMING_H
#define HUB_MEDIA_CAPTION_TIMING_H

#include "base/cx.h"

enum { CAPTION_HOURS_MAX = 999 };

typedef struct Timing {
    int64_t start_ms, end_ms; /* 0 <= start < end */
    Str rest;                 /* what follows the times; not judged */
} Timing;

/* Without the spaces around it. */
Str caption_trim(Str s);

/* The whole of `s` is one time. */
bool caption_is_time(Str s);

/* Somebody meant this line to be a timing, well written or not; `subrip` also knows other arrows
 * than "-->". */
bool caption_is_timing(Str line, bool subrip);

/* NULL, or what is wrong with the line. */
const char *caption_timing(Str line, bool subrip, Timing *out);

/* Those of the settings that are valid, each once, in one order; the last of two wins, as in
 * browsers. Lives in cx->arena. */
Str caption_settings(Cx *cx, Str rest);

#endif
