/* caption_markup.h - a cue's text as anybody wrote it, made into the cue text of WebVTT.
 *
 * Every character comes out either as text, escaped, or as one of the tags <b> <i> <u> <v> <lang>
 * <ruby> <rt>, closed in the right order. No line of it is empty, none holds "-->", and what comes
 * out stays as it is when it goes in again.
 */
#ifndef HUB_MEDIA_CAPTION_MARKUP_H
#define HUB_MEDIA_CAPTION_MARKUP_H

#include "base/buf.h"

enum { CAPTION_DEPTH_MAX = 8 }; /* tags within tags; deeper ones are left out */

/* Appends to `out`. With `subrip`, override blocks like {\an8} are read and left out: *corner
 * becomes 1 to 9 as on a telephone turned upside down (1 at the lower left), 0 when nothing is
 * said. Whether there is anything to see. */
bool caption_markup(Buf *out, Str raw, bool subrip, int *corner);

#endif
