#include "media/mp4_head.h"

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

static Err broken(Cx *cx, const char *what)
{
    return fail(cx, E_MEDIA_REFUSED, "what was encoded cannot be read back: %s", what);
}

static bool read_avc(Cx *cx, Cursor entry, MediaTrack *out)
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

static bool read_description(Cx *cx, Cursor track, MediaTrack *out)
{
    static const uint32_t path[] = {BOX('m', 'd', 'i', 'a'), BOX('m', 'i', 'n', 'f'),
                                    BOX('s', 't', 'b', 'l'), BOX('s', 't', 's', 'd')};
    uint32_t type = 0;
    Cursor list = box_path(track, path, COUNT(path)), entry = {0};
    cursor_skip(&list, 8);
    if (!box_next(&list, &type, &entry))
        return false;
    if (type == BOX('a', 'v', 'c', '1'))
        return read_avc(cx, entry, out);
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
    uint32_t type = 0;
    Cursor all = moov, body = {0}, track = {0};
    while (box_next(&all, &type, &body)) {
        if (type != BOX('t', 'r', 'a', 'k'))
            continue;
        track = body;
        tracks++;
    }
    if (all.bad || tracks != 1)
        return broken(cx, "it does not have exactly one track");
    t.timescale = read_timescale(track);
    if (t.timescale < 1 || t.timescale > TIMESCALE_MAX)
        return broken(cx, "its timescale");
    if (!read_description(cx, track, &t))
        return broken(cx, "its codec");
    Cursor trex = box_path(moov, path, COUNT(path));
    cursor_skip(&trex, 12);
    Mp4Defaults d = {.duration = (uint32_t)cursor_take(&trex, 4)};
    d.size = (uint32_t)cursor_take(&trex, 4);
    d.flags = (uint32_t)cursor_take(&trex, 4);
    if (trex.bad)
        return broken(cx, "it is not fragmented");
    *out = t;
    *defaults = d;
    return OK;
}

static bool read_tfhd(Cursor c, Mp4Defaults *d)
{
    unsigned flags = (unsigned)cursor_take(&c, 4) & 0xffffff;
    cursor_skip(&c, 4);
    cursor_skip(&c, (flags & TFHD_BASE_OFFSET ? 8u : 0u) + (flags & TFHD_DESCRIPTION ? 4u : 0u));
    if (flags & TFHD_DURATION)
        d->duration = (uint32_t)cursor_take(&c, 4);
    if (flags & TFHD_SIZE)
        d->size = (uint32_t)cursor_take(&c, 4);
    if (flags & TFHD_FLAGS)
        d->flags = (uint32_t)cursor_take(&c, 4);
    return !c.bad;
}

/* One run of samples; the first of all tells whether the fragment starts with a key frame. */
static bool read_trun(Cursor c, const Mp4Defaults *d, Mp4Fragment *f)
{
    unsigned flags = (unsigned)cursor_take(&c, 4) & 0xffffff;
    uint32_t count = (uint32_t)cursor_take(&c, 4), first_flags = d->flags;
    cursor_skip(&c, flags & TRUN_OFFSET ? 4 : 0);
    if (flags & TRUN_FIRST_FLAGS)
        first_flags = (uint32_t)cursor_take(&c, 4);
    bool each = flags & (TRUN_DURATION | TRUN_SIZE | TRUN_FLAGS | TRUN_SHIFT);
    if (c.bad || count > MP4_SAMPLES_MAX || (each && count > c.n / 4))
        return false;
    if (!each) {
        f->duration += (int64_t)count * d->duration;
        f->bytes += (int64_t)count * d->size;
    }
    for (uint32_t i = 0; each && i < count; i++) {
        f->duration += flags & TRUN_DURATION ? (int64_t)cursor_take(&c, 4) : d->duration;
        f->bytes += flags & TRUN_SIZE ? (int64_t)cursor_take(&c, 4) : d->size;
        uint32_t its = flags & TRUN_FLAGS ? (uint32_t)cursor_take(&c, 4) : d->flags;
        int32_t shift = flags & TRUN_SHIFT ? (int32_t)(uint32_t)cursor_take(&c, 4) : 0;
        if (i == 0 && (flags & TRUN_FLAGS))
            first_flags = its;
        if (i == 0 && f->samples == 0)
            f->shown = shift;
    }
    if (f->samples == 0 && count)
        f->key = !(first_flags & NOT_SYNC);
    f->samples += count;
    return !c.bad && f->samples <= MP4_SAMPLES_MAX && f->duration < MP4_TIME_MAX;
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

bool mp4_read_fragment(Cursor moof, const Mp4Defaults *defaults, Mp4Fragment *out)
{
    Mp4Fragment f = {0};
    Mp4Defaults d = *defaults;
    uint32_t type = 0;
    size_t tracks = 0;
    Cursor all = moof, body = {0}, traf = {0};
    while (box_next(&all, &type, &body)) {
        if (type != BOX('t', 'r', 'a', 'f'))
            continue;
        traf = body;
        tracks++;
    }
    if (all.bad || tracks != 1 || !read_tfhd(box_child(traf, BOX('t', 'f', 'h', 'd')), &d) ||
        !read_tfdt(box_child(traf, BOX('t', 'f', 'd', 't')), moof, &f))
        return false;
    while (box_next(&traf, &type, &body))
        if (type == BOX('t', 'r', 'u', 'n') && !read_trun(body, &d, &f))
            return false;
    f.shown += f.start;
    if (traf.bad || f.samples == 0 || f.duration == 0)
        return false;
    *out = f;
    return true;
}
