/* mp4_head.h - the two kinds of box an index is made of, already in memory: moov and moof. */
#ifndef HUB_MEDIA_MP4_HEAD_H
#define HUB_MEDIA_MP4_HEAD_H

#include "media/mp4.h"
#include "media/mp4_box.h"

enum { TIMESCALE_MAX = 10000000, MP4_SAMPLES_MAX = 1 << 24 };
#define MP4_TIME_MAX (1ll << 50) /* units; sums of two stay far from overflow */

/* What samples are when a fragment doesn't say: the trex box. */
typedef struct Mp4Defaults {
    uint32_t duration, size, flags;
    uint32_t length_bytes; /* of the length before each NAL unit (avcC); 0: untold, or sound */
} Mp4Defaults;

typedef struct Mp4Fragment {
    int64_t start, duration; /* decode time, units */
    int64_t samples, bytes;  /* bytes of all its samples */
    int64_t shown;           /* presentation time of the first sample */
    bool key;                /* starts with a sync sample */
    bool absolute;           /* its data is told from the start of the file: it cannot be moved */
    int64_t data_at;         /* of the first sample, from the start of the moof box */
    uint32_t sequence;
    size_t sequence_at; /* where in the moof body it is written: 4 bytes */
    size_t time_at,
        time_bytes; /* where in the moof body the decode time is written: 4 or 8 bytes */
} Mp4Fragment;

/* Kind, codecs, size, rate, timescale of the one track of a moov's body. */
Err mp4_read_head(Cx *cx, Cursor moov, MediaTrack *out, Mp4Defaults *defaults);

/* False when the moof's body does not hold exactly one well-formed track fragment. */
bool mp4_read_fragment(Cursor moof, const Mp4Defaults *defaults, Mp4Fragment *out);

#endif
