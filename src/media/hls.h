/* hls.h - HLS playlists (RFC 8216, Apple's authoring rules) of a presentation.
 *
 * Addresses are relative, so a token in the path stays: `{name}.m3u8`, `{name}/init.mp4`,
 * `{name}/{n}.m4s` with n from 1, `captions/{name}.m3u8`. Rates are those that were counted from
 * the bytes (track_measure). Pure; any thread. A Buf that was too small is `full`.
 */
#ifndef HUB_MEDIA_HLS_H
#define HUB_MEDIA_HLS_H

#include "base/buf.h"
#include "media/presentation.h"

/* The multivariant playlist: every picture with the groups "audio" and "subs", in the order given,
 * then the sound alone. */
void hls_master(Buf *out, const Presentation *p);

/* The media playlist of one track; `growing`: more segments will follow, at the end. */
void hls_media(Buf *out, const MediaTrack *track, bool growing);

/* The media playlist of a text: it lies beside `{name}.vtt`, its one segment. */
void hls_text(Buf *out, const MediaText *text, int64_t duration_ms);

#endif
