#include "media/mp4_samples.h"

/* ISO/IEC 14496-12 section 8.8.7: flags of tfhd; 8.8.8: of trun; 8.8.3.1: of a sample */
enum {
    TFHD_BASE = 0x1,
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

static bool read_tfhd(Cursor c, Mp4Samples *s)
{
    Mp4Defaults *d = &s->defaults;
    unsigned flags = (unsigned)cursor_take(&c, 4) & 0xffffff;
    cursor_skip(&c, flags & TFHD_BASE ? 12 : 4);
    s->absolute = flags & TFHD_BASE;
    s->description = flags & TFHD_DESCRIPTION ? (uint32_t)cursor_take(&c, 4) : 1;
    if (flags & TFHD_DURATION)
        d->duration = (uint32_t)cursor_take(&c, 4);
    if (flags & TFHD_SIZE)
        d->size = (uint32_t)cursor_take(&c, 4);
    if (flags & TFHD_FLAGS)
        d->flags = (uint32_t)cursor_take(&c, 4);
    return !c.bad;
}

static bool read_tfdt(Cursor c, Cursor moof, Mp4Samples *s)
{
    s->time_bytes = cursor_take(&c, 1) == 1 ? 8 : 4;
    cursor_skip(&c, 3);
    s->time_at = c.bad ? 0 : (size_t)(c.p - moof.p);
    uint64_t start = cursor_take(&c, s->time_bytes);
    if (c.bad || start > MP4_TIME_MAX)
        return false;
    s->start = (int64_t)start;
    return true;
}

Mp4Samples mp4_samples_any(Cursor moof, const Mp4Defaults *defaults)
{
    Mp4Samples s = {.defaults = *defaults};
    Cursor all = moof, one = {0};
    uint32_t type = 0;
    size_t tracks = 0;
    while (box_next(&all, &type, &one))
        if (type == BOX('t', 'r', 'a', 'f')) {
            s.traf = one;
            tracks++;
        }
    s.bad = all.bad || tracks != 1 || !read_tfhd(box_child(s.traf, BOX('t', 'f', 'h', 'd')), &s) ||
            !read_tfdt(box_child(s.traf, BOX('t', 'f', 'd', 't')), moof, &s);
    return s;
}

Mp4Samples mp4_samples(Cursor moof, const Mp4Defaults *defaults)
{
    Mp4Samples s = mp4_samples_any(moof, defaults);
    s.bad = s.bad || s.absolute || s.description != 1;
    return s;
}

static size_t sample_bytes(uint32_t flags)
{
    return 4 * (size_t)(!!(flags & TRUN_DURATION) + !!(flags & TRUN_SIZE) + !!(flags & TRUN_FLAGS) +
                        !!(flags & TRUN_SHIFT));
}

/* The next trun of the traf that has a sample. False at the end. */
static bool begin_run(Mp4Samples *s)
{
    uint32_t type = 0;
    while (s->left == 0) {
        Cursor c = {0};
        if (!box_next(&s->traf, &type, &c))
            return false;
        if (type != BOX('t', 'r', 'u', 'n'))
            continue;
        s->run_word = (uint32_t)cursor_take(&c, 4);
        s->left = (uint32_t)cursor_take(&c, 4);
        if (s->run_word & TRUN_OFFSET)
            s->next = (int32_t)(uint32_t)cursor_take(&c, 4);
        s->first_flags =
            s->run_word & TRUN_FIRST_FLAGS ? (uint32_t)cursor_take(&c, 4) : s->defaults.flags;
        size_t each = sample_bytes(s->run_word);
        if (c.bad || s->left > MP4_SAMPLES_MAX - s->claimed || (each && s->left > c.n / each)) {
            s->bad = true;
            return false;
        }
        s->claimed += s->left;
        s->first = true;
        s->run = c;
    }
    return true;
}

static uint32_t told(Mp4Samples *s, uint32_t flag, uint32_t otherwise)
{
    return s->run_word & flag ? (uint32_t)cursor_take(&s->run, 4) : otherwise;
}

/* A composition offset is signed from version 1 of trun on; one that is not stays below 2^31. */
static bool read_sample(Mp4Samples *s, Mp4Sample *out)
{
    *out = (Mp4Sample){.at = s->next};
    out->duration = told(s, TRUN_DURATION, s->defaults.duration);
    out->size = told(s, TRUN_SIZE, s->defaults.size);
    uint32_t flags = told(s, TRUN_FLAGS, s->first ? s->first_flags : s->defaults.flags);
    uint32_t shift = told(s, TRUN_SHIFT, 0);
    out->shift = (int32_t)shift;
    out->sync = !(flags & NOT_SYNC);
    return !s->run.bad && (s->run_word >> 24 || shift <= INT32_MAX);
}

static uint32_t take(Mp4Samples *s, bool one, Mp4Sample *out)
{
    Mp4Sample is = {0};
    if (s->bad || !begin_run(s)) {
        s->bad = s->bad || s->traf.bad;
        return 0;
    }
    if (!read_sample(s, &is)) {
        s->bad = true;
        return 0;
    }
    uint32_t n = one || s->first || sample_bytes(s->run_word) ? 1 : s->left;
    s->first = false;
    s->left -= n;
    s->next += (int64_t)n * is.size; /* 2^24 samples of 2^32 bytes, and 31 bits: far from 2^63 */
    *out = is;
    return n;
}

bool mp4_samples_next(Mp4Samples *s, Mp4Sample *out)
{
    return take(s, true, out) > 0;
}

uint32_t mp4_samples_alike(Mp4Samples *s, Mp4Sample *out)
{
    return take(s, false, out);
}
