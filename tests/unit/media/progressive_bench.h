/* progressive_bench.h - a picture and a sound in files, and what progressive makes of them; tests
 * only. */
#ifndef HUB_TEST_PROGRESSIVE_BENCH_H
#define HUB_TEST_PROGRESSIVE_BENCH_H

#include "fragments.h"
#include "media/progressive.h"

typedef struct Bench {
    Cx cx;
    char folder[40], paths[2][64], map[64];
    Fragments *made[2]; /* picture, sound */
    MediaTrack tracks[2];
    int64_t size;
    char *whole;
} Bench;

Bench *bench_new(void);
void bench_end(Bench *b);
void bench_put(const char *path, const char *p, size_t n);
/* Writes out what was made, and indexes it. */
void bench_index(Bench *b);
Err bench_write(Bench *b); /* the map */
Err bench_splice(Bench *b, Splice *out);
void bench_read(Bench *b); /* the whole */
/* Ten frames from decode time 0, shown from 1024 on at 12800 a second: 80 ms; 40 packets. */
Bench *bench_small(uint64_t sound_start, uint64_t sound_goes_on, int32_t shift);

#endif
