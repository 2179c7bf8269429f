#include "common/flag_rules.h"

#include "base/memo.h"
#include "common/audit.h"
#include "db/db.h"

/* What a loop keeps: all rows, in an arena that goes with them. */
typedef struct Rules {
    Arena *arena;
    FlagRowList rows;
} Rules;

static void rules_drop(void *value)
{
    arena_free(((Rules *)value)->arena);
}

static Err rules_keep(Cx *cx, uint32_t version, FlagRowList *out)
{
    Arena *was = cx->arena, *own = arena_new();
    FlagRowList rows = {0};
    cx->arena = own;
    Err e = db_list(cx, SQL_FLAG_ALL, NO_ARGS, &FLAG_ROW, &rows);
    cx->arena = was;
    if (e) {
        arena_free(own);
        return e;
    }
    Rules *kept = memo_put(cx->memo, S("flags"), version, sizeof *kept, rules_drop);
    *kept = (Rules){own, rows};
    *out = rows;
    return OK;
}

/* In a unit its own rows are seen, which nobody else may. */
static Err rules_load(Cx *cx, FlagRowList *out)
{
    if (!cx->memo || cx->tx)
        return db_list(cx, SQL_FLAG_ALL, NO_ARGS, &FLAG_ROW, out);
    uint32_t version = db_version(cx->conn);
    Rules *kept = memo_get(cx->memo, S("flags"), version);
    if (!kept)
        return rules_keep(cx, version, out);
    *out = kept->rows;
    return OK;
}

static const FlagRow *row_of(const FlagRowList *rows, Str key)
{
    for (size_t i = 0; i < rows->n; i++)
        if (str_eq(rows->p[i].key, key))
            return &rows->p[i];
    return NULL;
}

Err flag_answer(Cx *cx, const FlagSpec *spec, const FlagWho *who, FlagAnswer *out)
{
    FlagRowList rows = {0};
    TRY(rules_load(cx, &rows));
    *out = flag_decide(spec, row_of(&rows, spec->key), who);
    return OK;
}

Err flag_bool_for(Cx *cx, const char *key, const FlagWho *who, bool *out)
{
    const FlagSpec *spec = flag_spec(str_of(key));
    FlagAnswer found = {0};
    if (!spec || spec->type != FLAG_TYPE_BOOLEAN)
        return fail(cx, E_INTERNAL, "there is no boolean flag %s", key);
    TRY(flag_answer(cx, spec, who, &found));
    *out = str_eq(found.variant->value, S("true"));
    return OK;
}

Err flag_bool(Cx *cx, const char *key, bool *out)
{
    FlagWho who = flag_viewer(cx);
    return flag_bool_for(cx, key, &who, out);
}

static Flag told(const Cx *cx, const FlagSpec *spec, const FlagRow *row)
{
    Flag f = {.key = spec->key,
              .type = spec->type,
              .description = spec->description,
              .owner = spec->owner,
              .expires_at = spec->expires_at,
              .expired = cx->now >= spec->expires_at,
              .variants = {spec->variants, spec->n_variants},
              .enabled = true,
              .default_variant = spec->fallback};
    if (!row)
        return f;
    f.enabled = row->enabled;
    if (row->has.variant && flag_variant(spec, row->variant))
        f.default_variant = row->variant;
    f.rules = row->rules;
    f.updated_at = row->updated_at;
    f.updated_by = row->updated_by;
    f.has.updated_at = f.has.updated_by = true;
    f.version = row->version;
    return f;
}

static Err read_one(Cx *cx, const FlagSpec *spec, Flag *out)
{
    FlagRow row = {0};
    Err e = db_one(cx, SQL_FLAG_BY_KEY, ARGS(V(spec->key)), &FLAG_ROW, &row);
    if (e && e != E_NOT_FOUND)
        return e;
    cx->said[0] = 0;
    *out = told(cx, spec, e ? NULL : &row);
    return OK;
}

static Err spec_of(Cx *cx, Str key, const FlagSpec **out)
{
    *out = flag_spec(key);
    return *out ? OK : fail(cx, E_NOT_FOUND, "there is no flag " STR_FMT, STR_ARG(key));
}

Err flag_get(Cx *cx, Str key, Flag *out)
{
    const FlagSpec *spec = NULL;
    TRY(spec_of(cx, key, &spec));
    return read_one(cx, spec, out);
}

Err flag_list(Cx *cx, Flags *out)
{
    FlagRowList rows = {0};
    TRY(db_list(cx, SQL_FLAG_ALL, NO_ARGS, &FLAG_ROW, &rows));
    Flag *items = arena_array(cx->arena, Flag, FLAG_SPEC_COUNT);
    for (size_t i = 0; i < FLAG_SPEC_COUNT; i++)
        items[i] = told(cx, &FLAG_SPECS[i], row_of(&rows, FLAG_SPECS[i].key));
    out->items = (FlagList){items, FLAG_SPEC_COUNT};
    return OK;
}

Err flag_strays(Cx *cx, size_t *out)
{
    FlagRowList rows = {0};
    TRY(db_list(cx, SQL_FLAG_ALL, NO_ARGS, &FLAG_ROW, &rows));
    *out = 0;
    for (size_t i = 0; i < rows.n; i++)
        *out += flag_spec(rows.p[i].key) == NULL;
    return OK;
}

/* A rule that names nothing would hide those below it. */
static Err check_change(Cx *cx, const FlagSpec *spec, const FlagChange *c)
{
    if (c->has.default_variant && !flag_variant(spec, c->default_variant))
        return fail_at(cx, "body", "/defaultVariant", "the flag has no variant " STR_FMT,
                       STR_ARG(c->default_variant));
    for (size_t i = 0; i < c->rules.n; i++) {
        const FlagRule *r = &c->rules.p[i];
        if (!flag_variant(spec, r->variant))
            return fail_at(cx, "body", "/rules", "rule %zu: the flag has no variant " STR_FMT,
                           i + 1, STR_ARG(r->variant));
        if (!r->has.tier && !r->has.account && !r->has.percent)
            return fail_at(cx, "body", "/rules",
                           "rule %zu names no tier, no account and no percent; that is "
                           "defaultVariant",
                           i + 1);
    }
    return OK;
}

/* For the audit: what of a flag can change. */
static Str as_change(Cx *cx, const Flag *f)
{
    FlagChange c = {
        .enabled = f->enabled, .default_variant = f->default_variant, .rules = f->rules};
    Buf b CLEANUP(buf_free) = BUF(1 << 16);
    c.has.default_variant = true;
    shape_write(&b, &FLAG_CHANGE, &c);
    return arena_str(cx->arena, (Str){b.p, b.n});
}

Err flag_set(Cx *cx, Str key, const FlagChange *change, int64_t version, Flag *out)
{
    const FlagSpec *spec = NULL;
    Flag was = {0}, now = {0};
    int64_t changed = 0;
    Tx tx CLEANUP(tx_end) = {0};
    TRY(spec_of(cx, key, &spec));
    TRY(check_change(cx, spec, change));
    TRY(tx_begin(cx, &tx));
    TRY(read_one(cx, spec, &was));
    if (version < 0 || version == was.version)
        TRY(db_run(cx, SQL_FLAG_SET,
                   ARGS(V(key), V(change->enabled),
                        val_field(cx, &FLAG_CHANGE, "default_variant", change),
                        val_field(cx, &FLAG_CHANGE, "rules", change),
                        V(cx->viewer.id.n ? cx->viewer.id : S("command line")), V(cx->now),
                        V(was.version)),
                   &changed));
    if (!changed)
        return fail(cx, E_CHANGED, "the flag is at version %lld", (long long)was.version);
    TRY(read_one(cx, spec, &now));
    TRY(audit_add(cx, "flag.set", key, as_change(cx, &was), as_change(cx, &now)));
    TRY(tx_commit(&tx));
    *out = now;
    return OK;
}
