/* progressive_head.h - what stands before the samples of a plain MP4: ftyp, moov, the mdat's head.
 *
 * ISO/IEC 14496-12 section 8. The sample tables are referred to, not copied; they outlive the head.
 * Its length does not depend on what the tables say, so that they may be moved by it afterwards.
 */
#ifndef HUB_MEDIA_PROGRESSIVE_HEAD_H
#define HUB_MEDIA_PROGRESSIVE_HEAD_H

#include "media/sample_table.h"

enum { HEAD_TABLES = 12, HEAD_DEPTH = 8, HEAD_FRAME_MAX = 256 << 10, STSD_MAX = 64 << 10 };

typedef struct HeadTrack {
    const MediaTrack *track;
    Str description;     /* the body of its stsd */
    SampleTable *table;  /* ended */
    int64_t first_shift; /* from decoding to showing, of the first sample; units */
    int64_t media_time;  /* what is presented at 0, from the first decode time; units; below 0: it
                            begins so much later */
} HeadTrack;

typedef struct Head {
    Buf frame; /* everything but the tables' entries */
    struct {
        size_t at; /* in the frame */
        const Buf *bytes;
    } tables[HEAD_TABLES];
    size_t n;
    int64_t size; /* of all */
} Head;

/* `body`: bytes of the mdat behind it. At most two tracks. False when times pass what the boxes can
 * say. head_free in any case. */
bool head_make(Head *head, const HeadTrack *tracks, size_t n, int64_t body);
void head_free(Head *head);

#endif
