/* caption.h - captions and subtitles: SubRip or WebVTT in, WebVTT (W3C, 4 April 2019) out.
 *
 * A stranger's text becomes cues, and the cues become a text of our own: nothing of the input is
 * copied that was not understood. Cues are in time order; those that begin together keep the
 * file's order. Comments, styles, regions, ids and X-TIMESTAMP-MAP have no effect, nor have cues
 * in which nothing is shown. What was written and is read again is the same cues. Lives in
 * cx->arena; any thread.
 */
#ifndef HUB_MEDIA_CAPTION_H
#define HUB_MEDIA_CAPTION_H

#include "base/buf.h"
#include "base/cx.h"

enum {
    CAPTION_FILE_MAX = 4 << 20, /* bytes, of the file and of what is written */
    CAPTION_CUES_MAX = 20000,
    CAPTION_TEXT_MAX = 8192 /* bytes of one cue's text */
};

typedef struct Cue {
    int64_t start_ms, end_ms; /* start < end */
    Str settings; /* those of WebVTT that were valid: "line:10% align:start"; or empty */
    Str text;     /* lines by LF, none empty; WebVTT cue text, escaped, with only the tags <b> <i>
                     <u> <v> <lang> <ruby> <rt>, closed; not empty */
} Cue;

typedef struct Captions {
    size_t n; /* at least 1 */
    Cue *cues;
} Captions;

/* `file` is WebVTT when it says so, else SubRip; UTF-8 with or without a BOM, UTF-16 with one, else
 * Windows-1252. E_MEDIA_REFUSED with the line and what is wrong there. */
Err caption_read(Cx *cx, Str file, Captions *out);

/* The whole file, at most CAPTION_FILE_MAX bytes; `shift_ms` is added to every time. What is shown
 * before 0 is cut off there. */
void caption_write(Buf *out, const Captions *captions, int64_t shift_ms);

#endif
