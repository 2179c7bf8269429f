/* probe.h - what a file says it is, read by ffprobe in the jail, and whether we take it.
 *
 * Nothing it says is believed for long: durations and counts are checked again by encoding. All
 * numbers are within the limits once probe_run returned OK. Lives in cx->arena.
 */
#ifndef HUB_MEDIA_PROBE_H
#define HUB_MEDIA_PROBE_H

#include "base/buf.h"
#include "media/limits.h"

typedef struct ProbeVideo {
    bool has;
    int index; /* of its stream in the file */
    Str codec, pix_fmt;
    Str profile;              /* as ffprobe names it; empty: untold */
    int64_t level;            /* as coded: 31 is H.264's 3.1; 0: untold */
    int64_t bit_rate;         /* bits a second; 0: untold */
    int64_t width, height;    /* coded, before rotation */
    int64_t sar_num, sar_den; /* shape of one pixel; 1:1 when untold */
    int rotation;             /* 0, 90, 180 or 270 degrees clockwise to show it upright */
    int64_t fps_num, fps_den; /* average */
    int64_t frames;           /* 0: untold */
    int64_t duration_ms;      /* from the start of the file to its last frame's end */
    bool interlaced;
    Str range, space, transfer, primaries; /* as ffprobe names them; empty: untold */
} ProbeVideo;

typedef struct ProbeAudio {
    int index;
    Str codec, language; /* language as the file has it, usually ISO 639-2 */
    int64_t channels, rate;
    bool is_default;
} ProbeAudio;

typedef struct Probe {
    Str container; /* ffprobe's name: "mov", "matroska", … */
    int64_t duration_ms, size_bytes;
    ProbeVideo video; /* the first that is no cover picture */
    ProbeAudio audio[MEDIA_AUDIO_MAX];
    size_t n_audio; /* those kept */
    size_t n_streams;
    bool duration_told; /* the file states it; else it was measured */
} Probe;

/* Probes the file at `path` (absolute). E_MEDIA_REFUSED with a sentence for the editor: what was
 * measured and the limit it breaks. E_UNAVAILABLE when ffprobe cannot run here. */
Err probe_run(Cx *cx, const MediaLimits *limits, const char *path, Probe *out);

/* The same, asking watch->cancelled while it runs (then E_UNAVAILABLE): reading a large file
 * through can outlast a lease. */
Err probe_watched(Cx *cx, const MediaLimits *limits, const char *path, const MediaWatch *watch,
                  Probe *out);

/* The two halves of it. probe_read takes what ffprobe printed: E_MEDIA_REFUSED when that is
 * unusable. */
Err probe_read(Cx *cx, Str json, Probe *out);
Err probe_accept(Cx *cx, const MediaLimits *limits, const Probe *probe);

/* Width and height as a viewer sees it: rotated, with square pixels. */
void probe_shown(const Probe *probe, int64_t *width, int64_t *height);

bool probe_is_hdr(const Probe *probe);

#endif
