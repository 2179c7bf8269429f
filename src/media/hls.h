/* hls.h - HLS playlists (RFC 8216, Apple's authoring rules) from tracks, rates computed from bytes.
 *
 * Addresses are relative, so a token in the path stays: `{name}.m3u8`, `{name}/init.mp4`,
 * `{name}/{n}.m4s` with n from 1. Pure; any thread. A Buf that was too small is `full`.
 */
#ifndef HUB_MEDIA_HLS_H
#define HUB_MEDIA_HLS_H

#include "base/buf.h"
#include "media/track.h"

/* The multivariant playlist: each video with the sound, when there is one (NULL: none). */
void hls_master(Buf *out, const MediaTrack *videos, size_t n, const MediaTrack *audio);

/* The media playlist of one track. For a teaser give a track whose segments are a part of it. */
void hls_media(Buf *out, const MediaTrack *track);

#endif
