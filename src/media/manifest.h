/* manifest.h - what the writers of HLS and DASH share: a stranger's text made safe, names, moments.
 *
 * A Buf that was too small is `full`. Pure; any thread.
 */
#ifndef HUB_MEDIA_MANIFEST_H
#define HUB_MEDIA_MANIFEST_H

#include "base/buf.h"
#include "media/presentation.h"

/* Our own words, and numbers. */
void manifest_put(Buf *out, const char *text);
void manifest_int(Buf *out, int64_t i);
void manifest_str(Buf *out, Str text);

/* What people wrote, inside a quoted string of a playlist (RFC 8216 sections 4.1 and 4.2: UTF-8, no
 * control characters, no double quote) and inside XML 1.0, as text or attribute. */
void manifest_quotable(Buf *out, Str text);
void manifest_xml(Buf *out, Str text);

/* What the people who speak it call a language (RFC 5646): "Bahasa Indonesia"; the tag itself when
 * we don't know, empty when there is none. */
Str manifest_language(Str tag);

/* A name of a rendition that is not among `taken` yet (RFC 8216 section 4.3.4.1.1): its label, else
 * its language, else `otherwise`, then with a number. Added to `taken`, which begins empty. */
void manifest_name(Buf *taken, Str label, Str language, Str otherwise, Buf *out);

/* The sound that plays when nobody chose: the one marked, else the first; n_audios: there is none.
 */
size_t manifest_default_audio(const Presentation *p);

/* `units` of `from` a second as units of `to` a second, to the nearest; not below 0. */
int64_t manifest_rescale(int64_t units, int64_t from, int64_t to);

#endif
