/* The life of a video: what the table must say of every state and every event. */
#include "catalog/video.h"
#include "test.h"

#include <string.h>

static bool moves(VideoState from, VideoEvent event, VideoState to)
{
    VideoState got = 0;
    return video_next(from, event, &got) && got == to;
}

static bool stays_out(VideoState from, VideoEvent event)
{
    VideoState got = 0;
    return !video_next(from, event, &got) && got == 0;
}

TEST(every_state_but_taken_down_can_be_reached_from_a_draft)
{
    bool reached[VIDEO_STATE_TAKEN_DOWN + 1] = {[VIDEO_STATE_DRAFT] = true};
    for (int round = 0; round <= (int)VIDEO_STATE_TAKEN_DOWN; round++)
        for (VideoState from = VIDEO_STATE_DRAFT; from <= VIDEO_STATE_TAKEN_DOWN; from++)
            for (VideoEvent event = 0; event <= VIDEO_UNPUBLISH && reached[from]; event++) {
                VideoState to = 0;
                if (video_next(from, event, &to))
                    reached[to] = true;
            }
    for (VideoState s = VIDEO_STATE_DRAFT; s <= VIDEO_STATE_TAKEN_DOWN; s++)
        CHECK(reached[s] == (s != VIDEO_STATE_TAKEN_DOWN));
}

TEST(what_was_taken_down_moves_no_more)
{
    for (VideoEvent event = 0; event <= VIDEO_UNPUBLISH; event++)
        CHECK(stays_out(VIDEO_STATE_TAKEN_DOWN, event));
}

TEST(only_publish_publishes_and_a_draft_never_is)
{
    for (VideoState from = VIDEO_STATE_DRAFT; from <= VIDEO_STATE_TAKEN_DOWN; from++)
        for (VideoEvent event = 0; event <= VIDEO_UNPUBLISH; event++) {
            VideoState to = 0;
            if (video_next(from, event, &to) && to == VIDEO_STATE_PUBLISHED &&
                from != VIDEO_STATE_PUBLISHED)
                CHECK(event == VIDEO_PUBLISH);
        }
    CHECK(stays_out(VIDEO_STATE_DRAFT, VIDEO_PUBLISH) &&
          stays_out(VIDEO_STATE_DRAFT, VIDEO_SCHEDULE));
}

TEST(a_new_original_or_its_failure_hides_nothing)
{
    static const VideoState shown[] = {VIDEO_STATE_PUBLISHED, VIDEO_STATE_SCHEDULED,
                                       VIDEO_STATE_UNPUBLISHED};
    static const VideoEvent work[] = {VIDEO_UPLOADED, VIDEO_ENCODED, VIDEO_FAILED, VIDEO_KEPT};
    for (size_t s = 0; s < COUNT(shown); s++)
        for (size_t e = 0; e < COUNT(work); e++)
            CHECK(moves(shown[s], work[e], shown[s]));
}

TEST(unpublish_hides_whatever_is_or_would_be_seen)
{
    CHECK(moves(VIDEO_STATE_PUBLISHED, VIDEO_UNPUBLISH, VIDEO_STATE_UNPUBLISHED));
    CHECK(moves(VIDEO_STATE_SCHEDULED, VIDEO_UNPUBLISH, VIDEO_STATE_UNPUBLISHED));
    CHECK(stays_out(VIDEO_STATE_DRAFT, VIDEO_UNPUBLISH) &&
          stays_out(VIDEO_STATE_PROCESSING, VIDEO_UNPUBLISH));
}

TEST(a_failed_original_leads_back_to_where_another_may_come)
{
    CHECK(moves(VIDEO_STATE_PROCESSING, VIDEO_FAILED, VIDEO_STATE_DRAFT));
    for (VideoState from = VIDEO_STATE_DRAFT; from <= VIDEO_STATE_TAKEN_DOWN; from++)
        if (from != VIDEO_STATE_TAKEN_DOWN)
            CHECK(!stays_out(from, VIDEO_UPLOADED));
}

/* The order of the rows must not matter: a state and an event stand once. */
TEST(no_row_stands_twice)
{
    static const struct {
        VideoState from;
        VideoEvent event;
    } rows[] = {
#define MOVE(from, event, to) {VIDEO_STATE_##from, VIDEO_##event},
#include "catalog/video_state.def"
#undef MOVE
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        for (size_t k = 0; k < i; k++)
            CHECK(rows[i].from != rows[k].from || rows[i].event != rows[k].event);
}
