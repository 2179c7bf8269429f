/* transcode.h - one original in, one track out: a fragmented MP4 in a folder of the job's own.
 *
 * Video and sound are made apart. The folder is made for this job, is empty of anything that
 * matters, and must not hold the original: the tool may write in it. On OK it holds
 * `{name}.mp4`, checked: every frame that was promised is there, each segment starts with a key
 * frame, and its index is in the MediaTrack. On failure what is in the folder is worthless.
 * Blocks its thread for as long as it takes, at most max(60 s, 20 x duration).
 */
#ifndef HUB_MEDIA_TRANSCODE_H
#define HUB_MEDIA_TRANSCODE_H

#include "media/ladder.h"
#include "media/track.h"

typedef struct TranscodeJob {
    const MediaLimits *limits;
    const Probe *probe;   /* of `original`, accepted */
    const char *original; /* absolute */
    const char *folder;   /* absolute */
    MediaWatch watch;
} TranscodeJob;

/* E_MEDIA_REFUSED: the original cannot be encoded whole, and the sentence says why. E_UNAVAILABLE:
 * stopped by watch.cancelled, or the tool cannot run here. E_FULL: no room in the folder. */
Err transcode_video(Cx *cx, const TranscodeJob *job, const Rung *rung, MediaTrack *out);

/* The sound `audio` of the probe, as "audio": its segments cover the times of `video`'s (a finished
 * rendition of the same original), and both start at the same moment. */
Err transcode_audio(Cx *cx, const TranscodeJob *job, const ProbeAudio *audio,
                    const MediaTrack *video, MediaTrack *out);

#endif
