/* flag.h - the flags this program knows, and which variant of one somebody gets.
 *
 * Declared in one table (flag.c): key, type, variants, default, owner, and a date by which the flag
 * should be gone from the program. Rules come from the database (flag_rules.h); deciding itself is
 * pure. A share is always of the same accounts: SHA-256 of the key, LF and the account's id says
 * which of 10,000 places an account has, and a share of n percent is the places below 100 n.
 */
#ifndef HUB_FLAG_H
#define HUB_FLAG_H

#include "contract.h"

typedef struct FlagSpec {
    Str key;
    FlagType type;
    FlagVariant *variants; /* of a boolean: on and off */
    size_t n_variants;
    Str fallback; /* variant while nobody set anything, and while the flag is not enabled */
    Str owner, description;
    int64_t expires_at; /* Unix ms; from then on it is told, and works on */
} FlagSpec;

extern const FlagSpec FLAG_SPECS[]; /* by key */
extern const size_t FLAG_SPEC_COUNT;
const FlagSpec *flag_spec(Str key); /* NULL: no such flag */

/* Who is asked for. */
typedef struct FlagWho {
    FlagTier tier; /* 0: not known, no rule of a tier holds */
    Str account;   /* its id; empty: none, and no share but the whole holds */
} FlagWho;

FlagTier flag_tier(Str role);      /* of an account's role; of an empty one: visitor */
FlagWho flag_viewer(const Cx *cx); /* whoever the work is done for */

/* What comes out for somebody. */
typedef struct FlagAnswer {
    const FlagVariant *variant; /* of the table */
    FlagReason reason;
} FlagAnswer;

/* `row` is what an operator set, or NULL. Rules and defaults that name a variant the program no
 * longer has are passed over. */
FlagAnswer flag_decide(const FlagSpec *spec, const FlagRow *row, const FlagWho *who);

const FlagVariant *flag_variant(const FlagSpec *spec, Str name); /* NULL: no such variant */

#endif
