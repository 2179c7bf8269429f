/* video.h - an episode or a clip: its row, its life, who sees it.
 *
 * Invariant: `state` moves only by video_move, along video_state.def. The search index holds
 * exactly the rows of `video`, changed in the same unit.
 */
#ifndef HUB_VIDEO_H
#define HUB_VIDEO_H

#include "contract.h"
#include "sql.h"

typedef enum VideoEvent {
    VIDEO_UPLOADED, /* an original arrived */
    VIDEO_ENCODED,  /* all renditions are ready */
    VIDEO_FAILED,   /* the original was refused */
    VIDEO_KEPT,     /* the same, and an older version plays on */
    VIDEO_PUBLISH,
    VIDEO_SCHEDULE,
    VIDEO_UNPUBLISH,
} VideoEvent;

/* In an open unit. E_NOT_FOUND, or E_CONFLICT when the table has no such move. */
Err video_move(Cx *cx, Str id, VideoEvent event);
bool video_next(VideoState from, VideoEvent event, VideoState *to); /* the table itself */

bool video_sees_drafts(const Cx *cx);
/* E_NOT_FOUND for what the viewer may not see, exactly as for what is not there. */
Err video_visible(Cx *cx, Str id, Video *out);

/* Makes a draft; in an open unit. `given` is valid by the contract. E_INVALID (/show), E_CONFLICT
 * (slug). */
Err video_add(Cx *cx, const VideoNew *given, Video *out);
/* In an open unit: published now, or scheduled when publish_at lies ahead. E_NOT_READY before the
 * first rendition. */
Err video_publish(Cx *cx, Str id);

/* Publishes and unpublishes what is due; units of its own, settled. */
Err video_run_schedule(Cx *cx, int *moved);

/* A slug of `title` that no row of the named kind has; `taken` is a count by slug. In an open unit.
 */
Err slug_make(Cx *cx, Str title, Sql taken, Str *out);

#endif
