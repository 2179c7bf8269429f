/* comment_text.h - what people write under a video: cleaned once, when it comes, and taken apart
 * whenever it is told.
 *
 * Cleaned text is UTF-8 of 1 to 2,000 characters that can be seen: no control character but the
 * line end, two of those at most in a row, nothing that reorders what stands around it (UAX 9
 * overrides and isolates) or hides in it, no towers of combining marks. Pure, but for the arena.
 */
#ifndef HUB_COMMENT_TEXT_H
#define HUB_COMMENT_TEXT_H

#include "base/cx.h"

enum { COMMENT_CHARACTERS = 2000, COMMENT_BYTES = 4 * COMMENT_CHARACTERS };

/* E_INVALID, at `pointer` of the body: not UTF-8, a control character, nothing to see, too long. */
Err comment_clean(Cx *cx, const char *pointer, Str typed, Str *out);

/* It holds the address of a page, or what looks like one. */
bool comment_links(Str text);

typedef struct CommentPiece {
    enum { PIECE_TEXT, PIECE_MENTION, PIECE_TIME } is;
    Str text;            /* of the comment, as it stands there */
    Str name;            /* of a mention: without the @; as typed, perhaps nobody's */
    int64_t position_ms; /* of a time */
} CommentPiece;

typedef struct CommentScan {
    Str text;
    int64_t duration_ms; /* of the video; times at or beyond it are plain text */
    size_t at;           /* 0 to begin with */
} CommentScan;

/* The next piece; false at the end. Together they are the text. */
bool comment_piece(CommentScan *scan, CommentPiece *out);

#endif
