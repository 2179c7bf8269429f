/* passthrough.h - the original's own picture as the top rendition, where it is already what we
 * would make of it: encoding again would cost the most of all rungs, and only lose.
 *
 * The probe says whether it is worth trying; the copy then has to fit the grid of a rung that we
 * did encode, frame by frame, or it is not taken.
 */
#ifndef HUB_MEDIA_PASSTHROUGH_H
#define HUB_MEDIA_PASSTHROUGH_H

#include "media/transcode.h"

/* Whether the picture is H.264 as every browser decodes it, of the rung's size, rate and at most
 * its bits a second. Pure. */
bool passthrough_may(const Probe *probe, const Rung *rung);

/* The original's picture as it is, `{folder}/{name}.mp4`: the same samples, cut into the segments
 * of `like`, a rung of the same ladder that was encoded, with the same timescale, the same start of
 * each segment and the same moment of the first frame. Decoded once, without a complaint.
 * E_CONFLICT "it does not fit: …": encode the rung instead. Otherwise as transcode.h says. On
 * failure nothing is left behind. */
Err transcode_copy(Cx *cx, const TranscodeJob *job, const Rung *rung, const MediaTrack *like,
                   MediaTrack *out);

#endif
