/* Which variant of a flag somebody gets: by the rules and by the share. */
#include "common/flag.h"
#include "test.h"

#include <stdlib.h>
#include <string.h>

#define TEXT(lit)                                                                                  \
    {                                                                                              \
        lit, sizeof(lit) - 1                                                                       \
    }

static FlagVariant sizes[] = {
    {TEXT("small"), TEXT("1")}, {TEXT("large"), TEXT("2.5")}, {TEXT("none"), TEXT("0")}};
static const FlagSpec spec = {.key = TEXT("a-size"),
                              .type = FLAG_TYPE_NUMBER,
                              .variants = sizes,
                              .n_variants = COUNT(sizes),
                              .fallback = TEXT("none")};

static FlagRule rule(FlagTier tier, const char *account, int percent, const char *variant)
{
    FlagRule r = {.tier = tier, .percent = percent, .variant = str_of(variant)};
    r.has.tier = tier != 0;
    r.has.percent = percent >= 0;
    r.has.account = account != NULL;
    if (account)
        r.account = str_of(account);
    return r;
}

static bool gives(const FlagRow *row, FlagTier tier, Str account, const char *variant,
                  FlagReason reason)
{
    FlagWho who = {tier, account};
    FlagAnswer a = flag_decide(&spec, row, &who);
    return str_eq(a.variant->name, str_of(variant)) && a.reason == reason;
}

TEST(flag_goes_by_the_first_rule_that_holds)
{
    FlagRule rules[] = {
        rule(0, "alice", -1, "large"),
        rule(FLAG_TIER_PREMIUM, "bob", -1, "large"),
        rule(FLAG_TIER_PREMIUM, NULL, -1, "small"),
        rule(FLAG_TIER_VISITOR, NULL, -1, "small"),
        rule(FLAG_TIER_FAN, NULL, 0, "large"),
        rule(FLAG_TIER_EDITOR, NULL, 100, "large"),
    };
    FlagRow row = {.enabled = true, .rules = {rules, COUNT(rules)}};
    CHECK(gives(&row, FLAG_TIER_FAN, S("alice"), "large", FLAG_REASON_TARGETING_MATCH));
    CHECK(gives(&row, FLAG_TIER_PREMIUM, S("alice"), "large", FLAG_REASON_TARGETING_MATCH));
    CHECK(gives(&row, FLAG_TIER_PREMIUM, S("bob"), "large", FLAG_REASON_TARGETING_MATCH));
    CHECK(gives(&row, FLAG_TIER_FAN, S("bob"), "none", FLAG_REASON_DEFAULT));
    CHECK(gives(&row, FLAG_TIER_PREMIUM, S("carol"), "small", FLAG_REASON_TARGETING_MATCH));
    CHECK(gives(&row, FLAG_TIER_VISITOR, (Str){0}, "small", FLAG_REASON_TARGETING_MATCH));
    CHECK(gives(&row, FLAG_TIER_EDITOR, (Str){0}, "large", FLAG_REASON_SPLIT));
    CHECK(gives(&row, 0, (Str){0}, "none", FLAG_REASON_DEFAULT));
}

TEST(flag_without_rules_or_not_enabled_gives_its_default)
{
    FlagRule rules[] = {rule(FLAG_TIER_FAN, NULL, -1, "large")};
    FlagRow row = {.enabled = false, .variant = S("small"), .rules = {rules, 1}};
    row.has.variant = true;
    CHECK(gives(NULL, FLAG_TIER_FAN, S("a"), "none", FLAG_REASON_STATIC));
    CHECK(gives(&row, FLAG_TIER_FAN, S("a"), "none", FLAG_REASON_DISABLED));
    row.enabled = true;
    CHECK(gives(&row, FLAG_TIER_FAN, S("a"), "large", FLAG_REASON_TARGETING_MATCH));
    CHECK(gives(&row, FLAG_TIER_PREMIUM, S("a"), "small", FLAG_REASON_DEFAULT));
    row.rules.n = 0;
    CHECK(gives(&row, FLAG_TIER_FAN, S("a"), "small", FLAG_REASON_STATIC));
}

TEST(flag_passes_over_variants_the_program_no_longer_has)
{
    FlagRule rules[] = {rule(FLAG_TIER_FAN, NULL, -1, "huge"),
                        rule(FLAG_TIER_FAN, NULL, -1, "small")};
    FlagRow row = {.enabled = true, .variant = S("huge"), .rules = {rules, 2}};
    row.has.variant = true;
    CHECK(gives(&row, FLAG_TIER_FAN, S("a"), "small", FLAG_REASON_TARGETING_MATCH));
    CHECK(gives(&row, FLAG_TIER_PREMIUM, S("a"), "none", FLAG_REASON_DEFAULT));
}

static bool within(int percent, int account)
{
    char id[32];
    snprintf(id, sizeof id, "account-%d", account);
    FlagRule r = rule(0, NULL, percent, "large");
    FlagRow row = {.enabled = true, .rules = {&r, 1}};
    return gives(&row, FLAG_TIER_FAN, str_of(id), "large", FLAG_REASON_SPLIT);
}

TEST(flag_gives_a_share_to_as_many_and_a_greater_one_to_the_same_and_more)
{
    static const int shares[] = {0, 1, 10, 50, 90, 100};
    enum { ACCOUNTS = 20000 };
    int seen[COUNT(shares)] = {0}, lost = 0, moved = 0;
    for (int i = 0; i < ACCOUNTS; i++) {
        bool before = false;
        for (size_t s = 0; s < COUNT(shares); s++) {
            bool now = within(shares[s], i);
            seen[s] += now;
            lost += before && !now;
            moved += now != within(shares[s], i);
            before = now;
        }
    }
    CHECK(lost == 0 && moved == 0);
    for (size_t s = 0; s < COUNT(shares); s++) /* five standard deviations of 20,000 draws: 1.8 % */
        CHECK(abs(seen[s] - ACCOUNTS / 100 * shares[s]) <= ACCOUNTS * 18 / 1000);
    CHECK(seen[0] == 0 && seen[COUNT(shares) - 1] == ACCOUNTS);
}

/* Written down once: a share that moved with a new program would move people. */
enum { PLACE = 69 }; /* hundredths below the account's place, 6,985 */
TEST(flag_puts_an_account_where_it_always_was)
{
    FlagRule below = rule(0, NULL, PLACE, "large"), above = rule(0, NULL, PLACE + 1, "large");
    FlagRow out = {.enabled = true, .rules = {&below, 1}};
    FlagRow in = {.enabled = true, .rules = {&above, 1}};
    CHECK(gives(&out, FLAG_TIER_FAN, S("01h000000000000000000000aa"), "none", FLAG_REASON_DEFAULT));
    CHECK(gives(&in, FLAG_TIER_FAN, S("01h000000000000000000000aa"), "large", FLAG_REASON_SPLIT));
}

TEST(flag_gives_no_share_to_nobody)
{
    FlagRule most = rule(0, NULL, 99, "large"), all = rule(0, NULL, 100, "large");
    FlagRow row = {.enabled = true, .rules = {&most, 1}};
    CHECK(gives(&row, FLAG_TIER_VISITOR, (Str){0}, "none", FLAG_REASON_DEFAULT));
    row.rules.p = &all;
    CHECK(gives(&row, FLAG_TIER_VISITOR, (Str){0}, "large", FLAG_REASON_SPLIT));
}

static bool is_number(Str s)
{
    char text[40], *end = NULL;
    snprintf(text, sizeof text, STR_FMT, STR_ARG(s));
    (void)strtod(text, &end);
    return s.n && end == text + s.n;
}

TEST(flag_table_holds_together)
{
    for (size_t i = 0; i < FLAG_SPEC_COUNT; i++) {
        const FlagSpec *f = &FLAG_SPECS[i];
        CHECK(flag_spec(f->key) == f && flag_variant(f, f->fallback));
        CHECK(f->key.n <= 60 && f->owner.n && f->description.n);
        CHECK(f->expires_at > 1767225600000); /* 2026 */
        CHECK(!i || strcmp(FLAG_SPECS[i - 1].key.p, f->key.p) < 0);
        for (size_t v = 0; v < f->n_variants; v++) {
            Str value = f->variants[v].value;
            bool flag = str_eq(value, S("true")) || str_eq(value, S("false"));
            CHECK(f->type != FLAG_TYPE_BOOLEAN || flag);
            CHECK(f->type != FLAG_TYPE_NUMBER || is_number(value));
        }
    }
    CHECK(!flag_spec(S("no-such")) && flag_tier(S("fan")) == FLAG_TIER_FAN);
    CHECK(flag_tier((Str){0}) == FLAG_TIER_VISITOR);
}
