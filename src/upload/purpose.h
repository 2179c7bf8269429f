/* purpose.h - what an upload is for, and what Upload-Metadata must say of it. */
#ifndef HUB_PURPOSE_H
#define HUB_PURPOSE_H

#include "contract.h"
#include "upload/tus.h"

enum { POSTER_FILE_MAX = 32 << 20, CAPTION_LABEL_MAX = 80, ASSET_TITLE_MAX = 200 };

/* A row to be added: purpose, video or show, filename, size. E_MALFORMED: not what this purpose
 * needs; E_TOO_LARGE; E_NOT_FOUND: no such video or show for the viewer. */
Err purpose_read(Cx *cx, const TusMetadata *meta, int64_t size, UploadRow *out);

/* Of captions, checked: the language in its usual case, the kind, the label (the language when none
 * was given). E_MALFORMED. */
Err purpose_caption(Cx *cx, const TusMetadata *meta, Caption *out);

#endif
