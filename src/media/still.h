/* still.h - pictures and little films made around a video: each one jailed run, each a plain file.
 *
 * Everything is written into `folder` (absolute, the job's own, empty of anything that matters) and
 * is a fresh encode of decoded pixels without metadata: nothing of a stranger's file is passed on.
 * The names are fixed ("og.jpg", "1.jpg"): a second call of the same function writes over the
 * first. E_MEDIA_REFUSED: the source has no such picture, with the sentence for the editor;
 * E_UNAVAILABLE, E_FULL as transcode.h. Blocks its thread; any thread.
 */
#ifndef HUB_MEDIA_STILL_H
#define HUB_MEDIA_STILL_H

#include "media/probe.h"
#include "media/track.h"

typedef struct StillJob {
    const MediaLimits *limits;
    const char *folder;
    MediaWatch watch;
} StillJob;

typedef struct Still {
    const char *path; /* absolute */
    Str media_type;   /* image/jpeg, image/png, video/mp4 */
    int32_t width, height;
    int64_t bytes;
    int64_t at_ms; /* the moment it shows; 0 when that means nothing */
} Still;

/* ".jpg", ".png" or ".mp4", how names of one end. */
const char *still_suffix(Str media_type);

enum { STILL_CANDIDATES = 5, STILL_OG_BYTES = 300 << 10, STILL_THUMB_BYTES = 30 << 10 };

/* Posters: JPEGs of up to 1280 at the longer side, upright, square pixels, SDR, from moments spread
 * over the original; the best (sharp, neither black nor white) first; fewer when it is shorter than
 * two seconds. `out` has room for STILL_CANDIDATES. With at_ms >= 0 only the one shown then. */
Err still_candidates(Cx *cx, const StillJob *job, const char *original, const Probe *probe,
                     int64_t at_ms, Still *out, size_t *n);
/* An editor's own picture (JPEG, PNG, WebP, recognized by content) as such a JPEG. */
Err still_from_image(Cx *cx, const StillJob *job, const char *image, Still *out);

/* OpenGraph: JPEG of 1200 x 630, at most STILL_OG_BYTES; the poster covers it, cut to fit. */
Err still_og(Cx *cx, const StillJob *job, const char *poster, Still *out);
/* For lists: JPEG of 480 x 270, at most STILL_THUMB_BYTES, cut to fit likewise. */
Err still_thumb(Cx *cx, const StillJob *job, const char *poster, Still *out);
/* Share card of width x height: the poster whole over a blurred and darkened self, the title below
 * in `font` (TrueType or OpenType, absolute), wrapped to at most four lines, without characters
 * that the font lacks. The title is data, whatever is in it. E_UNAVAILABLE: the font cannot be
 * used. */
Err still_card(Cx *cx, const StillJob *job, const char *poster, const char *font, Str title,
               int32_t width, int32_t height, Still *out);

/* Of a finished video rendition (our own fragmented MP4, key frames every two seconds): sheets of
 * columns x rows tiles of 160 at the longer side, every interval of a whole number of segments. The
 * last sheet ends in black where tiles run out. Reads key frames only. */
typedef struct Storyboard {
    int64_t interval_ms;
    int32_t tile_width, tile_height, columns, rows;
    int64_t tiles;
    size_t n; /* sheets */
    Still *sheets;
} Storyboard;
Err still_storyboard(Cx *cx, const StillJob *job, const char *rendition, const MediaTrack *track,
                     Storyboard *out);
/* The WebVTT of it: a cue for each tile, `{sheet}.jpg#xywh=x,y,w,h`, sheets from 1; addresses begin
 * with `base`. */
void storyboard_write(Buf *out, const Storyboard *storyboard, const char *base);

/* A silent MP4 of at most 3 s and 320 at the longer side, from at_ms on: the moving poster. */
Err still_preview(Cx *cx, const StillJob *job, const char *rendition, int64_t at_ms, Still *out);
/* An MP4 with sound for sharing, from at_ms on, at most `length_ms` (20 s), faststart, without
 * encoding again: whole segments of a rendition and its sound (NULL: silent). It begins with the
 * segment that is shown at at_ms, which is in out->at_ms. */
Err still_clip(Cx *cx, const StillJob *job, const char *rendition, const char *sound, int64_t at_ms,
               int64_t length_ms, Still *out);
/* A PNG of 1200 x 240, transparent, of a sound's loudness over time. `sound`: any music file, or a
 * rendition's sound. */
Err still_waveform(Cx *cx, const StillJob *job, const char *sound, Still *out);
/* The cover picture inside a music file, as still_from_image makes it. */
Err still_cover(Cx *cx, const StillJob *job, const char *music, Still *out);
/* The first page of a PDF as a JPEG of up to 1280 at the longer side. Refused:
 * no PDF, broken, locked by a password. `pdftoppm` is poppler's. */
Err still_pdf(Cx *cx, const StillJob *job, const char *pdftoppm, const char *pdf, Still *out);

#endif
