/* font.h - how wide text is in a TrueType or OpenType font, and which characters the font has.
 *
 * Reads the tables head, hhea, hmtx and cmap (formats 4 and 12, Unicode) of ISO/IEC 14496-22, and
 * believes none of their offsets. The first font of a collection. Borrows the file's bytes; pure,
 * any thread.
 */
#ifndef HUB_MEDIA_FONT_H
#define HUB_MEDIA_FONT_H

#include "base/str.h"

typedef struct Font {
    Str file, hmtx, cmap; /* cmap: the subtable that is used */
    uint32_t units, advances;
    uint32_t format; /* of cmap: 4 or 12 */
} Font;

/* False when it is no font that can be used here. */
bool font_open(Str file, Font *out);

/* The glyph of a character (a Unicode scalar value); 0: the font has none. */
uint32_t font_glyph(const Font *font, uint32_t character);

/* How far the pen moves, in ems. */
double font_advance(const Font *font, uint32_t glyph);

#endif
