#include "encode/encode.h"

#include "base/id.h"
#include "catalog/video.h"
#include "common/queue.h"
#include "db/db.h"

Err encode_begin(Cx *cx, Str video, Str blob, Str filename, int64_t size, Str *id)
{
    Str made = id_new(cx);
    TRY(db_run(cx, SQL_ENCODE_ADD,
               ARGS(V(made), V(video), V(blob), V(filename), V(size), V(cx->viewer.id), V(cx->now)),
               NULL));
    TRY(video_move(cx, video, VIDEO_UPLOADED));
    TRY(queue_add(
        cx, &(JobNew){
                .kind = "probe", .subject = made, .owner = cx->viewer.id, .priority = JOB_URGENT}));
    *id = made;
    return OK;
}

Err encode_newest(Cx *cx, Str video, EncodeRow *out)
{
    return db_one(cx, SQL_ENCODE_NEWEST, ARGS(V(video)), &ENCODE_ROW, out);
}

bool encode_runs(const EncodeRow *row)
{
    return !str_eq(row->state, S("ready")) && !str_eq(row->state, S("failed"));
}

Err encode_by_id(Cx *cx, Str id, EncodeRow *out)
{
    return db_one(cx, SQL_ENCODE_BY_ID, ARGS(V(id)), &ENCODE_ROW, out);
}

Err encode_renditions(Cx *cx, Str id, RenditionRows *out)
{
    return db_list(cx, SQL_RENDITION_LIST, ARGS(V(id)), &RENDITION_ROW, &out->items);
}

static Err put_renditions(Cx *cx, const EncodeRow *row, Encoding *out)
{
    RenditionRows all = {0};
    TRY(encode_renditions(cx, row->id, &all));
    RenditionStatus *list = arena_array(cx->arena, RenditionStatus, all.items.n);
    int64_t sum = 0;
    for (size_t i = 0; i < all.items.n; i++) {
        const RenditionRow *r = &all.items.p[i];
        list[i] = (RenditionStatus){.name = r->name,
                                    .state = (RenditionState)enum_of(&RENDITION_STATE, r->state),
                                    .percent = r->percent,
                                    .size_bytes = r->size_bytes};
        sum += r->percent;
    }
    out->renditions = (RenditionStatusList){list, all.items.n};
    out->percent = all.items.n ? sum / (int64_t)all.items.n : 0;
    return OK;
}

Err encode_status(Cx *cx, Str video, Encoding *out)
{
    EncodeRow row = {0};
    int64_t there = 0;
    TRY(db_int(cx, SQL_VIDEO_EXISTS, ARGS(V(video)), &there));
    if (!there)
        return fail(cx, E_NOT_FOUND, "there is no such video");
    *out = (Encoding){.state = ENCODING_STATE_WAITING};
    Err e = encode_newest(cx, video, &row);
    if (e == E_NOT_FOUND)
        return OK;
    TRY(e);
    out->state = (EncodingState)enum_of(&ENCODING_STATE, row.state);
    out->has.reason = row.has.reason;
    out->reason = row.reason;
    return put_renditions(cx, &row, out);
}

Err encode_track(Cx *cx, const RenditionRow *row, bool segments, MediaTrack *out)
{
    SegmentRows rows = {0};
    if (segments)
        TRY(db_list(cx, SQL_SEGMENT_LIST, ARGS(V(row->id)), &SEGMENT_ROW, &rows.items));
    MediaSegment *list = arena_array(cx->arena, MediaSegment, rows.items.n);
    for (size_t i = 0; i < rows.items.n; i++) {
        const SegmentRow *s = &rows.items.p[i];
        list[i] = (MediaSegment){s->at, s->size, s->start, s->duration};
    }
    *out = (MediaTrack){
        .kind = str_eq(row->kind, S("audio")) ? MEDIA_AUDIO : MEDIA_VIDEO,
        .name = row->name,
        .codecs = row->codecs,
        .language = row->has.language ? row->language : (Str){0},
        .width = (int32_t)row->width,
        .height = (int32_t)row->height,
        .fps_num = (int32_t)row->fps_num,
        .fps_den = (int32_t)row->fps_den,
        .timescale = row->timescale,
        .init_size = row->init_size,
        .total_bytes = row->size_bytes,
        .peak_bps = row->peak_bps,
        .average_bps = row->average_bps,
        .n = rows.items.n,
        .segments = list,
    };
    return OK;
}
