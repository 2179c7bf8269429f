#include "download/quota.h"

#include "base/fault.h"
#include "common/app.h"
#include "common/audit.h"

#define NO_LIMIT INT64_MAX

typedef struct Limits {
    QuotaTier tier;
    int64_t files, bytes;
} Limits;

static Limits limits_of(const Conf *c, const QuotaRow *r)
{
    Limits l = {QUOTA_TIER_STAFF, NO_LIMIT, NO_LIMIT};
    if (str_eq(r->role, S("premium")))
        l = (Limits){QUOTA_TIER_PREMIUM, c->quota_files_premium, c->quota_bytes_premium};
    else if (str_eq(r->role, S("fan")) || str_eq(r->role, S("sponsor")))
        l = (Limits){QUOTA_TIER_FREE, c->quota_files, c->quota_bytes};
    if (r->has.max_files)
        l.files = r->max_files;
    if (r->has.max_bytes)
        l.bytes = r->max_bytes;
    return l;
}

Day quota_today(Cx *cx)
{
    return day_at(cx->app->conf.time_zone, cx->now);
}

static Err row_of(Cx *cx, Str account, const Day *today, QuotaRow *row)
{
    return db_one(cx, SQL_QUOTA_OF_ACCOUNT, ARGS(V(cx->now), V(today->n), V(account)), &QUOTA_ROW,
                  row);
}

static QuotaCount count_of(int64_t used, int64_t reserved, int64_t max, const Day *today)
{
    QuotaCount c = {.used = used, .reserved = reserved, .resets_at = today->ends_at};
    c.has.max = max != NO_LIMIT;
    c.max = c.has.max ? max : 0;
    return c;
}

Err quota_read(Cx *cx, Str account, const Day *today, Quota *out)
{
    QuotaRow r = {0};
    TRY(row_of(cx, account, today, &r));
    Limits l = limits_of(&cx->app->conf, &r);
    *out = (Quota){.tier = l.tier,
                   .files = count_of(r.used_files, r.reserved_files, l.files, today),
                   .bytes = count_of(r.used_bytes, r.reserved_bytes, l.bytes, today)};
    return OK;
}

static Err reserve(Cx *cx, Str owner, int64_t day, int64_t bytes, const Limits *l, bool *given)
{
    int64_t changed = 0;
    bool free = bug("noquota");
    TRY(db_run(cx, SQL_QUOTA_RESERVE,
               ARGS(V(owner), V(day), V(bytes), V(free ? NO_LIMIT : l->files),
                    V(free ? NO_LIMIT : l->bytes)),
               &changed));
    *given = changed == 1;
    return OK;
}

static Str more_of(Cx *cx, const char *quota, const Day *today)
{
    Buf b CLEANUP(buf_free) = BUF(256);
    Str start = arena_fmt(cx->arena, "\"quota\":\"%s\",\"resetsAt\":", quota);
    buf_put(&b, start.p, start.n);
    buf_json_time(&b, today->ends_at);
    return arena_str(cx->arena, (Str){b.p, b.n});
}

static Err refuse(Cx *cx, const QuotaRow *r, const Limits *l, const Day *today)
{
    bool files = r->used_files + r->reserved_files >= l->files;
    int64_t left = l->bytes - r->used_bytes - r->reserved_bytes;
    Err e = files ? fail(cx, E_QUOTA, "all %lld downloads of the day are used or reserved",
                         (long long)l->files)
                  : fail(cx, E_QUOTA, "of the day's %lld bytes %lld are left", (long long)l->bytes,
                         (long long)(left > 0 ? left : 0));
    cx->more = more_of(cx, files ? "files" : "bytes", today);
    cx->retry_after_s = (int)((today->ends_at - cx->now + 999) / 1000);
    return e;
}

Err quota_reserve(Cx *cx, Str account, const Day *today, int64_t bytes)
{
    QuotaRow r = {0};
    bool given = false;
    TRY(row_of(cx, account, today, &r));
    Limits l = limits_of(&cx->app->conf, &r);
    TRY(reserve(cx, account, today->n, bytes, &l, &given));
    return given ? OK : refuse(cx, &r, &l, today);
}

Err quota_reserve_ticket(Cx *cx, Str ticket, int64_t most, int64_t bytes)
{
    bool given = false;
    TRY(reserve(cx, ticket, 0, bytes, &(Limits){.files = most, .bytes = NO_LIMIT}, &given));
    return given
               ? OK
               : fail(cx, E_GONE, "the %lld downloads of this ticket are used up", (long long)most);
}

Err quota_move(Cx *cx, Str owner, int64_t day, const Counts *c)
{
    int64_t changed = 0;
    TRY(db_run(cx, SQL_QUOTA_MOVE,
               ARGS(V(c->used_files), V(c->reserved_files), V(c->used_bytes), V(c->reserved_bytes),
                    V(owner), V(day)),
               &changed));
    return changed ? OK
                   : fail(cx, E_CONFLICT, "there is no quota of " STR_FMT " on day %lld",
                          STR_ARG(owner), (long long)day);
}

static Val limit_value(int64_t n)
{
    return n < 0 ? val_null() : V(n);
}

Err allowance_get(Cx *cx, Str account, int64_t *files, int64_t *bytes)
{
    QuotaRow r = {0};
    Day today = quota_today(cx);
    TRY(row_of(cx, account, &today, &r));
    *files = r.has.max_files ? r.max_files : -1;
    *bytes = r.has.max_bytes ? r.max_bytes : -1;
    return OK;
}

/* 50 files, -1 bytes: -1 is what the tier has. */
static Str allowance_text(Cx *cx, int64_t files, int64_t bytes)
{
    return arena_fmt(cx->arena, "%lld files, %lld bytes", (long long)files, (long long)bytes);
}

Err allowance_set(Cx *cx, Str account, int64_t files, int64_t bytes)
{
    QuotaRow r = {0};
    Day today = quota_today(cx);
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(row_of(cx, account, &today, &r));
    Str was =
        allowance_text(cx, r.has.max_files ? r.max_files : -1, r.has.max_bytes ? r.max_bytes : -1);
    if (files < 0 && bytes < 0)
        TRY(db_run(cx, SQL_ALLOWANCE_DROP, ARGS(V(account)), NULL));
    else
        TRY(db_run(cx, SQL_ALLOWANCE_SET,
                   ARGS(V(account), limit_value(files), limit_value(bytes), V(cx->now)), NULL));
    TRY(audit_add(cx, "account.quota", account, was, allowance_text(cx, files, bytes)));
    TRY(tx_commit(&tx));
    return db_settle(cx);
}
