/* kept_picture.h - a picture that was made, on its way to those who see it: the blob first, then
 * the row.
 */
#ifndef HUB_KEPT_PICTURE_H
#define HUB_KEPT_PICTURE_H

#include "contract.h"
#include "media/still.h"

typedef struct KeptPicture {
    Str id, blob;             /* filled by picture_store */
    Str video, asset, encode; /* whose it is; {0}: none */
    const char *kind;         /* poster, cover, waveform, … */
    int64_t n;
    Still still;
} KeptPicture;

/* The still becomes a blob of its own. */
Err picture_store(Cx *cx, KeptPicture *p);
/* In an open unit. */
Err picture_add(Cx *cx, const KeptPicture *p);

#endif
