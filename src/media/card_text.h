/* card_text.h - a title made to fit a card: its lines, and the size they are set in.
 *
 * Measured with the font's own widths, without kerning or joined letters, which make text narrower
 * if anything. Pure; any thread.
 */
#ifndef HUB_MEDIA_CARD_TEXT_H
#define HUB_MEDIA_CARD_TEXT_H

#include "base/arena.h"
#include "media/font.h"

enum { CARD_LINES = 4 };

typedef struct CardText {
    int32_t size; /* pixels to the em */
    size_t n;     /* lines; 0 when nothing of the title can be shown */
    Str lines[CARD_LINES];
} CardText;

/* The largest of the sizes in which the title fits into `width` pixels and into few lines; in the
 * smallest, what does not fit gives way to an ellipsis. Characters that the font lacks or that have
 * no shape of their own are left out; runs of white space become one blank. */
void card_wrap(Arena *arena, const Font *font, Str title, int32_t width, CardText *out);

#endif
