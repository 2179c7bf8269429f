/* probe.h - what a file says it is, read by ffprobe in the jail, and whether we take it.
 *
 * Nothing it says is believed for long: durations and counts are checked again by encoding. All
 * numbers are within the limits once probe_run returned OK. Lives in cx->arena.
 */
#ifndef HUB_MEDIA_PROBE_H
#define HUB_MEDIA_PROBE_H

#include "base/buf.h"
#include "media/limits.h"

enum { PROBE_TITLE_MAX = 64, PROBE_CHAPTER_MAX = 120, PROBE_CHAPTERS_MAX = 100 };

typedef struct ProbeVideo {
    bool has;
    int index; /* of its stream in the file */
    Str codec, pix_fmt;
    int64_t width, height;    /* coded, before rotation */
    int64_t sar_num, sar_den; /* shape of one pixel; 1:1 when untold */
    int rotation;             /* 0, 90, 180 or 270 degrees clockwise to show it upright */
    int64_t fps_num, fps_den; /* average */
    int64_t frames;           /* 0: untold */
    int64_t duration_ms;      /* from the start of the file to its last frame's end */
    bool interlaced;
    Str range, space, transfer, primaries; /* as ffprobe names them; empty: untold */
    Str profile;                           /* likewise: "High" */
    int64_t level, bit_rate, reorders;     /* 40: 4.0; bits a second; frames; each 0: untold */
} ProbeVideo;

typedef struct ProbeAudio {
    int index;
    Str codec, language; /* language as the file has it, usually ISO 639-2 */
    Str title;           /* as people read it, UTF-8 of PROBE_TITLE_MAX bytes at most; or empty */
    int64_t channels, rate;
    bool is_default;
} ProbeAudio;

/* Subtitles that are text; those that are pictures are of no use to a browser. */
typedef struct ProbeText {
    int index;
    Str codec, language, title; /* as of sound */
    bool is_default, forced;
    bool sdh; /* for the deaf and hard of hearing */
} ProbeText;

typedef struct ProbeChapter {
    int64_t start_ms; /* from the start of the file */
    Str title;        /* PROBE_CHAPTER_MAX bytes at most; or empty */
} ProbeChapter;

typedef struct Probe {
    Str container; /* ffprobe's name: "mov", "matroska", … */
    int64_t duration_ms, size_bytes;
    ProbeVideo video; /* the first that is no cover picture */
    ProbeAudio audio[MEDIA_AUDIO_MAX];
    size_t n_audio; /* those kept */
    ProbeText text[MEDIA_TEXT_MAX];
    size_t n_texts;
    ProbeChapter chapter[PROBE_CHAPTERS_MAX]; /* in order of time, none twice */
    size_t n_chapters;
    size_t n_streams;
    bool duration_told; /* the file states it; else it was measured */
    Str json;           /* what ffprobe printed, for probe_again */
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

/* The probe of a file that was accepted before, without running anything: `json` is what it kept,
 * and the three figures are its video.duration_ms, video.frames and duration_ms, which may have
 * been measured. */
Err probe_again(Cx *cx, Str json, int64_t video_ms, int64_t video_frames, int64_t duration_ms,
                Probe *out);

/* Width and height as a viewer sees it: rotated, with square pixels. */
void probe_shown(const Probe *probe, int64_t *width, int64_t *height);

bool probe_is_hdr(const Probe *probe);

#endif
