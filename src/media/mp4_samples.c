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

static bool read_defaults(Cursor c, Mp4Defaults *d)
{
    unsigned flags = (unsigned)cursor_take(&c, 4) & 0xffffff;
    cursor_skip(&c, 4);
    if (flags & TFHD_BASE)
        return false;
    if ((flags & TFHD_DESCRIPTION) && cursor_take(&c, 4) != 1)
        return false;
    if (flags & TFHD_DURATION)
        d->duration = (uint32_t)cursor_take(&c, 4);
    if (flags & TFHD_SIZE)
        d->size = (uint32_t)cursor_take(&c, 4);
    if (flags & TFHD_FLAGS)
        d->flags = (uint32_t)cursor_take(&c, 4);
    return !c.bad;
}

static bool read_start(Cursor c, int64_t *start)
{
    bool wide = cursor_take(&c, 1) == 1;
    cursor_skip(&c, 3);
    uint64_t is = cursor_take(&c, wide ? 8 : 4);
    if (c.bad || is > MP4_TIME_MAX)
        return false;
    *start = (int64_t)is;
    return true;
}

Mp4Samples mp4_samples(Cursor moof, const Mp4Defaults *defaults)
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
    s.bad = all.bad || tracks != 1 ||
            !read_defaults(box_child(s.traf, BOX('t', 'f', 'h', 'd')), &s.defaults) ||
            !read_start(box_child(s.traf, BOX('t', 'f', 'd', 't')), &s.start);
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
        s->run_flags = (uint32_t)cursor_take(&c, 4) & 0xffffff;
        s->left = (uint32_t)cursor_take(&c, 4);
        if (s->run_flags & TRUN_OFFSET)
            s->next = (int32_t)(uint32_t)cursor_take(&c, 4);
        s->first_flags =
            s->run_flags & TRUN_FIRST_FLAGS ? (uint32_t)cursor_take(&c, 4) : s->defaults.flags;
        size_t each = sample_bytes(s->run_flags);
        if (c.bad || s->left > MP4_SAMPLES_MAX || (each && s->left > c.n / each)) {
            s->bad = true;
            return false;
        }
        s->first = true;
        s->run = c;
    }
    return true;
}

static uint32_t told(Mp4Samples *s, uint32_t flag, uint32_t otherwise)
{
    return s->run_flags & flag ? (uint32_t)cursor_take(&s->run, 4) : otherwise;
}

bool mp4_samples_next(Mp4Samples *s, Mp4Sample *out)
{
    if (s->bad || !begin_run(s)) {
        s->bad = s->bad || s->traf.bad;
        return false;
    }
    Mp4Sample is = {.at = s->next};
    is.duration = told(s, TRUN_DURATION, s->defaults.duration);
    is.size = told(s, TRUN_SIZE, s->defaults.size);
    uint32_t flags = told(s, TRUN_FLAGS, s->first ? s->first_flags : s->defaults.flags);
    is.shift = (int32_t)told(s, TRUN_SHIFT, 0);
    is.sync = !(flags & NOT_SYNC);
    s->first = false;
    s->left--;
    s->next += is.size; /* 2^24 samples of 2^32 bytes, and an offset of 31 bits: far from 2^63 */
    s->bad = s->run.bad;
    if (!s->bad)
        *out = is;
    return !s->bad;
}
