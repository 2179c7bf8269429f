/* still_run.h - what the makers of pictures share: how a run begins, and the look at what it left.
 *
 * A run works in the job's folder, so its outputs are named without it. For still.c and its
 * neighbours alone.
 */
#ifndef HUB_MEDIA_STILL_RUN_H
#define HUB_MEDIA_STILL_RUN_H

#include "media/picture.h"
#include "media/still.h"
#include "media/tool.h"

enum { STILL_SIDE = 1280, STILL_SECONDS = 120, STILL_FILE_MAX = 64 << 20 };

/* ffmpeg's first arguments; inputs come next. `what`: as in Tool. */
Tool still_tool(const StillJob *job, const char *original, const char *what);
/* One JPEG of the first frame that comes out of `filter`, named `name`, and nothing else: no
 * metadata, no name of the encoder. quality: 2 (best) to 31. */
void still_jpeg_args(Cx *cx, ToolArgs *args, const char *filter, int quality, const char *name);

const char *still_path(Cx *cx, const StillJob *job, const char *name);
/* The first bytes of a plain file, at most `most`; in cx->arena. */
Err still_head(Cx *cx, const char *path, size_t most, Str *head, int64_t *bytes);
/* The picture that a run left as `name`. E_MEDIA_REFUSED when it left none. */
Err still_take(Cx *cx, const StillJob *job, const char *name, Still *out);
/* still_from_image, by another name than "image.jpg". */
Err still_image_as(Cx *cx, const StillJob *job, const char *image, const char *name, Still *out);
/* Both even and at least 2, the longer at most `side`, of the same shape. */
void still_fit(int64_t width, int64_t height, int64_t side, int32_t *w, int32_t *h);

#endif
