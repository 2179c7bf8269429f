/* boxes.h - fragmented MP4 files built box by box, so that each number in them can be made to lie.
 */
#ifndef HUB_TEST_BOXES_H
#define HUB_TEST_BOXES_H

#include "base/buf.h"

typedef struct Made {
    Buf b;
    size_t open[16], depth;
} Made;

enum { KEY_FLAGS = 0x2000000, OTHER_FLAGS = 0x10000, FRAME = 512, SAMPLE_BYTES = 10 };

/* A fragment of equally long samples, each shown `delay` frames after it is decoded, and one NAL
 * unit large: the first an IDR picture, the others not. */
typedef struct Fragment {
    bool wide; /* tfdt of version 1 */
    uint64_t start;
    uint32_t samples, first_flags, sequence, delay;
    const uint8_t *delays; /* instead of `delay`, of each sample */
    uint32_t odd;          /* this sample is longer than the others; 0: none */
    uint8_t nal;           /* type of the first unit; 0: an IDR picture */
} Fragment;

void u(Made *m, size_t bytes, uint64_t v);
void zeros(Made *m, size_t n);
void box(Made *m, const char *type);
void end(Made *m);
void head(Made *m, bool video, uint32_t timescale);
void put_fragment(Made *m, const Fragment *f);
void fragment(Made *m, bool wide, uint64_t start, uint32_t samples, uint32_t first_flags);

int file_of(const char *p, size_t n); /* in memory */

#endif
