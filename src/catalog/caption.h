/* caption.h - captions and subtitles of a video: one file for each language and kind.
 *
 * Invariant: the file of a row is WebVTT that the hub wrote itself (media/caption.h); at most one
 * row of a video is the default.
 */
#ifndef HUB_CAPTION_H
#define HUB_CAPTION_H

#include "contract.h"

enum { CAPTIONS_MAX = 64 }; /* of one video */

/* A tag of BCP 47 (RFC 5646 2.1: language, script, region, variants; no private use alone) in its
 * usual case (2.1.1). False: it is none, or has over 35 characters. */
bool language_tag(Cx *cx, Str text, Str *tag);

typedef struct CaptionFile {
    Str video;
    Caption caption; /* language, label, kind */
    Str source;      /* upload, original */
    Str blob;
    int64_t size;
} CaptionFile;

/* In an open unit: the row. It replaces those of the same language and kind, keeps their name in
 * addresses and whether they are the default; their blob goes by the queue. E_MEDIA_REFUSED: the
 * video has CAPTIONS_MAX already. */
Err caption_add(Cx *cx, const CaptionFile *file, Str *id);

#endif
