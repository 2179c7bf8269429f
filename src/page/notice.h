/* notice.h - one thing that somebody is told of, in words: on the page of all of them, and in the
 * push message of it. */
#ifndef HUB_NOTICE_H
#define HUB_NOTICE_H

#include "contract.h"
#include "page/text.h"

/* One sentence; not escaped. */
Str notice_words(Cx *cx, Language language, const Notification *about);
/* JSON for push.js: title, body, tag and url. */
Str notice_message(Cx *cx, Language language, const Notification *about);

#endif
