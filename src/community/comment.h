/* comment.h - what somebody said of a video, or replied to such a comment: its life, and who sees
 * it.
 *
 * Invariant: `state` moves only by comment_move, along comment_state.def, which also counts:
 * tally.comments is the number of a video's comments that are shown, replies that of a comment's.
 * Who wrote a comment sees it while it waits; moderators see all; others what is shown. Replies
 * have no replies of their own. What was deleted leaves no text behind.
 */
#ifndef HUB_COMMENT_H
#define HUB_COMMENT_H

#include "contract.h"

typedef enum CommentEvent {
    COMMENT_APPROVE,
    COMMENT_REJECT,
    COMMENT_HOLD, /* by what its author made of it */
    COMMENT_HIDE, /* by reports */
    COMMENT_DELETE,
} CommentEvent;

bool comment_next(CommentState from, CommentEvent event, CommentState *to); /* the table itself */
/* In an open unit. E_CONFLICT when the table has no such move. `why` of what then waits; else 0. */
Err comment_move(Cx *cx, const CommentRow *row, CommentEvent event, HeldFor why);
/* In an open unit: one that is shown came. */
Err comment_count(Cx *cx, const CommentRow *row);

bool comment_moderates(const Cx *cx);
/* The video, as the viewer may see it; E_NOT_FOUND. */
Err comment_place(Cx *cx, Str video, CommentPlace *out);
/* The viewer may read comments here at all. */
bool comment_readable(const Cx *cx, const CommentPlace *place);
/* E_NOT_FOUND for what the viewer may not see, exactly as for what is not there. */
Err comment_visible(Cx *cx, Str id, CommentRow *out, CommentPlace *place);
/* As the viewer hears of it. */
Comment comment_told(Cx *cx, const CommentRow *row, const CommentPlace *place);

#endif
