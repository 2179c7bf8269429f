/* transcode.h - one original in, tracks out: fragmented MP4s in a folder of the job's own.
 *
 * Video and sound are made apart. The folder is made for this job, is empty of anything that
 * matters, and must not hold the original: the tool may write in it. On OK it holds
 * `{name}.mp4` of each track, checked: every frame that was promised is there, each segment starts
 * with a key frame, and its index is in the MediaTrack. On failure what is in the folder is
 * worthless. Blocks its thread for as long as it takes, at most what transcode_seconds says.
 */
#ifndef HUB_MEDIA_TRANSCODE_H
#define HUB_MEDIA_TRANSCODE_H

#include "media/filter.h"
#include "media/track.h"

typedef struct TranscodeJob {
    const MediaLimits *limits;
    const Probe *probe;   /* of `original`, accepted */
    const char *original; /* absolute */
    const char *folder;   /* absolute */
    MediaWatch watch;
} TranscodeJob;

/* Makes the `n` rungs, a single one or some from the largest down, in one run that decodes once;
 * out has room for n. {0, 0} is the whole. A span begins at a multiple of the rungs' gop, and needs
 * transcode_can_span when it does not begin at 0; its tracks start at time 0 as the whole's do. One
 * that is not the last has exactly its frames; the last has what is left, within the whole's
 * tolerance.
 * E_MEDIA_REFUSED: the original cannot be encoded whole, and the sentence says why. E_UNAVAILABLE:
 * stopped by watch.cancelled, or the tool cannot run here. E_FULL: no room in the folder. */
Err transcode_videos(Cx *cx, const TranscodeJob *job, const Rung *rungs, size_t n, FrameSpan span,
                     MediaTrack *out);

/* Whether frames in the middle of the file can be found without reading all before them. */
bool transcode_can_span(const Probe *probe);

/* Frames of the whole at the rung's rate, as the probe promises; the truth is within a hundredth
 * and a little. */
int64_t transcode_frames(const Probe *probe, const Rung *rung);

typedef struct AudioWish {
    bool normalise;       /* bring it to loudness_lufs, as far as its peaks allow */
    double loudness_lufs; /* -16, say */
} AudioWish;

/* The sound `audio` of the probe, as `name`, in two channels: its segments cover the times of
 * `grid`'s and both start at the same moment. Of `grid`, a rendition of the same original or one
 * yet to be made, only timescale, first and the segments' start and duration are used. */
Err transcode_audio(Cx *cx, const TranscodeJob *job, const ProbeAudio *audio, const char *name,
                    const AudioWish *wish, const MediaTrack *grid, MediaTrack *out);

/* One of the probe's subtitles as WebVTT at `path`, a new file in the job's folder; its times count
 * from the start of the file, as the picture's do. What it says is still a stranger's. */
Err transcode_text(Cx *cx, const TranscodeJob *job, const ProbeText *text, const char *path);

#endif
