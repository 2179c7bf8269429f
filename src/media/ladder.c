#include "media/ladder.h"

#include <stdio.h>

static const struct {
    int32_t num, den;
} rates[] = {{24000, 1001}, {24, 1}, {25, 1},       {30000, 1001}, {30, 1},
             {48, 1},       {50, 1}, {60000, 1001}, {60, 1}};

enum {
    EARLY = 360,
    FAST_FPS = 31,
    LONGEST_SIDE = 4096
}; /* H.264 level 5.1, which players hold to */

static const int64_t higher[] = {1080, 720, 480};

/* Caps at up to 30 frames a second; half as much again above. */
static const struct {
    int64_t side, bps;
} caps[] = {{240, 400000}, {360, 800000}, {480, 1400000}, {720, 2800000}, {1080, 5000000}};

void ladder_rate(int64_t num, int64_t den, int32_t *fps_num, int32_t *fps_den)
{
    double is = (double)num / (double)den, nearest = 1e9;
    while (is > 60.5)
        is /= 2;
    for (size_t i = 0; i < COUNT(rates); i++) {
        double off = is - (double)rates[i].num / rates[i].den;
        off = off < 0 ? -off : off;
        if (off >= nearest)
            continue;
        nearest = off;
        *fps_num = rates[i].num;
        *fps_den = rates[i].den;
    }
}

static int64_t cap_of(int64_t side, const Rung *rung)
{
    int64_t bps = caps[COUNT(caps) - 1].bps;
    for (size_t i = COUNT(caps); i-- > 0;)
        if (side <= caps[i].side)
            bps = caps[i].bps;
    return rung->fps_num > FAST_FPS * rung->fps_den ? bps + bps / 2 : bps;
}

static int32_t even(int64_t side)
{
    return side < 2 ? 2 : (int32_t)(side / 2 * 2);
}

/* The picture brought to `side` at its shorter side. */
static void add_rung(const Probe *probe, int64_t side, const char *preset, Ladder *ladder)
{
    const ProbeVideo *v = &probe->video;
    Rung *rung = &ladder->rungs[ladder->n++];
    int64_t w = 0, h = 0;
    probe_shown(probe, &w, &h);
    int64_t longer = w > h ? w : h, shorter = w > h ? h : w;
    int32_t small = even(side);
    int32_t large = even((longer * small + shorter) / (2 * shorter) * 2); /* to the nearest even */
    *rung =
        (Rung){.width = w > h ? large : small, .height = w > h ? small : large, .preset = preset};
    ladder_rate(v->fps_num, v->fps_den, &rung->fps_num, &rung->fps_den);
    rung->gop = (SEGMENT_SECONDS * rung->fps_num + rung->fps_den / 2) / rung->fps_den;
    rung->max_bps = cap_of(small, rung);
    snprintf(rung->name, sizeof rung->name, "%dp", small);
}

void ladder_plan(const Probe *probe, Ladder *out)
{
    Ladder ladder = {0};
    int64_t w = 0, h = 0;
    probe_shown(probe, &w, &h);
    int64_t longer = w > h ? w : h, shorter = w > h ? h : w;
    add_rung(probe, shorter < EARLY ? shorter : EARLY, "veryfast", &ladder);
    for (size_t i = 0; i < COUNT(higher); i++) {
        if (shorter < higher[i] || longer * higher[i] / shorter > LONGEST_SIDE)
            continue;
        add_rung(probe, higher[i], "faster", &ladder);
        break;
    }
    *out = ladder;
}
