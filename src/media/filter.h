/* filter.h - the filter graphs of an encode, as ffmpeg reads them; text alone, nothing is run.
 *
 * Time is counted in frames of the rungs' constant rate from the start of the file: grid frame k is
 * shown at k / rate and is the source's last picture at or before that moment, so it is the same
 * picture wherever a run begins. Lives in cx->arena; any thread.
 */
#ifndef HUB_MEDIA_FILTER_H
#define HUB_MEDIA_FILTER_H

#include "media/ladder.h"

/* Frames of the constant-rate grid: from, to (not of it); to 0: to the end. */
typedef struct FrameSpan {
    int64_t from, to;
} FrameSpan;

/* HDR to SDR in BT.709, studio range; ends with a comma. Of pictures that probe_is_hdr. */
Str filter_tonemap(Cx *cx, const ProbeVideo *video);

/* A -filter_complex from the picture to [v0]…[v{n-1}], one for each rung; they come from the
 * largest down, and each is scaled from the one before. Times must count from the start of the
 * file; `sought`: the input begins somewhere before the span. */
Str filter_video(Cx *cx, const Probe *probe, const Rung *rungs, size_t n, FrameSpan span,
                 bool sought);

/* An -af: two channels at 48 kHz from time 0 of the file, silence in its gaps; several channels are
 * mixed so that they cannot clip, and turned up or down by gain_db. */
Str filter_sound(Cx *cx, double gain_db);

#endif
