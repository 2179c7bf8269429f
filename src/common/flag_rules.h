/* flag_rules.h - what operators set of the flags, kept in the database; asking a flag.
 *
 * Asked in this process: one small statement, and on a loop none while the data version stays
 * (cx->memo). To be asked outside a unit, and with no other value of the memo in hand: keeping the
 * rules may push it out.
 */
#ifndef HUB_FLAG_RULES_H
#define HUB_FLAG_RULES_H

#include "common/flag.h"

/* A boolean flag of the table for the viewer, or for somebody else. A key that is not in it, or is
 * of another type, is a bug: E_INTERNAL. */
Err flag_bool(Cx *cx, const char *key, bool *out);
Err flag_bool_for(Cx *cx, const char *key, const FlagWho *who, bool *out);

Err flag_answer(Cx *cx, const FlagSpec *spec, const FlagWho *who, FlagAnswer *out);

/* As told the world. E_NOT_FOUND: no flag of the table has this key. */
Err flag_get(Cx *cx, Str key, Flag *out);
Err flag_list(Cx *cx, Flags *out);

/* All of a flag, audited, in a unit of its own, not settled. `version` is the one that was read, or
 * -1. E_CHANGED: it is another by now. E_INVALID: a variant the flag has not, or a rule that names
 * nothing. Accounts are not looked up. */
Err flag_set(Cx *cx, Str key, const FlagChange *change, int64_t version, Flag *out);

/* Rows that no flag of the table answers to. */
Err flag_strays(Cx *cx, size_t *out);

#endif
