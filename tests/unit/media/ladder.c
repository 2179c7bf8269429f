#include "media/ladder.h"
#include "test.h"

#include <string.h>

static Probe probe_of(int64_t width, int64_t height, int rotation, int64_t num, int64_t den)
{
    return (Probe){.video = {.has = true,
                             .width = width,
                             .height = height,
                             .sar_num = 1,
                             .sar_den = 1,
                             .rotation = rotation,
                             .fps_num = num,
                             .fps_den = den}};
}

TEST(ladder_starts_with_360p_and_adds_the_largest_standard_size_that_is_not_larger)
{
    static const struct {
        int64_t width, height;
        int rotation;
        size_t n;
        const char *first, *second;
        int32_t w0, h0, w1, h1;
    } rows[] = {
        {1280, 720, 0, 2, "360p", "720p", 640, 360, 1280, 720},
        {1920, 1080, 0, 2, "360p", "1080p", 640, 360, 1920, 1080},
        {1080, 1920, 0, 2, "360p", "1080p", 360, 640, 1080, 1920},
        {1920, 1080, 90, 2, "360p", "1080p", 360, 640, 1080, 1920},
        {1920, 1080, 270, 2, "360p", "1080p", 360, 640, 1080, 1920},
        {1920, 1080, 180, 2, "360p", "1080p", 640, 360, 1920, 1080},
        {3840, 2160, 0, 2, "360p", "1080p", 640, 360, 1920, 1080},
        {1000, 500, 0, 2, "360p", "480p", 720, 360, 960, 480},
        {854, 480, 0, 2, "360p", "480p", 640, 360, 854, 480},
        {720, 405, 0, 1, "360p", NULL, 640, 360, 0, 0},
        {640, 360, 0, 1, "360p", NULL, 640, 360, 0, 0},
        {640, 272, 0, 1, "272p", NULL, 640, 272, 0, 0},
        {190, 240, 0, 1, "190p", NULL, 190, 240, 0, 0},
        {853, 479, 0, 1, "360p", NULL, 642, 360, 0, 0},
        {321, 241, 0, 1, "240p", NULL, 320, 240, 0, 0},
        {10000, 1080, 0, 1, "360p", NULL, 3334, 360, 0, 0}, /* no side above 4096 */
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        Probe p = probe_of(rows[i].width, rows[i].height, rows[i].rotation, 25, 1);
        Ladder l = {0};
        ladder_plan(&p, &l);
        CHECK(l.n == rows[i].n && strcmp(l.rungs[0].name, rows[i].first) == 0);
        CHECK(l.rungs[0].width == rows[i].w0 && l.rungs[0].height == rows[i].h0);
        CHECK(l.n < 2 || strcmp(l.rungs[1].name, rows[i].second) == 0);
        CHECK(l.n < 2 || (l.rungs[1].width == rows[i].w1 && l.rungs[1].height == rows[i].h1));
    }
}

TEST(ladder_never_makes_a_picture_larger_and_keeps_its_shape)
{
    for (int64_t w = 16; w < 5000; w += 61)
        for (int64_t h = 16; h < 3000; h += 47) {
            Probe p = probe_of(w, h, w % 3 ? 0 : 90, 25, 1);
            Ladder l = {0};
            int64_t sw = 0, sh = 0;
            if (w > h * MEDIA_ASPECT_MAX || h > w * MEDIA_ASPECT_MAX)
                continue;
            ladder_plan(&p, &l);
            probe_shown(&p, &sw, &sh);
            bool holds = l.n >= 1 && l.n <= LADDER_MAX;
            for (size_t i = 0; i < l.n; i++) {
                const Rung *r = &l.rungs[i];
                double off = (double)r->width * (double)sh - (double)r->height * (double)sw;
                double one = 2.0 * (double)(sw > sh ? sw : sh);
                holds = holds && r->width % 2 == 0 && r->height % 2 == 0 && r->width <= sw + 1 &&
                        r->height <= sh + 1 && off <= one * 2 && off >= -one * 2 &&
                        r->max_bps > 0 && strlen(r->name) > 1;
            }
            CHECK(holds);
        }
}

TEST(ladder_squares_the_pixels)
{
    Probe p = probe_of(720, 576, 0, 25, 1);
    p.video.sar_num = 16;
    p.video.sar_den = 11;
    Ladder l = {0};
    ladder_plan(&p, &l);
    CHECK(l.n == 2 && l.rungs[0].height == 360 && l.rungs[0].width == 654);
    CHECK(strcmp(l.rungs[1].name, "480p") == 0 && l.rungs[1].width == 872);
}

TEST(ladder_brings_every_rate_to_a_standard_one_and_a_segment_to_two_seconds)
{
    static const struct {
        int64_t num, den;
        int32_t fps_num, fps_den, gop;
    } rows[] = {
        {24000, 1001, 24000, 1001, 48},
        {24, 1, 24, 1, 48},
        {25, 1, 25, 1, 50},
        {30000, 1001, 30000, 1001, 60},
        {30, 1, 30, 1, 60},
        {48, 1, 48, 1, 96},
        {50, 1, 50, 1, 100},
        {60000, 1001, 60000, 1001, 120},
        {60, 1, 60, 1, 120},
        {100, 1, 50, 1, 100},
        {120, 1, 60, 1, 120},
        {120000, 1001, 60000, 1001, 120},
        {1, 1, 24000, 1001, 48},
        {10, 1, 24000, 1001, 48},
        {26777, 1000, 25, 1, 50},
        {29873, 1000, 30000, 1001, 60},
        {90, 1, 48, 1, 96},
        {61, 1, 30, 1, 60},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        Probe p = probe_of(1280, 720, 0, rows[i].num, rows[i].den);
        Ladder l = {0};
        ladder_plan(&p, &l);
        for (size_t k = 0; k < l.n; k++) /* the same for all rungs */
            CHECK(l.rungs[k].fps_num == rows[i].fps_num && l.rungs[k].fps_den == rows[i].fps_den &&
                  l.rungs[k].gop == rows[i].gop);
    }
}
