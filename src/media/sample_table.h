/* sample_table.h - the sample tables of one track of a plain MP4, gathered a sample at a time.
 *
 * ISO/IEC 14496-12 sections 8.6.1 (stts, ctts, stss) and 8.7 (stsz, stsc, co64): each Buf holds the
 * table's entries as they are written, big endian, without the box's head and count. Chunk offsets
 * are kept from the first byte of the mdat's body until table_move. One thread.
 */
#ifndef HUB_MEDIA_SAMPLE_TABLE_H
#define HUB_MEDIA_SAMPLE_TABLE_H

#include "base/buf.h"
#include "media/mp4_samples.h"

enum { TABLE_SAMPLES_MAX = 1 << 22 }; /* 19 hours at 60 frames a second */

/* Equal values in a row: an entry of stts and ctts, and how stsc counts. */
typedef struct TableRun {
    uint32_t count, value;
} TableRun;

typedef struct SampleTable {
    Buf times, shifts, sizes, keys, chunks, groups; /* stts ctts stsz stss co64 stsc */
    uint32_t n, n_chunks;
    int64_t duration; /* of all samples, units */
    bool negative;    /* a sample is shown before it is decoded: ctts is version 1 */
    bool shifted;     /* some sample is not shown when it is decoded: there is a ctts */
    int64_t end;      /* of the last sample, in the body */
    TableRun time, shift;
    uint32_t last;               /* duration of the last sample, not yet in `times` */
    uint32_t in_chunk, in_group; /* samples of the last chunk; of those before it */
} SampleTable;

SampleTable table_new(void);
void table_free(SampleTable *t);
/* `at` is where the sample begins in the mdat's body. False when there are too many. */
bool table_add(SampleTable *t, const Mp4Sample *sample, int64_t at);
/* The last sample lasts so much longer (or shorter). False when that cannot be. */
bool table_stretch(SampleTable *t, int64_t units);
/* After the last sample. */
void table_end(SampleTable *t);
/* The mdat's body begins `by` bytes into the file. */
void table_move(SampleTable *t, int64_t by);

#endif
