/* news.h - what happened that people are to be told of: a new video of a show, a reply.
 *
 * Written in the unit of what happened, so that both are there or neither is; community/inbox.h
 * tells it, by steps, later. Each video and each reply is news once, whatever becomes of it.
 */
#ifndef HUB_NEWS_H
#define HUB_NEWS_H

#include "base/cx.h"

/* In an open unit: the video may have come before all eyes. Nothing, if it is in no show, not
 * listed, or was published long ago. */
Err news_video(Cx *cx, Str video);
/* In an open unit: the reply is shown. */
Err news_reply(Cx *cx, Str reply);

#endif
