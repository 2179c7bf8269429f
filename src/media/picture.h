/* picture.h - what the first bytes of a picture say it is: JPEG, PNG or WebP, and how large.
 *
 * Nothing is decoded. JPEG: ITU-T T.81 annex B; PNG: ISO/IEC 15948; WebP: RFC 9649. Pure, any
 * thread.
 */
#ifndef HUB_MEDIA_PICTURE_H
#define HUB_MEDIA_PICTURE_H

#include "base/str.h"

typedef enum PictureKind { PICTURE_JPEG = 1, PICTURE_PNG, PICTURE_WEBP } PictureKind;

typedef struct Picture {
    PictureKind kind;
    int64_t width, height; /* as coded, before any rotation; not above 2^32 */
    bool animated;         /* of WebP: the decoder knows no moving ones */
} Picture;

/* From the file's first bytes; false when they are no picture of these kinds, or do not reach to
 * its size. */
bool picture_read(Str head, Picture *out);

#endif
