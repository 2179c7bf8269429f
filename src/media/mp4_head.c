#include "media/mp4_head.h"

#include "media/mp4_samples.h"
#include "media/mp4_walk.h"

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

static bool read_mfhd(Cursor c, Cursor moof, Mp4Fragment *f)
{
    cursor_skip(&c, 4);
    f->sequence_at = c.bad ? 0 : (size_t)(c.p - moof.p);
    f->sequence = (uint32_t)cursor_take(&c, 4);
    return !c.bad;
}

/* Samples are counted as often as they differ: a trun may claim any number of those that don't. */
static bool add_up(Mp4Samples *all, Mp4Fragment *f)
{
    Mp4Sample one = {0};
    for (uint32_t n; (n = mp4_samples_alike(all, &one)); f->samples += n) {
        if (f->samples == 0) {
            f->key = one.sync;
            f->shown = f->start + one.shift;
            f->data_at = one.at;
        }
        f->duration += (int64_t)n * one.duration;
        f->bytes += (int64_t)n * one.size;
        if (f->duration >= MP4_TIME_MAX)
            return false;
    }
    return !all->bad && f->samples > 0 && f->duration > 0;
}

bool mp4_read_fragment(Cursor moof, const Mp4Defaults *defaults, Mp4Fragment *out)
{
    Mp4Samples all = mp4_samples_any(moof, defaults);
    Mp4Fragment f = {.start = all.start,
                     .absolute = all.absolute,
                     .time_at = all.time_at,
                     .time_bytes = all.time_bytes};
    if (all.bad || !read_mfhd(box_child(moof, BOX('m', 'f', 'h', 'd')), moof, &f) ||
        !add_up(&all, &f))
        return false;
    *out = f;
    return true;
}
