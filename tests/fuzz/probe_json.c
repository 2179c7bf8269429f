/* Any bytes as what ffprobe printed: read, judged and planned for, without a crash. */
#include "media/ladder.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const Probe *p)
{
    Ladder ladder = {0};
    const LadderWish wish = {.sides = {240, 360, 480, 720, 1080, 1440, 2160, 144}, .n = 8};
    ladder_plan(p, &wish, &ladder);
    assert(ladder.n >= 1 && ladder.n <= LADDER_MAX);
    for (size_t i = 0; i < ladder.n; i++) {
        const Rung *r = &ladder.rungs[i];
        assert(r->width >= 2 && r->height >= 2 && r->width % 2 == 0 && r->height % 2 == 0);
        assert(r->width <= 4096 && r->height <= 4096 && r->max_bps > 0 && r->name[0]);
        assert(r->fps_num > 0 && r->fps_den > 0 && r->gop >= 48 && r->gop <= 120);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const MediaLimits limits = {
        .max_pixels = 36000000, .max_fps = 120, .max_duration_ms = 6ll * 3600 * 1000};
    Cx cx = {.arena = arena_new()};
    Probe p = {0};
    if (probe_read(&cx, (Str){(const char *)data, size}, &p) == OK) {
        assert(p.n_audio <= MEDIA_AUDIO_MAX && p.n_texts <= MEDIA_TEXT_MAX && p.container.n);
        for (size_t i = 0; i < p.n_chapters; i++) {
            assert(p.chapter[i].start_ms >= 0 && p.chapter[i].title.n <= PROBE_CHAPTER_MAX);
            assert(i == 0 || p.chapter[i].start_ms > p.chapter[i - 1].start_ms);
        }
        if (probe_accept(&cx, &limits, &p) == OK)
            check(&p);
    } else {
        assert(cx.said[0]);
    }
    arena_free(cx.arena);
    return 0;
}
