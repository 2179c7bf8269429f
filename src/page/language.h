/* language.h - which language a visitor reads: ?lang=, else the cookie hub-lang, else
 * Accept-Language (RFC 9110 12.5.4), else what the hub is set to.
 */
#ifndef HUB_LANGUAGE_H
#define HUB_LANGUAGE_H

#include "http/res.h"
#include "page/text.h"

Str language_code(Language language);              /* id, en: for <html lang> and ?lang= */
bool language_read(Str code, Language *out);       /* exactly a code of ours */
bool language_accepted(Str header, Language *out); /* the best one of ours in Accept-Language */

/* Asked for by ?lang=, it is kept in the cookie for a year. */
Language language_choose(Cx *cx, const Req *req, Res *res);

/* How people call the language of a video, "Indonesian" for id; the code itself when it is not
 * known. */
Str language_name(Language reader, Str code);

#endif
