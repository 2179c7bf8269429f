/* inbox.h - what people were told of, and the telling of it, by steps.
 *
 * News (common/news.h) become a row for each who follows the show, or whom the reply speaks to, and
 * a push message for each of their browsers. Invariant: how far a telling has come is kept in the
 * unit of what it told, so that a process that dies loses none and tells none twice. What went
 * meanwhile, a video or a reply, is there and not shown: it may come back.
 */
#ifndef HUB_INBOX_H
#define HUB_INBOX_H

#include "contract.h"

/* A bounded step of what waits to be told, in a unit of its own, settled. E_NOT_FOUND: nothing
 * waits. E_CONFLICT: another process tells it. */
Err inbox_tell(Cx *cx);
/* Of the viewer, what is not read and still to be seen, 100 at most; a read. */
Err inbox_unread(Cx *cx, int64_t *n);
/* What was told long ago, and who follows a show that went; some at a time, settled. */
Err inbox_sweep(Cx *cx);
/* One of the news, as whoever is told of it hears it; a read. E_NOT_FOUND: it is not to be seen. */
Err inbox_news(Cx *cx, Str news, Notification *out);
/* Addresses made absolute; what was read is what the page is about. */
void inbox_address(Cx *cx, Notification *items, size_t n);

#endif
