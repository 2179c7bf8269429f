#include "media/regroup.h"

#include "base/buf.h"
#include "base/file.h"
#include "media/mp4_samples.h"
#include "media/mp4_walk.h"

#include <assert.h>

enum {
    SAMPLES_MAX = 1 << 20,    /* of one fragment */
    TFHD_TOLD = 0x20028,      /* duration and flags of samples; data told from the moof */
    TRUN_TOLD = 0x301,        /* where the data is; duration and size of each sample */
    ALL_SYNC = 0x02000000,    /* depends on no other */
    TRAF_FIXED = 8 + 24 + 20, /* traf, tfhd, tfdt */
    MOOF_FIXED = 8 + 16 + TRAF_FIXED + 20, /* and mfhd, trun */
};

/* A sample's line in the trun; kept as it is written, big endian. */
enum { LINE = 8 };

typedef struct Regroup {
    Mp4Walk walk;
    const MediaTrack *grid;
    int to;
    MediaTrack head;
    Mp4Defaults defaults;
    Buf lines, data;
    uint32_t track, sequence, last; /* duration of the last sample gathered */
    int64_t origin, start, at;      /* of all; of what is gathered; of the next sample */
    size_t next;                    /* segment of the grid that ends what is gathered */
} Regroup;

static void regroup_end(Regroup *r)
{
    walk_end(&r->walk);
    buf_free(&r->lines);
    buf_free(&r->data);
}

static void u(Buf *b, size_t bytes, uint64_t value)
{
    for (size_t i = bytes; i-- > 0;)
        buf_byte(b, (char)(uint8_t)(value >> 8 * i));
}

static void box(Buf *b, size_t size, const char *type)
{
    u(b, 4, size);
    buf_put(b, type, 4);
}

static Err put(Cx *cx, const Regroup *r, const char *p, size_t n)
{
    return file_write(r->to, p, n) ? OK : file_failed(cx, "writing what was encoded");
}

static void put_moof(const Regroup *r, Buf *b)
{
    size_t n = r->lines.n / LINE;
    box(b, MOOF_FIXED + r->lines.n, "moof");
    box(b, 16, "mfhd");
    u(b, 4, 0);
    u(b, 4, r->sequence);
    box(b, TRAF_FIXED + 20 + r->lines.n, "traf");
    box(b, 24, "tfhd");
    u(b, 4, TFHD_TOLD);
    u(b, 4, r->track);
    u(b, 4, r->defaults.duration);
    u(b, 4, ALL_SYNC);
    box(b, 20, "tfdt");
    u(b, 4, 1u << 24); /* version 1: eight bytes */
    u(b, 8, (uint64_t)r->start);
    box(b, 20 + r->lines.n, "trun");
    u(b, 4, TRUN_TOLD);
    u(b, 4, n);
    u(b, 4, MOOF_FIXED + r->lines.n + 8);
    buf_put(b, r->lines.p, r->lines.n);
}

/* What is gathered becomes a fragment. */
static Err flush(Cx *cx, Regroup *r)
{
    CLEANUP(buf_free) Buf head = BUF(MOOF_FIXED + SAMPLES_MAX * LINE + 8);
    if (r->lines.full || r->data.full)
        return mp4_broken(cx, "a segment is too large");
    if (!r->lines.n)
        return OK;
    r->sequence++;
    put_moof(r, &head);
    box(&head, 8 + r->data.n, "mdat");
    TRY(put(cx, r, head.p, head.n));
    TRY(put(cx, r, r->data.p, r->data.n));
    r->lines.n = r->data.n = 0;
    r->start = r->at;
    return OK;
}

/* A gap before the next fragment goes to the sample before it. */
static Err stretch(Cx *cx, Regroup *r, int64_t start)
{
    int64_t gap = start - r->at, is = r->last + gap;
    if (!gap)
        return OK;
    if (is <= 0 || is > UINT32_MAX || !r->lines.n || r->lines.full)
        return mp4_broken(cx, "its times do not grow");
    r->lines.n -= LINE;
    uint8_t size[4];
    memcpy(size, r->lines.p + r->lines.n + 4, sizeof size);
    u(&r->lines, 4, (uint64_t)is);
    buf_put(&r->lines, (const char *)size, sizeof size);
    r->at = start;
    return OK;
}

/* Whether a sample at r->at begins nearer to the next segment of the grid than the one after. */
static bool begins_next(const Regroup *r, uint32_t duration)
{
    const MediaTrack *g = r->grid;
    if (r->next >= g->n)
        return false;
    double at = (double)(r->at - r->origin) + (double)duration / 2;
    double begins = (double)(g->segments[r->next].start - g->segments[0].start);
    return at >= begins / (double)g->timescale * (double)r->head.timescale;
}

static Err take_sample(Cx *cx, Regroup *r, const Mp4Sample *s, int64_t at)
{
    if (begins_next(r, s->duration)) {
        TRY(flush(cx, r));
        r->next++;
    }
    if (r->lines.n == (size_t)SAMPLES_MAX * LINE)
        return mp4_broken(cx, "a segment is too large");
    u(&r->lines, 4, s->duration);
    u(&r->lines, 4, s->size);
    char *room = buf_room(&r->data, s->size);
    if (!room)
        return mp4_broken(cx, "a segment is too large");
    TRY(walk_read(cx, &r->walk, at, room, s->size));
    r->data.n += s->size;
    r->at += s->duration;
    r->last = s->duration;
    return OK;
}

static uint32_t track_of(Cursor moof)
{
    static const uint32_t path[] = {BOX('t', 'r', 'a', 'f'), BOX('t', 'f', 'h', 'd')};
    Cursor tfhd = box_path(moof, path, COUNT(path));
    cursor_skip(&tfhd, 4);
    return (uint32_t)cursor_take(&tfhd, 4);
}

static Err take_fragment(Cx *cx, Regroup *r)
{
    int64_t moof_at = r->walk.box_at;
    Cursor moof = {0};
    Mp4Sample one = {0};
    bool more = false;
    if (!r->head.kind)
        return mp4_broken(cx, "its fragments are out of order");
    TRY(walk_body(cx, &r->walk, &moof));
    Mp4Samples all = mp4_samples(moof, &r->defaults);
    uint32_t track = track_of(moof);
    TRY(walk_next(cx, &r->walk, &more));
    if (!more || r->walk.type != BOX('m', 'd', 'a', 't') || all.bad || !track)
        return mp4_broken(cx, "a fragment");
    if (!r->track) {
        r->track = track;
        r->origin = r->start = r->at = all.start;
    }
    TRY(stretch(cx, r, all.start));
    while (mp4_samples_next(&all, &one)) {
        int64_t at = moof_at + one.at;
        if (at < r->walk.body_at || at > r->walk.at || one.size > r->walk.at - at)
            return mp4_broken(cx, "a sample is not in its fragment");
        TRY(take_sample(cx, r, &one, at));
    }
    return all.bad ? mp4_broken(cx, "the samples of a fragment") : OK;
}

/* All up to the end of the moov, as it is. */
static Err take_head(Cx *cx, Regroup *r)
{
    Cursor moov = {0};
    if (r->head.kind)
        return mp4_broken(cx, "it has two heads");
    TRY(walk_body(cx, &r->walk, &moov));
    TRY(mp4_read_head(cx, moov, &r->head, &r->defaults));
    size_t n = (size_t)r->walk.at;
    char *room = buf_room(&r->data, n);
    if (!room || r->head.kind != MEDIA_AUDIO)
        return mp4_broken(cx, "it is no sound");
    TRY(walk_read(cx, &r->walk, 0, room, n));
    return put(cx, r, room, n);
}

Err mp4_regroup(Cx *cx, int from, const MediaTrack *grid, int to)
{
    CLEANUP(regroup_end)
    Regroup r = {.grid = grid,
                 .to = to,
                 .lines = BUF(SAMPLES_MAX * LINE + BUF_SLACK),
                 .data = BUF(REGROUP_DATA_MAX),
                 .next = 1};
    bool more = true;
    assert(grid->n > 0 && grid->timescale > 0);
    TRY(walk_start(cx, from, &r.walk));
    for (;;) {
        TRY(walk_next(cx, &r.walk, &more));
        if (!more)
            return flush(cx, &r);
        if (r.walk.type == BOX('m', 'o', 'o', 'v'))
            TRY(take_head(cx, &r));
        else if (r.walk.type == BOX('m', 'o', 'o', 'f'))
            TRY(take_fragment(cx, &r));
    }
}
