/* language.h - a language as containers name it, ISO 639-2, as RFC 5646 wants it: the shortest
 * code. Pure; any thread.
 */
#ifndef HUB_MEDIA_LANGUAGE_H
#define HUB_MEDIA_LANGUAGE_H

#include "base/str.h"

/* "ind" → "id"; what is known by no shorter name stays; empty: undetermined, or no language. */
Str media_language(Str is);

#endif
