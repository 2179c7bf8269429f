/* fragments.h - fragmented MP4 files made a box at a time, with what every sample of them is; tests
 * only. */
#ifndef HUB_TEST_FRAGMENTS_H
#define HUB_TEST_FRAGMENTS_H

#include "base/buf.h"

enum { FRAGMENT_SAMPLES = 40, FRAGMENTS_SAMPLES = 4096 };

typedef struct FragmentSample {
    uint32_t size, duration;
    int32_t shift;
    bool key;
    size_t at; /* of its bytes, in the file */
} FragmentSample;

typedef struct Fragments {
    Buf b;
    size_t open[16], depth;
    FragmentSample samples[FRAGMENTS_SAMPLES];
    size_t n;
    uint32_t sequence;
} Fragments;

Fragments *fragments_new(bool video, uint32_t timescale);
/* One moof and mdat of the samples given, whose bytes are made up; `at` of each is filled in. */
void fragments_add(Fragments *f, uint64_t start, const FragmentSample *samples, size_t n);
void fragments_free(Fragments *f);

#endif
