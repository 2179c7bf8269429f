/* mp4_samples.h - the samples of a fragment one by one, and the boxes of a part of a file.
 *
 * ISO/IEC 14496-12 section 8.8. Believes no length. Only fragments with one track are
 * understood, whose samples are addressed from their moof: ours are.
 */
#ifndef HUB_MEDIA_MP4_SAMPLES_H
#define HUB_MEDIA_MP4_SAMPLES_H

#include "media/mp4_head.h"

/* --- samples of one moof in memory */

typedef struct Mp4Sample {
    int64_t at; /* from the first byte of the moof box, its head included */
    uint32_t size, duration;
    int32_t shift; /* presentation time minus decode time */
    bool sync;
} Mp4Sample;

typedef struct Mp4Samples {
    int64_t start; /* decode time of the first, units */
    bool bad;      /* set for good by what is not well-formed */
    Cursor traf, run;
    Mp4Defaults defaults;
    uint32_t run_flags, first_flags, left; /* of the run */
    bool first;                            /* of the run */
    int64_t next;                          /* where the next sample begins, unless told */
} Mp4Samples;

/* Of a moof's body. Ask `bad` after the last one. */
Mp4Samples mp4_samples(Cursor moof, const Mp4Defaults *defaults);
bool mp4_samples_next(Mp4Samples *samples, Mp4Sample *out);

/* --- boxes of [at, end) of a file */

typedef struct Mp4Part {
    int fd;
    int64_t at, end;
    uint32_t type; /* of the last box found */
    int64_t box_at, body_at, body_end;
    uint8_t *memory; /* MP4_BOX_MAX at most */
    size_t room;
} Mp4Part;

/* The head of the next box; *more is false at the end. E_MEDIA_REFUSED, E_INTERNAL. */
Err mp4_part_next(Cx *cx, Mp4Part *part, bool *more);
/* The body of that box; lives until the next call. */
Err mp4_part_body(Cx *cx, Mp4Part *part, Cursor *body);
void mp4_part_end(Mp4Part *part);

#endif
