/* caption.h - captions and subtitles: SubRip or WebVTT in, WebVTT (W3C, 4 April 2019) out.
 *
 * A stranger's text becomes cues, and the cues become a text of our own: nothing of the input is
 * copied that was not understood. Cues are in time order. Lives in cx->arena; any thread.
 */
#ifndef HUB_MEDIA_CAPTION_H
#define HUB_MEDIA_CAPTION_H

#include "base/buf.h"
#include "base/cx.h"

enum { CAPTION_FILE_MAX = 4 << 20, CAPTION_CUES_MAX = 20000 };

typedef struct Cue {
    int64_t start_ms, end_ms; /* start < end */
    Str settings; /* those of WebVTT that were valid: "line:10% align:start"; or empty */
    Str text; /* lines by LF; WebVTT cue text with only <b> <i> <u> <v> <lang> <ruby> <rt>, closed
               */
} Cue;

typedef struct Captions {
    size_t n;
    Cue *cues;
} Captions;

/* `file` is WebVTT when it says so, else SubRip; UTF-8 with or without a BOM, UTF-16 with one, else
 * Windows-1252. E_MEDIA_REFUSED with the line and what is wrong there. */
Err caption_read(Cx *cx, Str file, Captions *out);

/* The whole file; `shift_ms` is added to every time. */
void caption_write(Buf *out, const Captions *captions, int64_t shift_ms);

#endif
