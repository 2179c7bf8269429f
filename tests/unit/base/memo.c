#include "base/memo.h"

#include "test.h"

#include <stdio.h>

static int dropped;

static void count_drop(void *value)
{
    dropped += *(int *)value;
}

TEST(memo_gives_a_value_only_under_the_version_it_was_made_for)
{
    Memo *m = memo_new();
    dropped = 0;
    *(int *)memo_put(m, S("a"), 7, sizeof(int), count_drop) = 1;
    CHECK(memo_get(m, S("a"), 7) && *(int *)memo_get(m, S("a"), 7) == 1);
    CHECK(!memo_get(m, S("b"), 7) && dropped == 0);
    CHECK(!memo_get(m, S("a"), 8) && dropped == 1);
    CHECK(!memo_get(m, S("a"), 7) && !memo_used(m));
    memo_free(m);
}

TEST(memo_lets_everything_of_another_version_go_at_a_sweep_and_at_its_end)
{
    Memo *m = memo_new();
    dropped = 0;
    for (int i = 0; i < 1000; i++) {
        char key[16];
        int n = snprintf(key, sizeof key, "key %d", i);
        *(int *)memo_put(m, (Str){key, (size_t)n}, i < 500 ? 1 : 2, sizeof(int), count_drop) = 1;
    }
    int kept = 1000 - dropped;
    CHECK(kept > 0 && kept <= 64);
    memo_sweep(m, 2);
    CHECK(dropped <= 1000 && memo_used(m));
    memo_sweep(m, 3);
    CHECK(dropped == 1000 && !memo_used(m));
    memo_free(m);
}
