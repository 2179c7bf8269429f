#include "media/mp4_grid.h"

#include "media/mp4.h"
#include "media/mp4_samples.h"
#include "media/mp4_walk.h"

#include <assert.h>

/* ITU-T H.264 table 7-1 */
enum { NAL_SLICE = 1, NAL_IDR = 5, NAL_SPS = 7, NAL_PPS = 8, NAL_SPS_MORE = 13, NAL_SUBSET = 15 };
enum { NALS_MAX = 64 }; /* before the first slice of a picture */

typedef struct Grid {
    Mp4Walk walk;
    Mp4Defaults defaults;
    int64_t frame, most;
    bool *taken; /* `most` of them: slots in the order of showing */
    int64_t fragments;
    int64_t next, delay; /* where the next fragment begins; from decoding to showing */
    bool ended;          /* the last fragment was a short one */
} Grid;

static void grid_end(Grid *grid)
{
    walk_end(&grid->walk);
}

static Err unfit(Cx *cx, const char *what)
{
    return fail(cx, E_CONFLICT, "it does not fit: %s", what);
}

static Err take_head(Cx *cx, Grid *grid)
{
    Cursor body = {0};
    MediaTrack track = {0};
    TRY(walk_body(cx, &grid->walk, &body));
    TRY(mp4_read_head(cx, body, &track, &grid->defaults));
    if (track.kind != MEDIA_VIDEO || grid->defaults.length_bytes == 0)
        return unfit(cx, "it is not such a picture");
    return OK;
}

/* Each slot of the fragment's time is some frame's, none is two frames'. */
static Err check_order(Cx *cx, Grid *grid, const Mp4Fragment *f, Mp4Samples all)
{
    Mp4Sample s = {0};
    memset(grid->taken, 0, (size_t)grid->most * sizeof *grid->taken);
    for (int64_t start = f->start; mp4_samples_next(&all, &s); start += s.duration) {
        int64_t after = start + s.shift - f->shown;
        if (s.duration != grid->frame)
            return unfit(cx, "its frames are not equally long");
        if (after < 0)
            return unfit(cx, "a frame is shown before the key frame that it follows");
        if (after % grid->frame || after / grid->frame >= f->samples ||
            grid->taken[after / grid->frame])
            return unfit(cx, "its frames are not shown at equal distances");
        grid->taken[after / grid->frame] = true;
    }
    return OK;
}

/* ISO/IEC 14496-15 section 5: NAL units, each behind its length. Those before the first slice are
 * looked at, as a fragment can be entered there. */
static Err check_picture(Cx *cx, const Grid *grid, int64_t at, int64_t size)
{
    int64_t prefix = grid->defaults.length_bytes, end = at + size;
    for (int i = 0; i < NALS_MAX && at + prefix < end; i++) {
        uint8_t head[5] = {0};
        TRY(walk_read(cx, &grid->walk, at, head, (size_t)prefix + 1));
        Cursor c = {.p = head, .n = (size_t)prefix + 1};
        int64_t length = (int64_t)cursor_take(&c, (size_t)prefix);
        unsigned type = (unsigned)cursor_take(&c, 1) & 0x1f;
        if (length > end - at - prefix)
            return mp4_broken(cx, "a picture does not fit in its sample");
        if (length && type == NAL_IDR)
            return OK;
        if (length && type >= NAL_SLICE && type < NAL_IDR)
            return unfit(cx, "a key frame is not independent of what is before it");
        if (length &&
            (type == NAL_SPS || type == NAL_PPS || type == NAL_SPS_MORE || type == NAL_SUBSET))
            return unfit(cx, "it tells its parameters on the way");
        at += prefix + length;
    }
    return unfit(cx, "a segment does not start with a picture");
}

static Err take_fragment(Cx *cx, Grid *grid)
{
    Mp4Fragment f = {0};
    Mp4Sample first = {0};
    Cursor body = {0};
    if (grid->defaults.length_bytes == 0)
        return mp4_broken(cx, "its fragments are out of order");
    TRY(walk_body(cx, &grid->walk, &body));
    if (!mp4_read_fragment(body, &grid->defaults, &f))
        return mp4_broken(cx, "a fragment");
    if (f.samples > grid->most)
        return unfit(cx, "its key frames are too far apart");
    if (grid->ended)
        return unfit(cx, "its key frames are too near to each other");
    if (!f.key)
        return unfit(cx, "a segment does not start with a key frame");
    grid->delay = grid->fragments++ ? grid->delay : f.shown - f.start;
    if ((grid->fragments > 1 && f.start != grid->next) || f.shown - f.start != grid->delay)
        return unfit(cx, "its segments do not follow each other");
    Mp4Samples all = mp4_samples_any(body, &grid->defaults);
    TRY(check_order(cx, grid, &f, all));
    grid->next = f.start + f.duration;
    grid->ended = f.samples < grid->most;
    int64_t at = grid->walk.box_at + f.data_at;
    if (f.absolute || !mp4_samples_next(&all, &first) || at < grid->walk.at ||
        at > grid->walk.size - first.size)
        return mp4_broken(cx, "its samples are not where they should be");
    return check_picture(cx, grid, at, first.size);
}

Err mp4_check_grid(Cx *cx, int fd, int64_t frame_units, int64_t frames_a_segment)
{
    CLEANUP(grid_end) Grid grid = {.frame = frame_units, .most = frames_a_segment};
    bool more = true;
    assert(frame_units > 0 && frames_a_segment > 0 && frames_a_segment <= MP4_GRID_MAX);
    grid.taken = arena_array(cx->arena, bool, (size_t)frames_a_segment);
    TRY(walk_start(cx, fd, &grid.walk));
    for (;;) {
        TRY(walk_next(cx, &grid.walk, &more));
        if (!more)
            break;
        if (grid.walk.type == BOX('m', 'o', 'o', 'v'))
            TRY(take_head(cx, &grid));
        else if (grid.walk.type == BOX('m', 'o', 'o', 'f'))
            TRY(take_fragment(cx, &grid));
    }
    return grid.fragments ? OK : mp4_broken(cx, "there is nothing in it");
}
