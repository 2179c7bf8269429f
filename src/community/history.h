/* history.h - what an account watched and where it is in each video; only as long as it wants that
 * kept. A video watched to 95 % of its length begins anew. */
#ifndef HUB_HISTORY_H
#define HUB_HISTORY_H

#include "base/cx.h"

/* A playback is at a position now. Teasers, nobody's playbacks and accounts that keep no history:
 * nothing. In an open unit. */
Err history_note(Cx *cx, Str playback, int64_t position_ms);
/* Where the viewer goes on, 0: at the start. duration_ms 0: not known. A read. */
Err history_resume(Cx *cx, Str video, int64_t duration_ms, int64_t *position_ms);
/* Playbacks of a day ago of those who want no history (of all, with --profiles off) are nobody's
 * any more: until then they may go on and prove a teaser. Settled. */
Err history_untie(Cx *cx);
/* What is older than --history-keep. Settled. */
Err history_sweep(Cx *cx);

#endif
