/* Which originals are worth trying to take over; what comes of it is looked at in
 * tests/media/copies.py. */
#include "media/passthrough.h"
#include "test.h"

static const Rung rung = {.name = "720p",
                          .width = 1280,
                          .height = 720,
                          .fps_num = 30000,
                          .fps_den = 1001,
                          .gop = 60,
                          .max_bps = 2800000};

static Probe usual(void)
{
    return (Probe){.container = S("mov"),
                   .duration_ms = 10000,
                   .size_bytes = 3000000,
                   .video = {.has = true,
                             .codec = S("h264"),
                             .pix_fmt = S("yuv420p"),
                             .profile = S("High"),
                             .level = 31,
                             .bit_rate = 2000000,
                             .width = 1280,
                             .height = 720,
                             .sar_num = 1,
                             .sar_den = 1,
                             .fps_num = 30000,
                             .fps_den = 1001}};
}

TEST(passthrough_takes_what_every_browser_plays)
{
    const Str profile[] = {S("High"), S("Main"), S("Baseline"), S("Constrained Baseline")};
    for (size_t i = 0; i < COUNT(profile); i++) {
        Probe p = usual();
        p.video.profile = profile[i];
        CHECK(passthrough_may(&p, &rung));
    }
    Probe p = usual();
    p.container = S("matroska");
    p.video.bit_rate = 0; /* then the file's own rate counts: 2.4 Mb/s */
    p.video.fps_num = 19001;
    p.video.fps_den = 634; /* of times in ms */
    CHECK(passthrough_may(&p, &rung));
}

TEST(passthrough_leaves_anything_else_to_the_encoder)
{
    enum { ROWS = 18 };
    for (int row = 0; row < ROWS; row++) {
        Probe p = usual();
        ProbeVideo *v = &p.video;
        Str *texts[] = {&v->codec,     &v->pix_fmt, &v->profile, &v->transfer,
                        &v->primaries, &v->range,   &p.container};
        const Str wrong[] = {S("hevc"),   S("yuv420p10le"), S("High 4:2:2"), S("smpte2084"),
                             S("bt2020"), S("pc"),          S("avi")};
        int64_t *numbers[] = {&v->width,   &v->height, &v->sar_num, &v->fps_num,
                              &v->fps_num, &v->level,  &v->level,   &v->bit_rate};
        static const int64_t off[] = {1278, 722, 2, 30030, 29970, 0, 60, 2800001};
        if (row < 7)
            *texts[row] = wrong[row];
        else if (row < 15)
            *numbers[row - 7] = off[row - 7];
        v->rotation = row == 15 ? 90 : 0;
        v->interlaced = row == 16;
        if (row == 17) {
            v->bit_rate = 0; /* untold, and the file's rate is too much */
            p.size_bytes = 4000000;
        }
        CHECK(!passthrough_may(&p, &rung));
        if (passthrough_may(&p, &rung))
            printf("    row %d\n", row);
    }
}
