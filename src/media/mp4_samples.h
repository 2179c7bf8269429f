/* mp4_samples.h - the samples of a fragment one by one, with where their bytes lie.
 *
 * ISO/IEC 14496-12 section 8.8. Believes no length. Only fragments with one track are
 * understood.
 */
#ifndef HUB_MEDIA_MP4_SAMPLES_H
#define HUB_MEDIA_MP4_SAMPLES_H

#include "media/mp4_head.h"

typedef struct Mp4Sample {
    int64_t at; /* from the first byte of the moof box, its head included; or of the file */
    uint32_t size, duration;
    int32_t shift; /* presentation time minus decode time */
    bool sync;
} Mp4Sample;

typedef struct Mp4Samples {
    int64_t start;              /* decode time of the first, units */
    bool bad;                   /* set for good by what is not well-formed */
    bool absolute;              /* `at` counts from the start of the file */
    size_t time_at, time_bytes; /* where in the moof's body `start` is written: 4 or 8 bytes */
    uint32_t description;       /* which entry of the head they go by; from 1 */
    Cursor traf, run;
    Mp4Defaults defaults;
    uint32_t run_word, first_flags, left; /* of the run: version and flags, … */
    bool first;                           /* of the run */
    uint32_t claimed;                     /* by all runs so far */
    int64_t next;                         /* where the next sample begins, unless told */
} Mp4Samples;

/* Of a moof's body. Ask `bad` after the last one. Samples that are not addressed from their moof,
 * or go by another entry of the head than the first, are bad: ours are not so. */
Mp4Samples mp4_samples(Cursor moof, const Mp4Defaults *defaults);
/* With those as well. */
Mp4Samples mp4_samples_any(Cursor moof, const Mp4Defaults *defaults);
bool mp4_samples_next(Mp4Samples *samples, Mp4Sample *out);
/* The next one with all after it that are like it and take no bytes of the moof, which may be any
 * number; how many: 0 at the end. */
uint32_t mp4_samples_alike(Mp4Samples *samples, Mp4Sample *out);

#endif
