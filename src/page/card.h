/* card.h - a video as a card in a list, and the facts about a video that several pages show. */
#ifndef HUB_CARD_H
#define HUB_CARD_H

#include "contract.h"
#include "page/layout.h"

/* One <li>; position_ms above 0: how far one is in it. */
void card_put(Page *p, const Video *video, int64_t position_ms);
void card_list(Page *p, const VideoList *videos);
/* With the words that were searched for marked; marks: NULL, or of these videos. */
void card_list_marked(Page *p, const VideoList *videos, const HighlightList *marks);
/* A link to the next page: `path`?`query`cursor=…; query is encoded and ends in '&' or is empty. */
void card_more(Page *p, const char *path, Str query, Str cursor, Text label);

Text video_kind_text(VideoKind kind);
Str video_rating(const Page *p, ContentRating rating); /* Semua umur, 13+ */
Str video_place(const Page *p,
                const Video *video); /* Musim 2, episode 5; empty when there is none */
void put_moment(Page *p, int64_t ms, bool with_time); /* <time> by the hub's clock; with the time,
                                                         clock.js may say it by the reader's */
void put_duration(Page *p, int64_t ms);               /* <time datetime="PT…">4:05 */

#endif
