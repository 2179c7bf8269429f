#include "media/ladder.h"

#include <stdio.h>

static const struct {
    int32_t num, den;
} rates[] = {{24000, 1001}, {24, 1}, {25, 1},       {30000, 1001}, {30, 1},
             {48, 1},       {50, 1}, {60000, 1001}, {60, 1}};

enum {
    EARLY = 360,
    SIDE_LEAST = 144,
    SIDE_MOST = 2160,
    FAST_FPS = 31,
    LONGEST_SIDE = 4096 /* what the decoders of browsers and telephones take */
};

/* Caps at up to 30 frames a second; half as much again above. */
static const struct {
    int64_t side, bps;
} caps[] = {{240, 400000},   {360, 800000},   {480, 1400000},  {720, 2800000},
            {1080, 5000000}, {1440, 9000000}, {2160, 16000000}};

static const char *const presets[] = {"ultrafast", "superfast", "veryfast", "faster",  "fast",
                                      "medium",    "slow",      "slower",   "veryslow"};

const char *ladder_preset(Str name)
{
    for (size_t i = 0; i < COUNT(presets); i++)
        if (str_eq(name, str_of(presets[i])))
            return presets[i];
    return NULL;
}

static bool side_read(Str text, int64_t *side)
{
    int64_t i = 0;
    if (text.n < 3 || text.n > 4)
        return false;
    for (size_t k = 0; k < text.n; k++) {
        if (text.p[k] < '0' || text.p[k] > '9')
            return false;
        i = i * 10 + (text.p[k] - '0');
    }
    *side = i;
    return i >= SIDE_LEAST && i <= SIDE_MOST && i % 2 == 0;
}

bool ladder_wish_read(Str text, LadderWish *wish)
{
    int64_t sides[LADDER_MAX] = {0};
    size_t n = 0;
    Str rest = text;
    do {
        if (n == LADDER_MAX || !side_read(str_cut(rest, ',', &rest), &sides[n]))
            return false;
        for (size_t i = 0; i < n; i++)
            if (sides[i] == sides[n])
                return false;
        n++;
    } while (rest.p);
    memcpy(wish->sides, sides, sizeof sides);
    wish->n = n;
    return true;
}

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

int32_t ladder_gop(int64_t fps_num, int64_t fps_den)
{
    return (int32_t)((SEGMENT_SECONDS * fps_num + fps_den / 2) / fps_den);
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
static Rung rung_of(const Probe *probe, int64_t side)
{
    const ProbeVideo *v = &probe->video;
    int64_t w = 0, h = 0;
    probe_shown(probe, &w, &h);
    int64_t longer = w > h ? w : h, shorter = w > h ? h : w;
    int32_t small = even(side);
    int32_t large = even((longer * small + shorter) / (2 * shorter) * 2); /* to the nearest even */
    Rung rung = {.width = w > h ? large : small, .height = w > h ? small : large};
    ladder_rate(v->fps_num, v->fps_den, &rung.fps_num, &rung.fps_den);
    rung.gop = ladder_gop(rung.fps_num, rung.fps_den);
    rung.max_bps = cap_of(small, &rung);
    snprintf(rung.name, sizeof rung.name, "%dp", small);
    return rung;
}

/* The largest side wished for that is below `below`; 0 when none is left. */
static int64_t next_side(const LadderWish *wish, int64_t below)
{
    int64_t side = 0;
    for (size_t i = 0; i < wish->n; i++)
        if (wish->sides[i] < below && wish->sides[i] > side)
            side = wish->sides[i];
    return side;
}

void ladder_plan(const Probe *probe, const LadderWish *wish, Ladder *out)
{
    Ladder ladder = {0};
    int64_t w = 0, h = 0;
    probe_shown(probe, &w, &h);
    int64_t shorter = w > h ? h : w, early = shorter < EARLY ? shorter : EARLY;
    /* beside a small source's own size, only one that is plainly smaller is worth its bytes */
    int64_t most = shorter < EARLY ? shorter * 5 / 6 : shorter;
    int crf = wish->crf ? wish->crf : CRF_USUAL;
    ladder.rungs[ladder.n] = rung_of(probe, early);
    ladder.rungs[ladder.n].crf = crf;
    ladder.rungs[ladder.n++].preset = wish->preset_early ? wish->preset_early : "veryfast";
    for (int64_t side = next_side(wish, most + 1); side && ladder.n < LADDER_MAX;
         side = next_side(wish, side)) {
        Rung rung = rung_of(probe, side);
        if (side == early || rung.width > LONGEST_SIDE || rung.height > LONGEST_SIDE)
            continue;
        rung.crf = crf;
        rung.preset = wish->preset ? wish->preset : "faster";
        ladder.rungs[ladder.n++] = rung;
    }
    *out = ladder;
}
