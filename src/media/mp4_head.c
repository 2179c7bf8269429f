#include "media/mp4_head.h"

#include "media/mp4_walk.h"

/* ISO/IEC 14496-12 section 8.8.7: flags of tfhd; 8.8.8: of trun */
enum {
    TFHD_BASE_OFFSET = 0x1,
    TFHD_DESCRIPTION = 0x2,
    TFHD_DURATION = 0x8,
    TFHD_SIZE = 0x10,
    TFHD_FLAGS = 0x20,
    TRUN_OFFSET = 0x1,
    TRUN_FIRST_FLAGS = 0x4,
    TRUN_DURATION = 0x100,
    TRUN_SIZE = 0x200,
    TRUN_FLAGS = 0x400,
    TRUN_SHIFT = 0x800,
    NOT_SYNC = 0x10000,
};

static bool read_avc(Cx *cx, Cursor entry, MediaTrack *out, uint32_t *length_bytes)
{
    cursor_skip(&entry, 24);
    out->width = (int32_t)cursor_take(&entry, 2);
    out->height = (int32_t)cursor_take(&entry, 2);
    cursor_skip(&entry, 50);
    Cursor config = box_child(entry, BOX('a', 'v', 'c', 'C'));
    unsigned version = (unsigned)cursor_take(&config, 1);
    unsigned rfc6381 = (unsigned)cursor_take(&config, 3);
    if (config.bad || version != 1 || out->width < 2 || out->height < 2)
        return false;
    unsigned length = (unsigned)cursor_take(&config, 1);
    *length_bytes = config.bad ? 0 : (length & 3) + 1;
    out->kind = MEDIA_VIDEO;
    out->codecs = arena_fmt(cx->arena, "avc1.%06x", rfc6381);
    return true;
}

/* ISO/IEC 14496-1 section 8.3.3: a length in groups of seven bits */
static Cursor descriptor(Cursor in, unsigned tag)
{
    unsigned is = (unsigned)cursor_take(&in, 1);
    size_t length = 0;
    for (int i = 0; i < 4; i++) {
        unsigned byte = (unsigned)cursor_take(&in, 1);
        length = length << 7 | (byte & 0x7f);
        if (!(byte & 0x80))
            break;
    }
    if (in.bad || is != tag || length > in.n)
        return (Cursor){.bad = true};
    in.n = length;
    return in;
}

static bool read_aac(Cx *cx, Cursor entry, MediaTrack *out)
{
    cursor_skip(&entry, 16);
    out->channels = (int32_t)cursor_take(&entry, 2);
    cursor_skip(&entry, 6);
    out->rate = (int32_t)cursor_take(&entry, 2);
    cursor_skip(&entry, 2);
    Cursor esds = box_child(entry, BOX('e', 's', 'd', 's'));
    cursor_skip(&esds, 4);
    Cursor es = descriptor(esds, 3);
    cursor_skip(&es, 3); /* id, and flags that our encoder leaves at 0 */
    Cursor config = descriptor(es, 4);
    unsigned type = (unsigned)cursor_take(&config, 1);
    cursor_skip(&config, 12);
    Cursor specific = descriptor(config, 5);
    unsigned object = (unsigned)cursor_take(&specific, 1) >> 3;
    if (specific.bad || type != 0x40 || object == 0 || out->channels < 1 || out->rate < 1)
        return false;
    out->kind = MEDIA_AUDIO;
    out->codecs = arena_fmt(cx->arena, "mp4a.40.%u", object);
    return true;
}

static bool read_description(Cx *cx, Cursor track, MediaTrack *out, uint32_t *length_bytes)
{
    static const uint32_t path[] = {BOX('m', 'd', 'i', 'a'), BOX('m', 'i', 'n', 'f'),
                                    BOX('s', 't', 'b', 'l'), BOX('s', 't', 's', 'd')};
    uint32_t type = 0;
    Cursor list = box_path(track, path, COUNT(path)), entry = {0};
    cursor_skip(&list, 8);
    if (!box_next(&list, &type, &entry))
        return false;
    if (type == BOX('a', 'v', 'c', '1'))
        return read_avc(cx, entry, out, length_bytes);
    return type == BOX('m', 'p', '4', 'a') && read_aac(cx, entry, out);
}

static int64_t read_timescale(Cursor track)
{
    static const uint32_t path[] = {BOX('m', 'd', 'i', 'a'), BOX('m', 'd', 'h', 'd')};
    Cursor c = box_path(track, path, COUNT(path));
    bool wide = cursor_take(&c, 1) == 1;
    cursor_skip(&c, 3 + (wide ? 16 : 8));
    return (int64_t)cursor_take(&c, 4);
}

Err mp4_read_head(Cx *cx, Cursor moov, MediaTrack *out, Mp4Defaults *defaults)
{
    static const uint32_t path[] = {BOX('m', 'v', 'e', 'x'), BOX('t', 'r', 'e', 'x')};
    MediaTrack t = {0};
    size_t tracks = 0;
    uint32_t type = 0, length_bytes = 0;
    Cursor all = moov, body = {0}, track = {0};
    while (box_next(&all, &type, &body)) {
        if (type != BOX('t', 'r', 'a', 'k'))
            continue;
        track = body;
        tracks++;
    }
    if (all.bad || tracks != 1)
        return mp4_broken(cx, "it does not have exactly one track");
    t.timescale = read_timescale(track);
    if (t.timescale < 1 || t.timescale > TIMESCALE_MAX)
        return mp4_broken(cx, "its timescale");
    if (!read_description(cx, track, &t, &length_bytes))
        return mp4_broken(cx, "its codec");
    Cursor trex = box_path(moov, path, COUNT(path));
    cursor_skip(&trex, 12);
    Mp4Defaults d = {.duration = (uint32_t)cursor_take(&trex, 4), .length_bytes = length_bytes};
    d.size = (uint32_t)cursor_take(&trex, 4);
    d.flags = (uint32_t)cursor_take(&trex, 4);
    if (trex.bad)
        return mp4_broken(cx, "it is not fragmented");
    *out = t;
    *defaults = d;
    return OK;
}

/* A fragment being read, and who wants its samples. */
typedef struct Reading {
    Mp4Fragment f;
    Mp4Defaults d;
    Mp4Timing *samples;
    size_t room;
} Reading;

static bool read_tfhd(Cursor c, Reading *r)
{
    unsigned flags = (unsigned)cursor_take(&c, 4) & 0xffffff;
    cursor_skip(&c, 4);
    cursor_skip(&c, (flags & TFHD_BASE_OFFSET ? 8u : 0u) + (flags & TFHD_DESCRIPTION ? 4u : 0u));
    if (flags & TFHD_DURATION)
        r->d.duration = (uint32_t)cursor_take(&c, 4);
    if (flags & TFHD_SIZE)
        r->d.size = (uint32_t)cursor_take(&c, 4);
    if (flags & TFHD_FLAGS)
        r->d.flags = (uint32_t)cursor_take(&c, 4);
    r->f.absolute = flags & TFHD_BASE_OFFSET;
    return !c.bad;
}

/* The next sample of a fragment, after those counted in r->f. */
static void take_sample(Reading *r, const Mp4Timing *s)
{
    Mp4Fragment *f = &r->f;
    if (f->samples == 0) {
        f->key = s->key;
        f->shown = s->shown;
    }
    if ((size_t)f->samples < r->room)
        r->samples[f->samples] = *s;
    f->samples++;
    f->duration += s->duration;
    f->bytes += s->size;
}

/* Samples that differ in nothing take no bytes, so a trun may claim any number of them: they are
 * reckoned, and walked only as far as somebody wants them. */
static void take_alike(Reading *r, uint32_t count, uint32_t first_flags)
{
    uint32_t i = 0;
    for (; i < count && (i == 0 || (size_t)r->f.samples < r->room); i++)
        take_sample(r, &(Mp4Timing){.start = r->f.start + r->f.duration,
                                    .shown = r->f.start + r->f.duration,
                                    .duration = r->d.duration,
                                    .size = r->d.size,
                                    .key = !((i ? r->d.flags : first_flags) & NOT_SYNC)});
    r->f.samples += count - i;
    r->f.duration += (int64_t)(count - i) * r->d.duration;
    r->f.bytes += (int64_t)(count - i) * r->d.size;
}

/* ISO/IEC 14496-12 section 8.8.8: a composition offset is signed from version 1 on. */
static void take_each(Reading *r, Cursor *c, uint32_t word, uint32_t count, uint32_t first_flags)
{
    bool is_signed = word >> 24 > 0;
    for (uint32_t i = 0; i < count; i++) {
        Mp4Timing s = {.start = r->f.start + r->f.duration};
        s.duration = word & TRUN_DURATION ? (uint32_t)cursor_take(c, 4) : r->d.duration;
        s.size = word & TRUN_SIZE ? (uint32_t)cursor_take(c, 4) : r->d.size;
        uint32_t flags = word & TRUN_FLAGS ? (uint32_t)cursor_take(c, 4) : r->d.flags;
        uint32_t shift = word & TRUN_SHIFT ? (uint32_t)cursor_take(c, 4) : 0;
        s.shown = s.start + (is_signed ? (int64_t)(int32_t)shift : (int64_t)shift);
        s.key = !((i == 0 && !(word & TRUN_FLAGS) ? first_flags : flags) & NOT_SYNC);
        take_sample(r, &s);
    }
}

/* One run of samples; the first of all tells whether the fragment starts with a key frame. */
static bool read_trun(Cursor c, Reading *r)
{
    uint32_t word = (uint32_t)cursor_take(&c, 4), count = (uint32_t)cursor_take(&c, 4);
    uint32_t first_flags = r->d.flags;
    int32_t data_at = word & TRUN_OFFSET ? (int32_t)(uint32_t)cursor_take(&c, 4) : 0;
    if (word & TRUN_FIRST_FLAGS)
        first_flags = (uint32_t)cursor_take(&c, 4);
    bool each = word & (TRUN_DURATION | TRUN_SIZE | TRUN_FLAGS | TRUN_SHIFT);
    if (c.bad || count > MP4_SAMPLES_MAX || (each && count > c.n / 4))
        return false;
    if (r->f.samples == 0)
        r->f.data_at = data_at;
    if (each)
        take_each(r, &c, word, count, first_flags);
    else
        take_alike(r, count, first_flags);
    return !c.bad && r->f.samples <= MP4_SAMPLES_MAX && r->f.duration < MP4_TIME_MAX;
}

static bool read_tfdt(Cursor c, Cursor moof, Mp4Fragment *f)
{
    f->time_bytes = cursor_take(&c, 1) == 1 ? 8 : 4;
    cursor_skip(&c, 3);
    f->time_at = c.bad ? 0 : (size_t)(c.p - moof.p);
    uint64_t start = cursor_take(&c, f->time_bytes);
    if (c.bad || start > MP4_TIME_MAX)
        return false;
    f->start = (int64_t)start;
    return true;
}

static bool read_mfhd(Cursor c, Cursor moof, Mp4Fragment *f)
{
    cursor_skip(&c, 4);
    f->sequence_at = c.bad ? 0 : (size_t)(c.p - moof.p);
    f->sequence = (uint32_t)cursor_take(&c, 4);
    return !c.bad;
}

bool mp4_read_samples(Cursor moof, const Mp4Defaults *defaults, Mp4Fragment *out,
                      Mp4Timing *samples, size_t room)
{
    Reading r = {.d = *defaults, .samples = samples, .room = room};
    uint32_t type = 0;
    size_t tracks = 0;
    Cursor all = moof, body = {0}, traf = {0};
    while (box_next(&all, &type, &body)) {
        if (type != BOX('t', 'r', 'a', 'f'))
            continue;
        traf = body;
        tracks++;
    }
    if (all.bad || tracks != 1 || !read_mfhd(box_child(moof, BOX('m', 'f', 'h', 'd')), moof, &r.f))
        return false;
    if (!read_tfhd(box_child(traf, BOX('t', 'f', 'h', 'd')), &r) ||
        !read_tfdt(box_child(traf, BOX('t', 'f', 'd', 't')), moof, &r.f))
        return false;
    while (box_next(&traf, &type, &body))
        if (type == BOX('t', 'r', 'u', 'n') && !read_trun(body, &r))
            return false;
    if (traf.bad || r.f.samples == 0 || r.f.duration == 0)
        return false;
    *out = r.f;
    return true;
}

bool mp4_read_fragment(Cursor moof, const Mp4Defaults *defaults, Mp4Fragment *out)
{
    return mp4_read_samples(moof, defaults, out, NULL, 0);
}
