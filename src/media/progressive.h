/* progressive.h - a plain MP4 for downloading, made of tracks we have: its bytes are not stored
 * twice.
 *
 * ISO/IEC 14496-12: ftyp, a moov with complete sample tables (co64, stsz, stts, ctts, stss, edit
 * lists that bring both tracks to time 0), and one mdat (64-bit size) whose body is the media bytes
 * of the tracks' own files, a segment of each in turn. Only the head and the map of runs are
 * written; the samples stay where they are, in the fragmented MP4 files of the renditions, whose
 * moof boxes lie in the mdat as bytes that no table names.
 *
 * The file written: 32 bytes (magic, count of runs, size of the head, sizes of the tracks' files);
 * the runs (SpliceRun); the head's bytes. File 0 of the runs is this file itself, the tracks' files
 * follow: the picture's, if there is one, then the sound's.
 */
#ifndef HUB_MEDIA_PROGRESSIVE_H
#define HUB_MEDIA_PROGRESSIVE_H

#include "base/splice.h"
#include "media/track.h"

typedef struct ProgressiveTrack {
    const char *path;        /* absolute */
    const MediaTrack *track; /* its index, with segments */
} ProgressiveTrack;

/* Writes head and map to the new file `to`, which is gone again on failure and not synced; *size is
 * the whole download's length. `video` or `audio` may be NULL. Takes some 20 bytes of memory for
 * each sample. E_MEDIA_REFUSED when a file is not what its index says, E_FULL. */
Err progressive_write(Cx *cx, const ProgressiveTrack *video, const ProgressiveTrack *audio,
                      const char *to, int64_t *size);

/* Opens head and map at `fd`; the descriptors of the tracks' files follow, in order. All of them
 * are taken over, closed also on failure. Costs a read of the whole map. E_INTERNAL when they don't
 * belong together. */
Err progressive_open(Cx *cx, int fd, const int *files, size_t n, Splice *out);

#endif
