/* A text of another host: when it is fetched, and how long the last one does. */
#include "identity/refreshed.h"
#include "test.h"

#include <stdlib.h>

static int asked;
static bool away;

static Err get(Cx *cx, Str *text)
{
    asked++;
    if (away)
        return fail(cx, E_UNAVAILABLE, "away");
    *text = arena_fmt(cx->arena, "text %d", asked);
    return OK;
}

static bool tells(Refreshed *r, int64_t now, bool newer, const char *wanted)
{
    Cx cx = {.arena = arena_new(), .now = now};
    Str text = {0};
    Err e = refreshed_text(&cx, r, newer, get, &text);
    bool good = wanted ? !e && str_eq(text, str_of(wanted)) : e == E_UNAVAILABLE && !text.p;
    arena_free(cx.arena);
    return good;
}

static const int64_t T = 1700000000000;

TEST(a_text_is_fetched_once_an_hour_and_anew_once_a_minute)
{
    Refreshed r = REFRESHED_INIT;
    asked = 0;
    away = false;
    CHECK(tells(&r, T, false, "text 1") && tells(&r, T + REFRESHED_LIFE_MS - 1, false, "text 1"));
    CHECK(tells(&r, T + REFRESHED_LIFE_MS, false, "text 2"));
    int64_t now = T + REFRESHED_LIFE_MS + 1;
    CHECK(tells(&r, now, true, "text 3")); /* what was due anyway began no minute */
    CHECK(tells(&r, now + REFRESHED_COOL_MS - 1, true, "text 3"));
    CHECK(tells(&r, now + REFRESHED_COOL_MS, true, "text 4") && asked == 4);
    free(r.text);
}

TEST(a_text_outlives_its_host_by_a_day)
{
    Refreshed r = REFRESHED_INIT;
    asked = 0;
    away = false;
    CHECK(tells(&r, T, false, "text 1"));
    away = true;
    CHECK(tells(&r, T + REFRESHED_LIFE_MS, false, "text 1") && asked == 2);
    CHECK(tells(&r, T + REFRESHED_LIFE_MS + 1, false, "text 1") && asked == 2); /* not at once */
    CHECK(tells(&r, T + REFRESHED_STALE_MS - 1, false, "text 1"));
    CHECK(tells(&r, T + REFRESHED_STALE_MS + REFRESHED_COOL_MS, false, NULL));
    away = false;
    CHECK(tells(&r, T + REFRESHED_STALE_MS + 2 * REFRESHED_COOL_MS, false, "text 5"));
    free(r.text);
}

TEST(without_any_text_it_is_tried_again_soon)
{
    Refreshed r = REFRESHED_INIT;
    asked = 0;
    away = true;
    CHECK(tells(&r, T, false, NULL) && tells(&r, T + REFRESHED_FIRST_COOL_MS - 1, false, NULL));
    CHECK(asked == 1);
    away = false;
    CHECK(tells(&r, T + REFRESHED_FIRST_COOL_MS, false, "text 2"));
    CHECK(tells(&r, T - 1, false, "text 3")); /* a clock that was set back makes it no younger */
    free(r.text);
}
