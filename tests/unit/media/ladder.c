#include "media/ladder.h"
#include "test.h"

#include <stdio.h>
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

static const LadderWish all = {.sides = {240, 360, 480, 720, 1080, 1440, 2160}, .n = 7};

/* "360p 640x360, 720p 1280x720" */
static const char *told(const Ladder *l)
{
    static char text[400];
    size_t n = 0;
    text[0] = 0;
    for (size_t i = 0; i < l->n; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "%s%s %dx%d", i ? ", " : "",
                              l->rungs[i].name, l->rungs[i].width, l->rungs[i].height);
    return text;
}

TEST(ladder_starts_with_360p_and_goes_down_from_the_largest_side_that_is_not_larger)
{
    static const struct {
        int64_t width, height;
        int rotation;
        const char *is;
    } rows[] = {
        {1280, 720, 0, "360p 640x360, 720p 1280x720, 480p 854x480, 240p 426x240"},
        {1920, 1080, 0, "360p 640x360, 1080p 1920x1080, 720p 1280x720, 480p 854x480, 240p 426x240"},
        {1080, 1920, 0, "360p 360x640, 1080p 1080x1920, 720p 720x1280, 480p 480x854, 240p 240x426"},
        {1920, 1080, 90,
         "360p 360x640, 1080p 1080x1920, 720p 720x1280, 480p 480x854, 240p 240x426"},
        {1920, 1080, 180,
         "360p 640x360, 1080p 1920x1080, 720p 1280x720, 480p 854x480, 240p 426x240"},
        {3840, 2160, 0,
         "360p 640x360, 2160p 3840x2160, 1440p 2560x1440, 1080p 1920x1080, 720p 1280x720, "
         "480p 854x480, 240p 426x240"},
        {1000, 500, 0, "360p 720x360, 480p 960x480, 240p 480x240"},
        {720, 405, 0, "360p 640x360, 240p 426x240"},
        {640, 360, 0, "360p 640x360, 240p 426x240"},
        {853, 479, 0, "360p 642x360, 240p 428x240"},
        {384, 288, 0, "288p 384x288, 240p 320x240"}, /* five sixths of it, just */
        {382, 287, 0, "286p 380x286"},
        {640, 272, 0, "272p 640x272"},
        {190, 240, 0, "190p 190x240"},
        {321, 241, 0, "240p 320x240"},
        {4320, 2160, 0, /* no side above 4096 */
         "360p 720x360, 1440p 2880x1440, 1080p 2160x1080, 720p 1440x720, 480p 960x480, 240p "
         "480x240"},
        {10000, 1080, 0, "360p 3334x360, 240p 2222x240"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        Probe p = probe_of(rows[i].width, rows[i].height, rows[i].rotation, 25, 1);
        Ladder l = {0};
        ladder_plan(&p, &all, &l);
        CHECK(strcmp(told(&l), rows[i].is) == 0);
        if (strcmp(told(&l), rows[i].is) != 0)
            printf("row %zu is %s\n", i, told(&l));
    }
}

TEST(ladder_makes_what_the_operator_wishes_and_the_early_one_always)
{
    Probe p = probe_of(1920, 1080, 0, 60, 1);
    LadderWish wish = {.sides = {720, 1080, 480}, .n = 3, .crf = 20, .preset = "slow"};
    Ladder l = {0};
    ladder_plan(&p, &wish, &l);
    CHECK(strcmp(told(&l), "360p 640x360, 1080p 1920x1080, 720p 1280x720, 480p 854x480") == 0);
    CHECK(strcmp(l.rungs[0].preset, "veryfast") == 0 && strcmp(l.rungs[1].preset, "slow") == 0);
    CHECK(l.rungs[0].crf == 20 && l.rungs[3].crf == 20 && l.rungs[1].max_bps == 7500000);
    ladder_plan(&p, &(LadderWish){.preset_early = "ultrafast"}, &l);
    CHECK(l.n == 1 && l.rungs[0].crf == 23 && strcmp(l.rungs[0].preset, "ultrafast") == 0);
    Probe uhd = probe_of(3840, 2160, 0, 25, 1);
    ladder_plan(&uhd, &all, &l);
    CHECK(l.n == 7 && l.rungs[1].max_bps == 16000000 && l.rungs[2].max_bps == 9000000);
    LadderWish many = {.sides = {144, 240, 480, 540, 720, 1080, 1440, 2160}, .n = 8};
    ladder_plan(&uhd, &many, &l);
    CHECK(l.n == LADDER_MAX && strcmp(l.rungs[LADDER_MAX - 1].name, "240p") == 0);
}

TEST(ladder_reads_its_setting)
{
    static const struct {
        const char *text;
        size_t n;
    } rows[] = {
        {"240,360,480,720,1080,1440,2160", 7},
        {"1080,360", 2},
        {"144", 1},
        {"", 0},
        {"143", 0},
        {"142", 0},
        {"2162", 0},
        {"361", 0},
        {"360,", 0},
        {",360", 0},
        {"360,,480", 0},
        {"360,360", 0},
        {"360 480", 0},
        {"-360", 0},
        {"0360", 1}, /* a number is a number */
        {"99999999999999999999", 0},
        {"144,146,148,150,152,154,156,158", 8},
        {"144,146,148,150,152,154,156,158,160", 0},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        LadderWish wish = {.n = 99};
        bool is = ladder_wish_read(str_of(rows[i].text), &wish);
        CHECK(is == (rows[i].n > 0) && wish.n == (is ? rows[i].n : 99));
    }
    CHECK(ladder_preset(S("faster")) && !ladder_preset(S("placebo")) && !ladder_preset(S("")));
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
            ladder_plan(&p, &all, &l);
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
    ladder_plan(&p, &all, &l);
    CHECK(strcmp(told(&l), "360p 654x360, 480p 872x480, 240p 436x240") == 0);
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
        ladder_plan(&p, &all, &l);
        for (size_t k = 0; k < l.n; k++) /* the same for all rungs */
            CHECK(l.rungs[k].fps_num == rows[i].fps_num && l.rungs[k].fps_den == rows[i].fps_den &&
                  l.rungs[k].gop == rows[i].gop);
    }
}
