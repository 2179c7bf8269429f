#include "download/edge_log.h"

#include "base/fault.h"
#include "base/id.h"
#include "base/json.h"
#include "contract.h"
#include "db/db.h"
#include "download/direct.h"
#include "download/grant.h"
#include "http/syntax.h"

#include <string.h>

enum { REQUEST_LEAST = 8, REQUEST_MOST = 64, MS_DIGITS = 3 };
#define DAY_MS INT64_C(86400000)
#define LATE_MS DAY_MS
#define OVER_BYTES (INT64_C(16) << 20)     /* beyond 2 x size: what an address for one may send */
#define SECONDS_MOST INT64_C(253402300799) /* the last second of the year 9999 */
#define BYTES_MOST (INT64_C(1) << 50)      /* of one answer: sums of it stay far from 2^63 */

static bool good_request(Str s)
{
    bool good = s.n >= REQUEST_LEAST && s.n <= REQUEST_MOST;
    for (size_t i = 0; good && i < s.n; i++)
        good = syntax_is(s.p[i], IS_TOKEN) && !strchr("!#$%&'*+.^`|~", s.p[i]);
    return good;
}

/* Seconds with three digits behind the point, into ms. */
static bool read_at(Str s, int64_t *at)
{
    int64_t seconds = 0, ms = 0;
    if (s.n < MS_DIGITS + 2 || s.p[s.n - MS_DIGITS - 1] != '.' ||
        !text_number((Str){s.p, s.n - MS_DIGITS - 1}, &seconds) || seconds > SECONDS_MOST ||
        !text_number((Str){s.p + s.n - MS_DIGITS, MS_DIGITS}, &ms))
        return false;
    *at = seconds * 1000 + ms;
    return true;
}

static Err read_members(Cx *cx, Json line, EdgeLine *out)
{
    Str request = json_text(json_member(line, "request"));
    Str download = json_text(json_member(line, "download"));
    if (!good_request(request))
        return fail(cx, E_MALFORMED, "\"request\" is no id of a request");
    if (!read_at(json_text(json_member(line, "at")), &out->at))
        return fail(cx, E_MALFORMED, "\"at\" is no time in seconds with three digits of ms");
    if (!text_number(json_text(json_member(line, "status")), &out->status))
        return fail(cx, E_MALFORMED, "\"status\" is no status");
    if (!text_number(json_text(json_member(line, "bytes")), &out->bytes) || out->bytes > BYTES_MOST)
        return fail(cx, E_MALFORMED, "\"bytes\" is no number of bytes");
    out->request = arena_str(cx->arena, request);
    if (id_valid(download))
        out->download = arena_str(cx->arena, download);
    return OK;
}

Err edge_line_read(Cx *cx, Str line, EdgeLine *out)
{
    CLEANUP(json_close) Json document = {0};
    *out = (EdgeLine){0};
    TRY(json_open(cx, line, &document));
    return read_members(cx, document, out);
}

/* --- */

static bool sent(const EdgeLine *l)
{
    return (l->status == 200 || l->status == 206) && l->bytes > 0;
}

static bool failed(const EdgeLine *l)
{
    return l->status >= 500 && l->status <= 599;
}

/* Only where it passes the bound: who is let go on early is not paused again for the same. */
static Err look_at(Cx *cx, const EdgeDownloadRow *d, int64_t bytes, EdgeTally *tally)
{
    int64_t most = 2 * d->size_bytes + OVER_BYTES;
    bool passes = d->logged_bytes > most && d->logged_bytes - bytes <= most && !bug("nopause");
    bool paused = false;
    if (passes)
        TRY(direct_pause(cx, d->account, d->id, d->logged_bytes, &paused));
    tally->paused += paused;
    return OK;
}

static Err count(Cx *cx, const EdgeLine *l, EdgeTally *tally)
{
    EdgeDownloadRow d = {0};
    int64_t fresh = 0;
    TRY(db_run(cx, SQL_EDGE_REQUEST_ADD, ARGS(V(l->request), V(l->at)), &fresh));
    if (!fresh && !bug("countagain")) {
        tally->known++;
        return OK;
    }
    Err e =
        failed(l)
            ? db_one(cx, SQL_EDGE_FAILED, ARGS(V(l->at), V(l->download)), &EDGE_DOWNLOAD_ROW, &d)
            : db_one(cx, SQL_EDGE_SENT, ARGS(V(l->bytes), V(l->download)), &EDGE_DOWNLOAD_ROW, &d);
    tally->other += e == E_NOT_FOUND;
    if (e)
        return e == E_NOT_FOUND ? OK : e;
    tally->counted++;
    tally->failures += failed(l);
    tally->bytes += failed(l) ? 0 : l->bytes;
    return failed(l) ? OK : look_at(cx, &d, l->bytes, tally);
}

static Err take(Cx *cx, const EdgeLine *l, EdgeTally *tally)
{
    bool matters = l->download.n && (sent(l) || failed(l));
    tally->other += !matters;
    if (!matters)
        return OK;
    if (l->at <= cx->now - EDGE_KEEP_MS) {
        tally->old++;
        return OK;
    }
    return count(cx, l, tally);
}

Err edge_log_take(Cx *cx, const EdgeLine *lines, size_t n, EdgeTally *tally)
{
    EdgeTally grown = *tally;
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    for (size_t i = 0; i < n; i++)
        TRY(take(cx, &lines[i], &grown));
    TRY(tx_commit(&tx));
    TRY(db_settle(cx));
    *tally = grown;
    return OK;
}

Err edge_log_sweep(Cx *cx)
{
    BlobRows due = {0};
    TRY(db_list(cx, SQL_EDGE_REFUNDABLE, ARGS(V(cx->now - LATE_MS)), &BLOB_ROW, &due.items));
    if (!due.items.n || bug("noedgerefund"))
        return OK;
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    for (size_t i = 0; i < due.items.n; i++)
        TRY(grant_refund(cx, due.items.p[i].key));
    TRY(tx_commit(&tx));
    return db_settle(cx);
}
