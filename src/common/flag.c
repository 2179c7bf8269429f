#include "common/flag.h"

#include "base/hash.h"

enum { PLACES = 10000 };

/* S() is no constant. */
#define TEXT(lit)                                                                                  \
    {                                                                                              \
        lit, sizeof(lit) - 1                                                                       \
    }

static FlagVariant on_off[] = {{TEXT("on"), TEXT("true")}, {TEXT("off"), TEXT("false")}};

const FlagSpec FLAG_SPECS[] = {
    {.key = TEXT("rapidshare-mode"),
     .type = FLAG_TYPE_BOOLEAN,
     .variants = on_off,
     .n_variants = COUNT(on_off),
     .fallback = TEXT("off"),
     .owner = TEXT("download"),
     .description =
         TEXT("A ticket answers with a short-lived signed address of the bytes in place of "
              "the bytes themselves."),
     .expires_at = 1830297600000}, /* 2028-01-01 */
};
const size_t FLAG_SPEC_COUNT = COUNT(FLAG_SPECS);

const FlagSpec *flag_spec(Str key)
{
    for (size_t i = 0; i < FLAG_SPEC_COUNT; i++)
        if (str_eq(FLAG_SPECS[i].key, key))
            return &FLAG_SPECS[i];
    return NULL;
}

const FlagVariant *flag_variant(const FlagSpec *spec, Str name)
{
    for (size_t i = 0; i < spec->n_variants; i++)
        if (str_eq(spec->variants[i].name, name))
            return &spec->variants[i];
    return NULL;
}

FlagTier flag_tier(Str role)
{
    return role.n ? (FlagTier)enum_of(&FLAG_TIER, role) : FLAG_TIER_VISITOR;
}

FlagWho flag_viewer(const Cx *cx)
{
    return (FlagWho){.tier = flag_tier(cx->viewer.role), .account = cx->viewer.id};
}

/* 0 to 9,999, evenly. */
static unsigned place_of(Str key, Str account)
{
    char text[256];
    uint8_t sum[SHA256_BYTES];
    uint64_t n = 0;
    size_t keep = account.n < sizeof text - key.n - 1 ? account.n : sizeof text - key.n - 1;
    memcpy(text, key.p, key.n);
    text[key.n] = '\n';
    memcpy(text + key.n + 1, account.p, keep);
    sha256((Str){text, key.n + 1 + keep}, sum);
    for (size_t i = 0; i < sizeof n; i++)
        n = n << 8 | sum[i];
    return (unsigned)(n % PLACES);
}

static bool in_share(const FlagSpec *spec, int64_t percent, Str account)
{
    if (percent >= 100)
        return true;
    return account.n && place_of(spec->key, account) < percent * (PLACES / 100);
}

static bool holds(const FlagSpec *spec, const FlagRule *r, const FlagWho *who)
{
    return (!r->has.tier || r->tier == who->tier) &&
           (!r->has.account || str_eq(r->account, who->account)) &&
           (!r->has.percent || in_share(spec, r->percent, who->account));
}

FlagAnswer flag_decide(const FlagSpec *spec, const FlagRow *row, const FlagWho *who)
{
    FlagAnswer found = {flag_variant(spec, spec->fallback), FLAG_REASON_STATIC};
    if (!row)
        return found;
    if (!row->enabled)
        return (FlagAnswer){found.variant, FLAG_REASON_DISABLED};
    for (size_t i = 0; i < row->rules.n; i++) {
        const FlagRule *r = &row->rules.p[i];
        const FlagVariant *v = flag_variant(spec, r->variant);
        if (v && holds(spec, r, who))
            return (FlagAnswer){v,
                                r->has.percent ? FLAG_REASON_SPLIT : FLAG_REASON_TARGETING_MATCH};
    }
    const FlagVariant *v = row->has.variant ? flag_variant(spec, row->variant) : NULL;
    found.reason = row->rules.n ? FLAG_REASON_DEFAULT : FLAG_REASON_STATIC;
    found.variant = v ? v : found.variant;
    return found;
}
