/* linked_data.h - what a page says of its video to programs: schema.org's VideoObject as JSON-LD,
 * and the body of oEmbed 1.0. */
#ifndef HUB_LINKED_DATA_H
#define HUB_LINKED_DATA_H

#include "contract.h"
#include "page/layout.h"

/* A data block in the page; nothing runs it. `image`: absolute, or empty. */
void linked_video(Page *p, const Video *video, Str image);
/* width and height: at most, in pixels; 0: the asker does not say. */
void linked_oembed(Cx *cx, Buf *b, const Video *video, Str image, int64_t width, int64_t height);

#endif
