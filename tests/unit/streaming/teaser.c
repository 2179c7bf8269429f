/* Which segments a teaser is: by examples, and what is true of every place there is. */
#include "streaming/teaser.h"
#include "test.h"

typedef struct Case {
    int64_t n;
    double segment_ms;
    int64_t duration_ms, mark_ms, longest_ms, first, count;
} Case;

TEST(teaser_place_by_examples)
{
    static const Case cases[] = {
        {20, 2000, 40000, 0, 30000, 1, 6},      /* a third */
        {20, 2000, 40000, 0, 10000, 1, 5},      /* the setting */
        {20, 2000, 40000, 1999, 10000, 1, 5},   /* in the first segment */
        {20, 2000, 40000, 2000, 10000, 2, 5},   /* at the second */
        {20, 2000, 40000, 39999, 10000, 16, 5}, /* too late for all of it */
        {20, 2000, 40000, 99999999, 10000, 16, 5},
        {3, 2000, 6000, 0, 30000, 1, 1},    /* the shortest video */
        {3, 2002, 6006, 6005, 30000, 3, 1}, /* 29.97 frames a second */
        {3, 2002, 6000, 0, 30000, 1, 1},    /* less than a segment: one */
        {300, 2002, 600600, 20020, 30000, 11, 14},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        const Case *c = &cases[i];
        int64_t first = 0, count = 0;
        teaser_place(c->n, c->segment_ms, c->duration_ms, c->mark_ms, c->longest_ms, &first,
                     &count);
        CHECK(first == c->first && count == c->count);
    }
}

static int64_t below(uint64_t *seed, int64_t end)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (int64_t)((*seed >> 33) % (uint64_t)end);
}

TEST(teaser_place_is_within_the_video_and_short_whatever_the_mark)
{
    static const double segments[] = {2000, 2002, 2000.0 * 48 / 47.952, 1966.6666666666667};
    uint64_t seed = 7;
    for (int i = 0; i < 20000; i++) {
        double each = segments[below(&seed, COUNT(segments))];
        int64_t n = 3 + below(&seed, 10000), first = 0, count = 0;
        int64_t duration = (int64_t)(each * (double)n) - below(&seed, 1900);
        int64_t mark = below(&seed, 2 * duration), longest = 10000 + below(&seed, 50001);
        teaser_place(n, each, duration, mark, longest, &first, &count);
        CHECK(first >= 1 && count >= 1 && first + count - 1 <= n);
        CHECK(count == 1 || ((double)count * each <= (double)longest + 1 &&
                             (double)count * each <= (double)duration / 3 + 1));
        double from = (double)(first - 1) * each;
        CHECK(from <= (double)mark + 1); /* never after the mark, */
        CHECK((double)mark < from + each + 1 ||
              first + count - 1 == n); /* and not a whole one before */
        int64_t fit = (int64_t)((double)(longest < duration / 3 ? longest : duration / 3) / each);
        CHECK(count >= fit || count == n); /* as long as it may be */
    }
}
