/* ladder.h - which renditions a video gets: sizes, rates and caps, decided before any encoding.
 *
 * Never larger than the source. All rungs of one video have the same frame rate and the same frames
 * to a segment, so segment n covers the same time in each. Pure; any thread.
 */
#ifndef HUB_MEDIA_LADDER_H
#define HUB_MEDIA_LADDER_H

#include "media/probe.h"

enum { LADDER_MAX = 2, RUNG_NAME_MAX = 8, SEGMENT_SECONDS = 2 };

typedef struct Rung {
    char name[RUNG_NAME_MAX]; /* the short side: "360p" */
    int32_t width, height;    /* even */
    int32_t fps_num, fps_den; /* one of the nine standard rates */
    int32_t gop;              /* frames to a segment */
    int64_t max_bps;          /* cap of the encoder's rate */
    const char *preset;       /* of libx264 */
} Rung;

typedef struct Ladder {
    size_t n;
    Rung rungs[LADDER_MAX]; /* the early one first */
} Ladder;

void ladder_plan(const Probe *probe, Ladder *out);

/* The standard rate nearest to num/den; above 60 a second it is halved first. */
void ladder_rate(int64_t num, int64_t den, int32_t *fps_num, int32_t *fps_den);

#endif
