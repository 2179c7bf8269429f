/* mp4_samples.h - the samples of a fragment one by one, with where their bytes lie.
 *
 * ISO/IEC 14496-12 section 8.8. Believes no length. Only fragments with one track are
 * understood, whose samples are addressed from their moof: ours are.
 */
#ifndef HUB_MEDIA_MP4_SAMPLES_H
#define HUB_MEDIA_MP4_SAMPLES_H

#include "media/mp4_head.h"

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

#endif
