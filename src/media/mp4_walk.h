/* mp4_walk.h - from box to box through a file, holding at most one of them in memory.
 *
 * ISO/IEC 14496-12 section 4.2. Only the boxes at the top are walked; a box that does not fit in
 * its file ends the walk with E_MEDIA_REFUSED, as does a file of too many boxes. Whoever starts a
 * walk ends it; the descriptor stays the caller's, and is only read at, never moved.
 */
#ifndef HUB_MEDIA_MP4_WALK_H
#define HUB_MEDIA_MP4_WALK_H

#include "base/cx.h"
#include "media/mp4_box.h"

typedef struct Mp4Walk {
    int fd;
    int64_t at, size; /* of the next box; of the file */
    int64_t box_at, body_at, body_size;
    uint32_t type;
    size_t boxes;
    uint8_t *memory; /* MP4_BOX_MAX at most */
    size_t room;
} Mp4Walk;

Err walk_start(Cx *cx, int fd, Mp4Walk *walk);
void walk_end(Mp4Walk *walk);

/* To the next box; *more is false at the end of the file. */
Err walk_next(Cx *cx, Mp4Walk *walk, bool *more);

/* The whole body of the box, valid until the next call. */
Err walk_body(Cx *cx, Mp4Walk *walk, Cursor *body);

/* n bytes of the file at `at`; `bytes` bytes of `value` written there, big endian. */
Err walk_read(Cx *cx, const Mp4Walk *walk, int64_t at, void *to, size_t n);
Err walk_write(Cx *cx, const Mp4Walk *walk, int64_t at, size_t bytes, uint64_t value);

/* E_MEDIA_REFUSED: what was encoded cannot be read back. */
Err mp4_broken(Cx *cx, const char *what);

#endif
