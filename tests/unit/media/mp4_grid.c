/* Fragments as ours, and what each may not be. */
#include "media/mp4_grid.h"
#include "boxes.h"
#include "test.h"

#include <unistd.h>

enum { GOP = 5 };

/* As they are decoded: I P B B B, and each frame's slot comes two frames later. */
static const uint8_t reordered[] = {2, 5, 2, 0, 1};

static Err check_of(Made *m, int64_t frame, int64_t gop, Cx *cx)
{
    int fd = file_of(m->b.p, m->b.n);
    Err is = mp4_check_grid(cx, fd, frame, gop);
    close(fd);
    return is;
}

static Fragment nth(uint32_t n)
{
    return (Fragment){.wide = true,
                      .start = (uint64_t)n * GOP * FRAME,
                      .samples = GOP,
                      .first_flags = KEY_FLAGS,
                      .sequence = n + 1,
                      .delays = reordered};
}

TEST(mp4_grid_takes_closed_groups_of_equal_frames_the_last_of_which_is_short)
{
    Cx cx = {.arena = arena_new()};
    Made m = {.b = BUF(1 << 20)};
    Fragment f = nth(2);
    head(&m, true, 12800);
    put_fragment(&m, (Fragment[]){nth(0)});
    put_fragment(&m, (Fragment[]){nth(1)});
    f.samples = 1;
    put_fragment(&m, &f);
    CHECK(check_of(&m, FRAME, GOP, &cx) == OK);
    CHECK(check_of(&m, FRAME + 1, GOP, &cx) == E_CONFLICT);
    CHECK(check_of(&m, FRAME, GOP - 1, &cx) == E_CONFLICT);
    CHECK(check_of(&m, FRAME, GOP + 1, &cx) == E_CONFLICT);
    buf_free(&m.b);
    arena_free(cx.arena);
}

/* Shown one after another without holding back: as good a grid. */
TEST(mp4_grid_takes_frames_without_reordering)
{
    Cx cx = {.arena = arena_new()};
    Made m = {.b = BUF(1 << 20)};
    head(&m, true, 12800);
    for (uint32_t i = 0; i < 3; i++) {
        Fragment f = nth(i);
        f.delays = NULL;
        put_fragment(&m, &f);
    }
    CHECK(check_of(&m, FRAME, GOP, &cx) == OK);
    buf_free(&m.b);
    arena_free(cx.arena);
}

/* Each row spoils the second of three fragments. */
static const struct {
    const char *name;
    uint8_t delays[GOP];
    Fragment other;
    const char *said;
} rows[] = {
    {"no sync sample", {2, 5, 2, 0, 1}, {.first_flags = OTHER_FLAGS}, "with a key frame"},
    {"an open group", {3, 6, 0, 1, 0}, {0}, "follow each other"},
    {"a frame before the key frame", {2, 0, 2, 2, 2}, {0}, "shown before the key frame"},
    {"two frames at once", {2, 2, 1, 2, 2}, {0}, "equal distances"},
    {"a gap when shown", {2, 2, 2, 2, 3}, {0}, "equal distances"},
    {"a longer frame", {2, 5, 2, 0, 1}, {.odd = 3}, "equally long"},
    {"too few", {2, 2, 2}, {.samples = 3}, "too near"},
    {"too many", {2}, {.samples = 7}, "too far apart"},
    {"a gap in time", {2, 5, 2, 0, 1}, {.start = 1}, "follow each other"},
    {"a picture that refers to others", {2, 5, 2, 0, 1}, {.nal = 1}, "not independent"},
    {"a parameter set", {2, 5, 2, 0, 1}, {.nal = 7}, "parameters on the way"},
    {"no picture", {2, 5, 2, 0, 1}, {.nal = 6}, "start with a picture"},
};

TEST(mp4_grid_says_what_does_not_fit)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        Cx cx = {.arena = arena_new()};
        Made m = {.b = BUF(1 << 20)};
        Fragment f = nth(1);
        const Fragment *other = &rows[i].other;
        static const uint8_t same[16] = {2, 2, 2, 2, 2, 2, 2};
        f.samples = other->samples ? other->samples : f.samples;
        f.delays = other->samples ? same : rows[i].delays;
        f.first_flags = other->first_flags ? other->first_flags : f.first_flags;
        f.start += other->start;
        f.odd = other->odd;
        f.nal = other->nal;
        Fragment last = nth(2);
        last.start = f.start + (uint64_t)f.samples * FRAME + (f.odd ? 1 : 0);
        head(&m, true, 12800);
        put_fragment(&m, (Fragment[]){nth(0)});
        put_fragment(&m, &f);
        put_fragment(&m, &last);
        CHECK(check_of(&m, FRAME, GOP, &cx) == E_CONFLICT && strstr(cx.said, rows[i].said));
        if (!strstr(cx.said, rows[i].said))
            printf("    %s: %s\n", rows[i].name, cx.said);
        buf_free(&m.b);
        arena_free(cx.arena);
    }
}

TEST(mp4_grid_believes_no_length)
{
    Made m = {.b = BUF(1 << 20)};
    static const unsigned char put[] = {0, 1, 0x7f, 0x80, 0xff};
    head(&m, true, 12800);
    put_fragment(&m, (Fragment[]){nth(0)});
    put_fragment(&m, (Fragment[]){nth(1)});
    for (size_t i = 0; i < m.b.n; i++)
        for (size_t k = 0; k < COUNT(put); k++) {
            Cx cx = {.arena = arena_new()};
            char was = m.b.p[i];
            m.b.p[i] = (char)put[k];
            Err is = check_of(&m, FRAME, GOP, &cx);
            CHECK(is == OK || is == E_CONFLICT || is == E_MEDIA_REFUSED);
            m.b.p[i] = was;
            arena_free(cx.arena);
        }
    buf_free(&m.b);
}

TEST(mp4_grid_is_for_pictures)
{
    Cx cx = {.arena = arena_new()};
    Made m = {.b = BUF(1 << 20)};
    head(&m, false, 48000);
    put_fragment(&m, (Fragment[]){nth(0)});
    CHECK(check_of(&m, FRAME, GOP, &cx) == E_CONFLICT);
    m.b.n = 0;
    put_fragment(&m, (Fragment[]){nth(0)});
    CHECK(check_of(&m, FRAME, GOP, &cx) == E_MEDIA_REFUSED);
    m.b.n = 0;
    head(&m, true, 12800);
    CHECK(check_of(&m, FRAME, GOP, &cx) == E_MEDIA_REFUSED);
    buf_free(&m.b);
    arena_free(cx.arena);
}
