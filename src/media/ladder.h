/* ladder.h - which renditions a video gets: sizes, rates and caps, decided before any encoding.
 *
 * Never larger than the source. All rungs of one video have the same frame rate and the same frames
 * to a segment, so segment n covers the same time in each. Pure; any thread.
 */
#ifndef HUB_MEDIA_LADDER_H
#define HUB_MEDIA_LADDER_H

#include "media/probe.h"

enum { LADDER_MAX = 8, RUNG_NAME_MAX = 8, SEGMENT_SECONDS = 2, CRF_USUAL = 23 };

/* What the operator wants of every video. */
typedef struct LadderWish {
    int64_t sides[LADDER_MAX]; /* short sides in pixels, in any order */
    size_t n;
    const char *preset_early, *preset; /* of libx264; NULL: veryfast, faster */
    int crf;                           /* of libx264; 0: CRF_USUAL */
} LadderWish;

typedef struct Rung {
    char name[RUNG_NAME_MAX]; /* the short side: "360p" */
    int32_t width, height;    /* even */
    int32_t fps_num, fps_den; /* one of the nine standard rates */
    int32_t gop;              /* frames to a segment */
    int64_t max_bps;          /* cap of the encoder's rate */
    const char *preset;       /* of libx264 */
    int crf;
} Rung;

/* The early one first, which every video has: 360p, or the source's own size below that. Then those
 * wished for that are not larger than the source, from the largest down, as they are scaled from
 * one another. */
typedef struct Ladder {
    size_t n;
    Rung rungs[LADDER_MAX];
} Ladder;

void ladder_plan(const Probe *probe, const LadderWish *wish, Ladder *out);

/* "240,360,720" into wish->sides: even, 144 to 2160, each once; false and untouched otherwise. */
bool ladder_wish_read(Str text, LadderWish *wish);

/* The preset of that name, "ultrafast" to "veryslow"; NULL when libx264 has none. */
const char *ladder_preset(Str name);

/* Frames to a segment of SEGMENT_SECONDS, at a standard rate. */
int32_t ladder_gop(int64_t fps_num, int64_t fps_den);

/* The standard rate nearest to num/den; above 60 a second it is halved first. */
void ladder_rate(int64_t num, int64_t den, int32_t *fps_num, int32_t *fps_den);

#endif
