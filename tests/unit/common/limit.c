/* The limiter by its own clock: exact counts, whatever the real time. */
#include "common/limit.h"
#include "test.h"

#include <stdio.h>

static int taken(Limiter *l, size_t class_, Str subject, int64_t now, int n)
{
    int given = 0;
    int64_t left = 0, wait = 0;
    for (int i = 0; i < n; i++)
        given += limiter_take(l, class_, subject, now, &left, &wait);
    return given;
}

TEST(a_bucket_holds_one_seconds_worth_and_fills_steadily)
{
    const int64_t rates[] = {20, 100, 1};
    Limiter *l = limiter_new(rates, 3);
    CHECK(taken(l, 0, S("a"), 1000, 50) == 20);
    CHECK(taken(l, 0, S("a"), 1000, 5) == 0);
    CHECK(taken(l, 0, S("a"), 1049, 5) == 0); /* 50 ms make one of twenty a second */
    CHECK(taken(l, 0, S("a"), 1050, 5) == 1);
    CHECK(taken(l, 0, S("a"), 1550, 50) == 10);
    CHECK(taken(l, 0, S("a"), 90000, 50) == 20); /* never more than full */
    CHECK(taken(l, 1, S("a"), 90000, 500) == 100);
    CHECK(taken(l, 2, S("a"), 90000, 50) == 5); /* slow rates begin with five */
    CHECK(taken(l, 2, S("a"), 91000, 50) == 1);
    limiter_free(l);
}

TEST(subjects_and_classes_have_their_own)
{
    const int64_t rates[] = {10, 10};
    Limiter *l = limiter_new(rates, 2);
    CHECK(taken(l, 0, S("a"), 1000, 50) == 10);
    CHECK(taken(l, 0, S("b"), 1000, 50) == 10);
    CHECK(taken(l, 1, S("a"), 1000, 50) == 10);
    CHECK(taken(l, 0, S("a"), 1000, 50) == 0);
    limiter_free(l);
}

TEST(what_is_left_and_how_long_to_wait_are_true)
{
    const int64_t rates[] = {10};
    Limiter *l = limiter_new(rates, 1);
    int64_t left = -1, wait = -1;
    for (int64_t i = 9; i >= 0; i--) {
        CHECK(limiter_take(l, 0, S("a"), 1000, &left, &wait));
        CHECK(left == i && wait == 0);
    }
    CHECK(!limiter_take(l, 0, S("a"), 1000, &left, &wait));
    CHECK(left == 0 && wait == 100);
    CHECK(!limiter_take(l, 0, S("a"), 1000 + wait - 1, &left, &wait));
    CHECK(limiter_take(l, 0, S("a"), 1100, &left, &wait));
    limiter_free(l);
}

TEST(a_clock_that_stands_or_goes_back_gives_nothing)
{
    const int64_t rates[] = {10};
    Limiter *l = limiter_new(rates, 1);
    CHECK(taken(l, 0, S("a"), 100000, 50) == 10);
    CHECK(taken(l, 0, S("a"), 50000, 50) == 0);
    CHECK(taken(l, 0, S("a"), 50100, 50) <= 1);
    limiter_free(l);
}

/* More subjects than slots: old ones are forgotten, which forgives, but whoever keeps asking is
 * not. */
TEST(many_subjects_do_not_free_one_that_keeps_asking)
{
    const int64_t rates[] = {5};
    Limiter *l = limiter_new(rates, 1);
    int given = 0;
    char name[16];
    for (int i = 0; i < 30000; i++) {
        int n = snprintf(name, sizeof name, "other-%d", i);
        taken(l, 0, (Str){name, (size_t)n}, 1000 + i / 1000, 1);
        given += taken(l, 0, S("busy"), 1000 + i / 1000, 1);
    }
    CHECK(given >= 5 && given <= 30);
    limiter_free(l);
}
