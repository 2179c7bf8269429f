/* trend.h - how much a video is played, liked and passed on just now.
 *
 * Each event weighs half of what it did a day before. Instead of lowering all scores as time
 * passes, a later event weighs more: its weight grows as 2^(time / a day), and of the sum of these
 * the logarithm is kept (forward decay), in parts of 2^-30 of a day. So a score never changes but
 * by an event, and the order of scores is the order of what they are worth at any moment.
 */
#ifndef HUB_TREND_H
#define HUB_TREND_H

#include "base/cx.h"

enum { TREND_LIKE = 3, TREND_SHARE = 2, TREND_PLAY = 1 };

/* In an open unit: something of this weight happens to the video now; a like of then is no more. */
Err trend_add(Cx *cx, Str video, int weight);
Err trend_take(Cx *cx, Str video, int weight, int64_t then);
/* The same for a playback that begins, once a day for each person. Before its row is there. */
Err trend_play(Cx *cx, Str video, Str visitor);
/* Where trending begins: one playback two days ago. */
int64_t trend_least(int64_t now);

/* Pure; a score of 0: nothing yet. */
int64_t trend_with(int64_t score, int weight, int64_t at);
int64_t trend_without(int64_t score, int weight, int64_t at);

#endif
