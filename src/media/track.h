/* track.h - one encoded track: what a player must know of it, and where its segments lie in its
 * file.
 *
 * A track is one fragmented MP4 (ISO/IEC 14496-12 section 8.8): the first init_size bytes are what
 * players call init.mp4, and each segment is a run of whole fragments, an (offset, size) of the
 * same file. Segments touch neither the init bytes nor each other, and come in time order. Filled
 * by mp4_index, kept by the database, read by the manifests; lives in the arena it was made with.
 */
#ifndef HUB_MEDIA_TRACK_H
#define HUB_MEDIA_TRACK_H

#include "base/str.h"

typedef enum MediaKind { MEDIA_VIDEO = 1, MEDIA_AUDIO } MediaKind;

typedef struct MediaSegment {
    int64_t offset, size;    /* bytes of the file */
    int64_t start, duration; /* units of the track's timescale; start is the decode time (tfdt) */
} MediaSegment;

typedef struct MediaTrack {
    MediaKind kind;
    Str name;              /* as in addresses: "360p", "audio" */
    Str codecs;            /* RFC 6381: "avc1.64001e", "mp4a.40.2" */
    Str language;          /* RFC 5646, or empty */
    Str label;             /* of sound, as people read it; or empty */
    bool is_default;       /* the sound that plays when nobody chose */
    int32_t width, height; /* video */
    int32_t fps_num, fps_den;
    int32_t channels, rate; /* audio */
    int64_t timescale;      /* units a second */
    int64_t samples;        /* frames of video, packets of audio */
    int64_t first;          /* presentation time of the first sample, in units */
    int64_t init_size;      /* bytes */
    int64_t total_bytes;    /* of the file */
    int64_t peak_bps;    /* RFC 8216 section 4.3.4.2: of any run of 0.5 to 1.5 target durations */
    int64_t average_bps; /* of all segments */
    size_t n;
    MediaSegment *segments;
} MediaTrack;

/* Of the whole track, in ms, rounded. */
int64_t track_duration_ms(const MediaTrack *track);

/* The longest segment in seconds, rounded to the nearest: EXT-X-TARGETDURATION; 1 at least. */
int64_t track_target_s(const MediaTrack *track);

/* Fills in peak_bps and average_bps from the segments. */
void track_measure(MediaTrack *track);

#endif
