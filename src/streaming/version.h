/* version.h - what the {version} of a stream address names under a token: an encode, or a teaser.
 *
 * A teaser is a run of segments of an encode, numbered from 1 anew, under a version of its own; a
 * token opens either teasers or encodes. Renditions that are not ready are seen by an editor's
 * preview alone, as far as they are.
 */
#ifndef HUB_VERSION_H
#define HUB_VERSION_H

#include "contract.h"
#include "media/presentation.h"
#include "streaming/token.h"

enum { VERSION_TRACKS = 16 };

typedef struct Version {
    const StreamToken *token;
    Str encode;
    int64_t first; /* segment of the encode that is segment 1 here */
    int64_t n;     /* segments; 0: all */
} Version;

/* Costs a statement for a teaser only; whether an encode is the token's is seen with the next. */
Err version_find(Cx *cx, const StreamToken *token, Str id, Version *out);

/* Everything a manifest tells, with all segments. E_NOT_FOUND: no such version, or nothing of it.
 */
Err version_presentation(Cx *cx, const Version *version, Presentation *out);

/* One rendition. E_NOT_FOUND. */
Err version_rendition(Cx *cx, const Version *version, Str name, RenditionRow *row);
/* Its track, cut to the teaser or to what is there yet; *growing when more will come. */
Err version_track(Cx *cx, const Version *version, const RenditionRow *row, MediaTrack *out,
                  bool *growing);
/* Where the bytes of segment n, or with n 0 the init segment, lie. E_NOT_FOUND. */
Err version_slice(Cx *cx, const Version *version, Str rendition, int64_t n, SliceRow *out);

/* The captions of the token's video. */
Err version_captions(Cx *cx, Str video, CaptionRows *out);

#endif
