/* Flags on a migrated database: asking, setting, and what a loop keeps of them. */
#include "base/memo.h"
#include "common/app.h"
#include "common/audit.h"
#include "common/flag_rules.h"
#include "store.h"
#include "test.h"

#include <stdlib.h>
#include <string.h>

typedef struct World {
    Cx cx;
    App app;
    Store store;
} World;

static World *world_open(void)
{
    Arena *a = arena_new();
    World *w = arena_take(a, sizeof *w);
    w->cx = (Cx){.arena = a, .app = &w->app, .now = 1700000000000};
    store_open(&w->store, &w->cx, "flags");
    return w;
}

static void world_close(World *w)
{
    store_close(&w->store, &w->cx);
    arena_free(w->cx.arena);
}

static Err set_default(World *w, const char *variant, int64_t version, Flag *out)
{
    FlagChange c = {.enabled = true, .default_variant = str_of(variant)};
    c.has.default_variant = true;
    Err e = flag_set(&w->cx, S("rapidshare-mode"), &c, version, out);
    CHECK(db_settle(&w->cx) == OK);
    return e;
}

TEST(flag_bool_tells_what_was_set_for_the_viewer_and_for_others)
{
    World *w = world_open();
    FlagRule rule = {.tier = FLAG_TIER_PREMIUM, .variant = S("on"), .has = {.tier = true}};
    FlagChange c = {.enabled = true, .rules = {&rule, 1}};
    FlagWho premium = {.tier = FLAG_TIER_PREMIUM};
    Flag flag = {0};
    bool on = true;
    CHECK(flag_bool(&w->cx, "rapidshare-mode", &on) == OK && !on);
    CHECK(flag_set(&w->cx, S("rapidshare-mode"), &c, -1, &flag) == OK);
    CHECK(db_settle(&w->cx) == OK && flag.version == 1 && flag.rules.n == 1);
    CHECK(flag_bool(&w->cx, "rapidshare-mode", &on) == OK && !on);
    CHECK(flag_bool_for(&w->cx, "rapidshare-mode", &premium, &on) == OK && on);
    w->cx.viewer = (Viewer){.id = S("a"), .role = S("premium")};
    on = false;
    CHECK(flag_bool(&w->cx, "rapidshare-mode", &on) == OK && on);
    CHECK(flag_bool(&w->cx, "no-such", &on) == E_INTERNAL && on);
    world_close(w);
}

TEST(flag_set_keeps_the_version_it_was_given_and_is_audited)
{
    World *w = world_open();
    Flag flag = {0};
    CHECK(set_default(w, "on", 1, &flag) == E_CHANGED && !flag.version);
    CHECK(set_default(w, "on", 0, &flag) == OK && flag.version == 1);
    CHECK(set_default(w, "off", 0, &flag) == E_CHANGED && flag.version == 1);
    CHECK(set_default(w, "off", 1, &flag) == OK && flag.version == 2);
    CHECK(set_default(w, "maybe", -1, &flag) == E_INVALID && flag.version == 2);
    CHECK(str_eq(flag.updated_by, S("command line")) && flag.updated_at == w->cx.now);
    CHECK(audit_check(&w->cx) == OK);
    world_close(w);
}

TEST(flag_is_kept_while_the_data_version_stays_and_no_longer)
{
    World *w = world_open();
    Flag flag = {0};
    bool on = true;
    w->cx.memo = memo_new();
    CHECK(flag_bool(&w->cx, "rapidshare-mode", &on) == OK && !on);
    uint32_t version = db_version(w->cx.conn);
    const void *kept = memo_get(w->cx.memo, S("flags"), version);
    CHECK(kept && flag_bool(&w->cx, "rapidshare-mode", &on) == OK);
    CHECK(memo_get(w->cx.memo, S("flags"), version) == kept);
    CHECK(set_default(w, "on", -1, &flag) == OK);
    CHECK(flag_bool(&w->cx, "rapidshare-mode", &on) == OK && on);
    CHECK(!memo_get(w->cx.memo, S("flags"), version));
    memo_free(w->cx.memo);
    world_close(w);
}

TEST(flag_of_another_program_is_a_stray)
{
    World *w = world_open();
    size_t n = 1;
    Tx tx CLEANUP(tx_end) = {0};
    CHECK(flag_strays(&w->cx, &n) == OK && n == 0);
    CHECK(tx_begin(&w->cx, &tx) == OK);
    CHECK(db_run(&w->cx, SQL_FLAG_SET,
                 ARGS(V(S("gone")), V(1), val_null(), V(S("[]")), V(S("x")), V(0), V(0)),
                 NULL) == OK);
    CHECK(tx_commit(&tx) == OK && db_settle(&w->cx) == OK);
    CHECK(flag_strays(&w->cx, &n) == OK && n == 1);
    world_close(w);
}

TEST(flag_past_its_date_is_told_and_works_on)
{
    World *w = world_open();
    Flag flag = {0};
    bool on = false;
    CHECK(set_default(w, "on", -1, &flag) == OK && !flag.expired);
    w->cx.now = flag.expires_at;
    CHECK(flag_get(&w->cx, S("rapidshare-mode"), &flag) == OK && flag.expired);
    CHECK(flag_bool(&w->cx, "rapidshare-mode", &on) == OK && on);
    w->cx.now--;
    CHECK(flag_get(&w->cx, S("rapidshare-mode"), &flag) == OK && !flag.expired);
    world_close(w);
}
