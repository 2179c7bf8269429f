/* hub quota: what an account may download in a day and has, another allowance, a refund. */
#include "base/time.h"
#include "common/audit.h"
#include "download/direct.h"
#include "download/grant.h"
#include "http/syntax.h"
#include "identity/account.h"
#include "role/command.h"
#include "role/open.h"

#include <stdio.h>

static const char usage[] =
    "usage: hub quota NAME [--files N] [--bytes SIZE] [--reset] [--refund DOWNLOAD] "
    "[--direct]";

typedef struct Wanted {
    Str name, refund;
    int64_t files, bytes; /* -1: as it is */
    bool reset, direct;
} Wanted;

static void print_count(const char *what, const QuotaCount *c)
{
    char max[24] = "no limit";
    if (c->has.max)
        snprintf(max, sizeof max, "%lld", (long long)c->max);
    printf("%s: %lld used, %lld reserved, max %s\n", what, (long long)c->used,
           (long long)c->reserved, max);
}

static Err print_pause(Cx *cx, Str account)
{
    DirectPauseRow pause = {0};
    char until[TIME_TEXT];
    Err e = direct_paused(cx, account, &pause);
    if (e)
        return e == E_NOT_FOUND ? OK : e;
    time_write(until, pause.until);
    printf("signed addresses: none until %.*s; that of download %.*s sent %lld bytes\n", TIME_TEXT,
           until, STR_ARG(pause.download), (long long)pause.bytes);
    return OK;
}

static Err print(Cx *cx, Str account)
{
    Quota q = {0};
    Day today = quota_today(cx);
    TRY(quota_read(cx, account, &today, &q));
    printf("tier: %.*s\n", STR_ARG(enum_str(&QUOTA_TIER, (int)q.tier)));
    print_count("files", &q.files);
    print_count("bytes", &q.bytes);
    return print_pause(cx, account);
}

static Err change(Cx *cx, Str account, const Wanted *w)
{
    int64_t files = -1, bytes = -1;
    if (!w->reset)
        TRY(allowance_get(cx, account, &files, &bytes));
    return allowance_set(cx, account, w->files >= 0 ? w->files : files,
                         w->bytes >= 0 ? w->bytes : bytes);
}

static Err refund(Cx *cx, Str download)
{
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(grant_refund(cx, download));
    TRY(audit_add(cx, "download.refund", download, (Str){0}, (Str){0}));
    TRY(tx_commit(&tx));
    return db_settle(cx);
}

static Err run(Cx *cx, void *arg)
{
    const Wanted *w = arg;
    AccountRow account = {0};
    TRY(account_by_name(cx, w->name, &account));
    if (w->refund.n)
        TRY(refund(cx, w->refund));
    if (w->direct)
        TRY(direct_resume(cx, account.id));
    if (w->reset || w->files >= 0 || w->bytes >= 0)
        TRY(change(cx, account.id, w));
    return print(cx, account.id);
}

Err cmd_quota(Cx *cx, App *app, int argc, char **argv)
{
    Wanted w = {.files = -1, .bytes = -1};
    Str files = flag_take(&argc, argv, "--files", true),
        bytes = flag_take(&argc, argv, "--bytes", true);
    w.refund = flag_take(&argc, argv, "--refund", true);
    w.direct = flag_take(&argc, argv, "--direct", false).p != NULL;
    w.reset = flag_take(&argc, argv, "--reset", false).p != NULL;
    if (argc != 3)
        return fail(cx, E_INVALID, "%s", usage);
    if (files.p && !text_number(files, &w.files))
        return fail(cx, E_INVALID, "--files is a number of downloads a day");
    if (bytes.p && !conf_read_size(bytes, &w.bytes))
        return fail(cx, E_INVALID, "--bytes is a size like 20GiB");
    w.name = str_of(argv[2]);
    TRY(app_open(cx, false, app));
    Err e = app_run(cx, run, &w);
    app_close(cx, app);
    return e;
}
