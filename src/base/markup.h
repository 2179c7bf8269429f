/* markup.h - text that people wrote, on its way into XML and HTML: escaped, mended, without what
 * cannot be seen.
 *
 * XML 1.0 sections 2.2 and 2.4, WHATWG HTML 13.1.4. Pure; any thread.
 */
#ifndef HUB_MARKUP_H
#define HUB_MARKUP_H

#include "base/buf.h"

/* What must be written for a character that means something in text or in an attribute of either
 * quote; NULL: itself. */
const char *markup_entity(char c);

/* Without control characters (C0, DEL, C1) and U+FFFE, U+FFFF; bytes that are not UTF-8 become
 * U+FFFD. Of what is ASCII, `instead` has the first word: what stands for it, or NULL. */
void markup_put(Buf *out, Str text, const char *(*instead)(char c));

#endif
