/* hub flag: what operators set of the flags, from the command line. */
#include "base/time.h"
#include "common/flag_rules.h"
#include "identity/account.h"
#include "role/command.h"
#include "role/open.h"

#include <stdio.h>
#include <string.h>

static const char usage[] = "usage: hub flag list | get KEY [--tier T] [--account NAME] | set KEY "
                            "VALUE [--tier T] [--account NAME] [--percent N] | reset KEY";

typedef struct Ask {
    Str verb, key, value;
    Str tier, account, percent; /* as given; p == NULL: not */
    FlagRule rule;              /* what they mean */
} Ask;

static Err list(Cx *cx)
{
    Flags all = {0};
    TRY(flag_list(cx, &all));
    printf("%-24s %-8s %-10s %-8s %5s  %-12s %s\n", "# key", "type", "default", "enabled", "rules",
           "owner", "until");
    for (size_t i = 0; i < all.items.n; i++) {
        const Flag *f = &all.items.p[i];
        char until[TIME_TEXT];
        time_write(until, f->expires_at);
        printf("%-24.*s %-8.*s %-10.*s %-8s %5zu  %-12.*s %.10s%s\n", STR_ARG(f->key),
               STR_ARG(enum_str(&FLAG_TYPE, (int)f->type)), STR_ARG(f->default_variant),
               f->enabled ? "yes" : "no", f->rules.n, STR_ARG(f->owner), until,
               f->expired ? " (over)" : "");
    }
    return OK;
}

/* The value alone on standard output, for scripts. */
static Err get(Cx *cx, const Ask *ask)
{
    const FlagSpec *spec = flag_spec(ask->key);
    FlagWho who = {.tier = ask->rule.tier, .account = ask->rule.account};
    FlagAnswer found = {0};
    if (!spec)
        return fail(cx, E_NOT_FOUND, "there is no flag " STR_FMT, STR_ARG(ask->key));
    TRY(flag_answer(cx, spec, &who, &found));
    Str reason = enum_str(&FLAG_REASON, (int)found.reason);
    printf("%.*s\n", STR_ARG(found.variant->value));
    fprintf(stderr, "%.*s: %.*s\n", STR_ARG(found.variant->name), STR_ARG(reason));
    return OK;
}

/* By the name of the variant or by its value. */
static Err variant_of(Cx *cx, const FlagSpec *spec, Str value, Str *out)
{
    const FlagVariant *v = flag_variant(spec, value);
    for (size_t i = 0; !v && i < spec->n_variants; i++)
        v = str_eq(spec->variants[i].value, value) ? &spec->variants[i] : NULL;
    if (!v)
        return fail(cx, E_INVALID, "the flag has no value " STR_FMT, STR_ARG(value));
    *out = v->name;
    return OK;
}

static bool same_who(const FlagRule *a, const FlagRule *b)
{
    return a->has.tier == b->has.tier && a->tier == b->tier && a->has.account == b->has.account &&
           str_eq(a->account, b->account) && a->has.percent == b->has.percent;
}

/* An account before a tier, a tier before a share of everybody. */
static int weight(const FlagRule *r)
{
    return (r->has.account ? 4 : 0) + (r->has.tier ? 2 : 0) + (r->has.percent ? 1 : 0);
}

/* In place of the rule for the same, or before the first that is less particular. */
static FlagRuleList with_rule(Cx *cx, const FlagRuleList *was, const FlagRule *rule)
{
    FlagRuleList now = {arena_array(cx->arena, FlagRule, was->n + 1), 0};
    bool placed = false;
    for (size_t i = 0; i < was->n; i++)
        placed = placed || same_who(&was->p[i], rule);
    bool replace = placed;
    for (size_t i = 0; i < was->n; i++) {
        const FlagRule *old = &was->p[i];
        if (!placed && weight(old) < weight(rule)) {
            now.p[now.n++] = *rule;
            placed = true;
        }
        now.p[now.n++] = replace && same_who(old, rule) ? *rule : *old;
    }
    if (!placed)
        now.p[now.n++] = *rule;
    return now;
}

/* Read and written again by its version: another operator may be at it. */
static Err set(Cx *cx, Ask *ask)
{
    const FlagSpec *spec = flag_spec(ask->key);
    Flag was = {0}, now = {0};
    TRY(flag_get(cx, ask->key, &was));
    TRY(variant_of(cx, spec, ask->value, &ask->rule.variant));
    FlagChange change = {
        .enabled = true, .default_variant = was.default_variant, .rules = was.rules};
    change.has.default_variant = true;
    if (weight(&ask->rule))
        change.rules = with_rule(cx, &was.rules, &ask->rule);
    else
        change.default_variant = ask->rule.variant;
    TRY(flag_set(cx, ask->key, &change, was.version, &now));
    TRY(db_settle(cx));
    printf("%.*s: %zu rules, else %.*s.\n", STR_ARG(now.key), now.rules.n,
           STR_ARG(now.default_variant));
    return OK;
}

static Err reset(Cx *cx, const Ask *ask)
{
    FlagChange change = {.enabled = true};
    Flag now = {0};
    TRY(flag_set(cx, ask->key, &change, -1, &now));
    TRY(db_settle(cx));
    printf("%.*s: no rules, %.*s for everybody.\n", STR_ARG(now.key), STR_ARG(now.default_variant));
    return OK;
}

static Err read_percent(Cx *cx, Ask *ask)
{
    int64_t n = 0;
    for (size_t i = 0; i < ask->percent.n; i++)
        n = ask->percent.p[i] >= '0' && ask->percent.p[i] <= '9' && n <= 100
                ? n * 10 + (ask->percent.p[i] - '0')
                : 1000;
    if (!ask->percent.n || n > 100)
        return fail(cx, E_INVALID, "--percent is a number from 0 to 100");
    ask->rule.percent = n;
    ask->rule.has.percent = true;
    return OK;
}

static Err read_who(Cx *cx, Ask *ask)
{
    FlagRule *rule = &ask->rule;
    rule->tier = ask->tier.n ? (FlagTier)enum_of(&FLAG_TIER, ask->tier) : 0;
    rule->has.tier = rule->tier != 0;
    if (ask->tier.p && !rule->tier)
        return fail(cx, E_INVALID,
                    "--tier is visitor, fan, premium, sponsor, editor, moderator or admin");
    return ask->percent.p ? read_percent(cx, ask) : OK;
}

/* `get` for an account is for its tier, too, unless another is asked for. */
static Err read_account(Cx *cx, Ask *ask)
{
    AccountRow row = {0};
    if (!ask->account.p)
        return OK;
    TRY(account_by_name(cx, ask->account, &row));
    ask->rule.account = row.id;
    ask->rule.has.account = true;
    if (str_eq(ask->verb, S("get")) && !ask->rule.tier)
        ask->rule.tier = flag_tier(row.role);
    return OK;
}

static Err run(Cx *cx, Ask *ask)
{
    TRY(read_account(cx, ask));
    if (str_eq(ask->verb, S("list")))
        return list(cx);
    if (str_eq(ask->verb, S("get")))
        return get(cx, ask);
    return str_eq(ask->verb, S("set")) ? set(cx, ask) : reset(cx, ask);
}

/* What each verb takes. */
static bool well_formed(const Ask *ask, int words)
{
    bool who = ask->tier.p || ask->account.p;
    if (str_eq(ask->verb, S("list")))
        return words == 0 && !who && !ask->percent.p;
    if (str_eq(ask->verb, S("get")))
        return words == 1 && !ask->percent.p;
    if (str_eq(ask->verb, S("set")))
        return words == 2;
    return str_eq(ask->verb, S("reset")) && words == 1 && !who && !ask->percent.p;
}

Err cmd_flag(Cx *cx, App *app, int argc, char **argv)
{
    Ask ask = {.tier = flag_take(&argc, argv, "--tier", true),
               .account = flag_take(&argc, argv, "--account", true),
               .percent = flag_take(&argc, argv, "--percent", true)};
    ask.verb = argc > 2 ? str_of(argv[2]) : S("");
    ask.key = argc > 3 ? str_of(argv[3]) : S("");
    ask.value = argc > 4 ? str_of(argv[4]) : S("");
    if (!well_formed(&ask, argc - 3))
        return fail(cx, E_INVALID, "%s", usage);
    TRY(read_who(cx, &ask));
    TRY(app_open(cx, false, app));
    Err e = run(cx, &ask);
    app_close(cx, app);
    return e;
}
