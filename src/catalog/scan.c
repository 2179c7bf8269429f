#include "catalog/scan.h"

#include "base/fault.h"
#include "base/id.h"
#include "common/app.h"
#include "common/audit.h"
#include "common/outbox.h"
#include "db/db.h"

enum { PAUSE_MS = 1000, PAUSE_MAX_MS = 600000, RETRY_S = 10 };

Err scan_hold(Cx *cx, Str blob, Str sha256)
{
    ScanRow row = {0};
    if (!cx->app->conf.clamd.n || bug("scanhold"))
        return OK;
    Err e = db_one(cx, SQL_SCAN_OF_BLOB, ARGS(V(blob), V(sha256)), &SCAN_ROW, &row);
    if (e && e != E_NOT_FOUND)
        return e;
    if (!e && str_eq(row.verdict, S("clean")))
        return OK;
    if (!e && str_eq(row.verdict, S("infected")))
        return fail(cx, E_MALWARE, "a scan found malware in this file");
    cx->retry_after_s = RETRY_S;
    return fail(cx, E_UNSCANNED, "this file is held until a scan has found it clean");
}

static Err ask(Cx *cx, const BlobRow *file)
{
    TRY(db_run(cx, SQL_SCAN_ASK, ARGS(V(file->sha256), V(file->key), V(cx->now)), NULL));
    return queue_add(cx, &(JobNew){.kind = "scan",
                                   .subject = file->sha256,
                                   .detail = file->key,
                                   .priority = JOB_URGENT});
}

Err scan_schedule(Cx *cx)
{
    BlobRows due = {0};
    if (!cx->app->conf.clamd.n)
        return OK;
    TRY(db_list(cx, SQL_SCAN_DUE, ARGS(V(cx->now)), &BLOB_ROW, &due.items));
    if (!due.items.n)
        return OK;
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    for (size_t i = 0; i < due.items.n; i++) {
        bool twice = false;
        for (size_t k = 0; k < i; k++)
            twice = twice || str_eq(due.items.p[k].sha256, due.items.p[i].sha256);
        if (!twice)
            TRY(ask(cx, &due.items.p[i]));
    }
    TRY(tx_commit(&tx));
    return db_settle(cx);
}

static Err tell(Cx *cx, Str sha256, Str signature)
{
    ScanEvent event = {.sha256 = sha256, .signature = signature};
    TRY(audit_add(cx, "asset.infected", sha256, (Str){0}, signature));
    return outbox_add(cx, "asset.infected", id_new(cx), &SCAN_EVENT, &event);
}

Err scan_record(Cx *cx, Str sha256, const ClamdAnswer *answer, Str scanner)
{
    static const char *const words[] = {"failed", "clean", "infected"};
    int64_t attempts = 0, changed = 0;
    bool failed = answer->verdict == CLAMD_FAILED, found = answer->verdict == CLAMD_INFECTED;
    Err e = db_int(cx, SQL_SCAN_ATTEMPTS, ARGS(V(sha256)), &attempts);
    if (e == E_NOT_FOUND)
        return OK;
    TRY(e);
    int64_t pause = attempts < 20 ? (int64_t)PAUSE_MS << attempts : PAUSE_MAX_MS;
    if (pause > PAUSE_MAX_MS)
        pause = PAUSE_MAX_MS;
    TRY(db_run(cx, SQL_SCAN_RECORD,
               ARGS(V(str_of(words[answer->verdict])), found ? V(answer->text) : val_null(),
                    failed ? V(answer->text) : val_null(), scanner.n ? V(scanner) : val_null(),
                    V(failed ? attempts + 1 : 0), V(cx->now + pause), V(cx->now), V(sha256)),
               &changed));
    TRY(db_run(cx, SQL_SCAN_TOLD, ARGS(V(sha256)), NULL));
    return changed && found ? tell(cx, sha256, answer->text) : OK;
}
