/* text.h - what the pages say, in each of their languages.
 *
 * Indonesian first, English complete: text.def is one table, so no text lacks a language.
 * Immutable.
 */
#ifndef HUB_TEXT_H
#define HUB_TEXT_H

#include "base/cx.h"

typedef enum Language { INDONESIAN, ENGLISH, LANGUAGES } Language;

typedef enum Text {
#define TEXT(name, id, en) TEXT_##name,
#include "page/text.def"
#undef TEXT
    TEXT_COUNT
} Text;

Str text_in(Language language, Text text);
/* The same with each %s replaced, in order; not escaped, as html_text does that. */
Str text_fill(Cx *cx, Language language, Text text, const Str *values, size_t n);

#endif
