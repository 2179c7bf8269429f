/* Scores that need no lowering: what they order, and what takes out what was put in. */
#include "catalog/trend.h"
#include "test.h"

static const int64_t DAY = 86400000, NOW = 1790000000000;

TEST(a_score_halves_each_day)
{
    int64_t two = trend_with(trend_with(0, 1, NOW), 1, NOW), one = trend_with(0, 1, NOW + DAY);
    CHECK(two - one <= 1 && one - two <= 1);
    CHECK(trend_with(0, 1, NOW + DAY + 60000) > two && trend_with(0, 1, NOW + DAY - 60000) < two);
    CHECK(trend_with(0, 4, NOW) - trend_with(0, 1, NOW + 2 * DAY) == 0);
}

TEST(each_event_counts_even_among_a_million)
{
    int64_t score = 0;
    for (int i = 0; i < 1000000; i++) {
        int64_t more = trend_with(score, 1, NOW);
        CHECK(more > score);
        score = more;
    }
    int64_t exact = trend_with(0, 1000000, NOW);
    CHECK(score > exact - (1 << 20) && score <= exact + (1 << 20));
}

TEST(what_is_taken_back_is_as_if_it_had_never_been)
{
    int64_t before = trend_with(trend_with(0, 1, NOW), 3, NOW + DAY / 2);
    int64_t after = trend_without(trend_with(before, 3, NOW + DAY), 3, NOW + DAY);
    CHECK(after >= before - 8 && after <= before + 8);
    CHECK(trend_without(trend_with(0, 3, NOW), 3, NOW) == 0);
    CHECK(trend_without(0, 3, NOW) == 0 && trend_without(trend_with(0, 1, NOW), 3, NOW) == 0);
}

TEST(trending_begins_with_one_playback_two_days_ago)
{
    CHECK(trend_with(0, TREND_PLAY, NOW - 2 * DAY) >= trend_least(NOW));
    CHECK(trend_with(0, TREND_PLAY, NOW - 2 * DAY - 60000) < trend_least(NOW));
    CHECK(trend_with(0, TREND_PLAY, 0) > 0 - DAY);
}
