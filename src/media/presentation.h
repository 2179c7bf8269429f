/* presentation.h - what the manifests of one version tell: its tracks, all on one timeline.
 *
 * The hub writes HLS and DASH from it; both name the same virtual segments: `{name}/init.mp4`,
 * `{name}/{n}.m4s` with n from 1, and `captions/{name}.vtt`, relative to the manifest, so that a
 * token in the path stays. The picture's first frame is shown at videos[0].first, not at 0; every
 * other track is in step with that. Captions count from the first frame.
 */
#ifndef HUB_MEDIA_PRESENTATION_H
#define HUB_MEDIA_PRESENTATION_H

#include "media/track.h"

typedef struct MediaText {
    Str name;     /* as in addresses: "en" */
    Str language; /* RFC 5646 */
    Str label;    /* as people read it */
    bool sdh;     /* for the deaf and hard of hearing: `captions`, else subtitles */
    bool is_default;
} MediaText;

typedef struct Presentation {
    const MediaTrack *videos; /* in the order of the playlists; at least one */
    size_t n_videos;
    const MediaTrack
        *audios; /* alternates, each with language, label and is_default; may be none */
    size_t n_audios;
    const MediaText *texts;
    size_t n_texts;
    int64_t duration_ms; /* of the longest video */
    bool growing;        /* still being encoded: HLS says EVENT and has no end */
} Presentation;

#endif
