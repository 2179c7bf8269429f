/* talk.h - what people say of a video, as the page of the video shows it: likes, comments, and the
 * forms to take part, all of which work without a script.
 *
 * One thread is shown by itself, so that the list costs the same however many replies there are.
 */
#ifndef HUB_TALK_H
#define HUB_TALK_H

#include "contract.h"
#include "page/layout.h"

typedef struct Talk {
    Str video, slug;
    Likes likes;
    CommentPage page; /* the newest, or the replies to `root` */
    Comment root;     /* of the thread that is shown */
    bool thread;      /* one is shown */
} Talk;

/* By the request's `thread` and `comments` (a cursor); what is none of ours is ignored. */
Err talk_gather(Cx *cx, const Req *req, const Video *video, Talk *out);
void talk_write(Page *p, const Talk *talk);

Text talk_reason(ReportReason reason);

#endif
