/* caption_charset.h - the characters of a caption file, whatever it was saved as.
 *
 * What comes out is UTF-8 (RFC 3629) with lines by LF and no control character; lines stay lines,
 * so their numbers are those an editor's screen shows.
 */
#ifndef HUB_MEDIA_CAPTION_CHARSET_H
#define HUB_MEDIA_CAPTION_CHARSET_H

#include "base/cx.h"

/* What `c` is shown as in a line: itself, a space for any other white space, U+FFFD for what is no
 * character; 0 for what has no place in a text (controls, U+FEFF). */
uint32_t caption_char(uint32_t c);

/* At most 4 bytes; one past the last. */
char *utf8_write(char *to, uint32_t c);

/* Encodings as in caption.h. Bytes that are none of their encoding become U+FFFD.
 * E_MEDIA_REFUSED when too many are NUL for a text. Lives in cx->arena. */
Err caption_decode(Cx *cx, Str file, Str *text);

/* For what nobody reads as captions. */
Err caption_refuse_unknown(Cx *cx);

#endif
