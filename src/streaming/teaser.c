#include "streaming/teaser.h"

#include "base/id.h"
#include "common/app.h"
#include "db/db.h"
#include "media/ladder.h"

void teaser_place(int64_t n, double segment_ms, int64_t duration_ms, int64_t mark_ms,
                  int64_t longest_ms, int64_t *first, int64_t *count)
{
    double most =
        (double)longest_ms < (double)duration_ms / 3 ? (double)longest_ms : (double)duration_ms / 3;
    int64_t fit = (int64_t)(most / segment_ms + 1e-6);
    int64_t at = (int64_t)((double)mark_ms / segment_ms + 1e-6);
    *count = fit < 1 ? 1 : fit > n ? n : fit;
    *first = 1 + (at + *count <= n ? at : n - *count);
}

static double segment_ms(const RenditionRow *row)
{
    double frame = 1000 * (double)row->fps_den / (double)row->fps_num;
    return ladder_gop(row->fps_num, row->fps_den) * frame;
}

static bool has_teaser(const VideoGate *gate)
{
    return gate->has.duration_ms && gate->duration_ms >= TEASER_LEAST_MS;
}

/* *row: the rendition whose segments are counted. */
static Err place(Cx *cx, const VideoGate *gate, RenditionRow *row, int64_t *first, int64_t *count)
{
    int64_t n = 0;
    TRY(db_one(cx, SQL_RENDITION_EARLY, ARGS(V(gate->encode)), &RENDITION_ROW, row));
    TRY(db_int(cx, SQL_TEASER_SEGMENTS, ARGS(V(gate->encode)), &n));
    teaser_place(n, segment_ms(row), gate->duration_ms, gate->has.teaser_at ? gate->teaser_at : 0,
                 cx->app->conf.teaser, first, count);
    return OK;
}

Err teaser_length(Cx *cx, const VideoGate *gate, int64_t *ms)
{
    RenditionRow row = {0};
    int64_t first = 0, count = 0;
    *ms = 0;
    if (!gate->has.encode || !has_teaser(gate))
        return OK;
    TRY(place(cx, gate, &row, &first, &count));
    return db_int(cx, SQL_TEASER_LENGTH, ARGS(V(row.id), V(first), V(first + count)), ms);
}

Err teaser_of(Cx *cx, const VideoGate *gate, TeaserRow *out)
{
    RenditionRow row = {0};
    int64_t first = 0, count = 0;
    if (!has_teaser(gate))
        return fail(cx, E_CONFLICT, "a video of less than %d s has no teaser",
                    TEASER_LEAST_MS / 1000);
    TRY(place(cx, gate, &row, &first, &count));
    TRY(db_run(cx, SQL_TEASER_ADD,
               ARGS(V(id_new(cx)), V(gate->encode), V(first), V(count), V(cx->now)), NULL));
    return db_one(cx, SQL_TEASER_FIND, ARGS(V(gate->encode), V(first), V(count)), &TEASER_ROW, out);
}
