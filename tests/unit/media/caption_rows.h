/* caption_rows.h - caption files as people upload them, each with the WebVTT that must come of it;
 * tests only. */
#ifndef HUB_TEST_CAPTION_ROWS_H
#define HUB_TEST_CAPTION_ROWS_H

#include "base/buf.h"
#include "base/cx.h"

/* A second from 1 s on, in SubRip and in WebVTT, and one from 3 s on. */
#define T12 "00:00:01,000 --> 00:00:02,000\n"
#define V12 "00:00:01.000 --> 00:00:02.000\n"
#define V34 "00:00:03.000 --> 00:00:04.000\n"

typedef struct CaptionRow {
    const char *name;
    Str file;
    const char *cues; /* what is written below the head; or NULL, and */
    const char *said; /* a part of the refusal */
} CaptionRow;

void caption_rows(const CaptionRow *rows, size_t n);
/* What is written and read again is the same. */
bool caption_again(Cx *cx, const Buf *written);

#endif
