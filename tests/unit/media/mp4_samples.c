#include "media/mp4_samples.h"
#include "boxes.h"
#include "test.h"

enum { WITH_SHIFTS = 0x800, SIGNED = 1 << 24, BASE_OFFSET = 1, DESCRIPTION = 2 };

static const Mp4Defaults defaults = {.duration = 512, .size = 10, .flags = OTHER_FLAGS};

/* A moof's body, up to its runs. */
static Made begin(uint32_t tfhd_flags)
{
    Made m = {.b = BUF(1 << 16)};
    box(&m, "mfhd");
    u(&m, 4, 0);
    u(&m, 4, 7);
    end(&m);
    box(&m, "traf");
    box(&m, "tfhd");
    u(&m, 4, tfhd_flags);
    u(&m, 4, 1);
    zeros(&m, tfhd_flags & BASE_OFFSET ? 8 : 0);
    if (tfhd_flags & DESCRIPTION)
        u(&m, 4, 2);
    end(&m);
    box(&m, "tfdt");
    u(&m, 4, 0);
    u(&m, 4, 1024);
    end(&m);
    return m;
}

/* Samples that are all as the defaults say, but that the first is a key frame. */
static void alike(Made *m, uint32_t count)
{
    box(m, "trun");
    u(m, 4, 0x5);
    u(m, 4, count);
    u(m, 4, 100);
    u(m, 4, KEY_FLAGS);
    end(m);
}

static void shifted(Made *m, uint32_t word, uint32_t shift)
{
    box(m, "trun");
    u(m, 4, word);
    u(m, 4, 1);
    u(m, 4, shift);
    end(m);
}

static Cursor body_of(Made *m)
{
    end(m); /* traf */
    return (Cursor){.p = (const uint8_t *)m->b.p, .n = m->b.n};
}

TEST(mp4_samples_alike_are_those_that_come_one_by_one)
{
    Made m = begin(0);
    alike(&m, 5);
    shifted(&m, SIGNED | WITH_SHIFTS, (uint32_t)-512);
    Cursor body = body_of(&m);
    Mp4Samples each = mp4_samples(body, &defaults), runs = each;
    static const uint32_t counts[] = {1, 4, 1};
    for (size_t i = 0; i < COUNT(counts); i++) {
        Mp4Sample run = {0}, one = {0};
        CHECK(mp4_samples_alike(&runs, &run) == counts[i]);
        for (uint32_t k = 0; k < counts[i]; k++) {
            CHECK(mp4_samples_next(&each, &one) && one.at == run.at + k * 10);
            CHECK(one.size == 10 && one.duration == 512);
            CHECK(one.sync == (i == 0) && one.shift == (i == 2 ? -512 : 0));
        }
    }
    Mp4Sample none = {0};
    CHECK(!mp4_samples_next(&each, &none) && !each.bad);
    CHECK(!mp4_samples_alike(&runs, &none) && !runs.bad);
    Mp4Fragment f = {0};
    CHECK(mp4_read_fragment(body, &defaults, &f) && f.samples == 6 && f.duration == 6 * 512);
    CHECK(f.bytes == 60 && f.key && f.shown == 1024 && f.data_at == 100 && f.sequence == 7);
    buf_free(&m.b);
}

TEST(mp4_fragments_claim_no_more_samples_in_all_their_runs_than_in_one)
{
    for (uint32_t more = 0; more < 2; more++) {
        Made m = begin(0);
        Mp4Fragment f = {0};
        alike(&m, MP4_SAMPLES_MAX / 2);
        alike(&m, MP4_SAMPLES_MAX / 2 + more);
        CHECK(mp4_read_fragment(body_of(&m), &defaults, &f) == !more);
        CHECK(f.samples == (more ? 0 : MP4_SAMPLES_MAX));
        buf_free(&m.b);
    }
}

TEST(mp4_samples_are_shown_before_they_are_decoded_only_where_a_run_can_say_so)
{
    for (uint32_t word = 0; word < 2; word++) {
        Made m = begin(0);
        Mp4Sample one = {0};
        Mp4Fragment f = {0};
        shifted(&m, (word ? SIGNED : 0) | WITH_SHIFTS, 0x80000000);
        Cursor body = body_of(&m);
        Mp4Samples all = mp4_samples(body, &defaults);
        CHECK(mp4_samples_next(&all, &one) == (word == 1) && all.bad == (word == 0));
        CHECK(mp4_read_fragment(body, &defaults, &f) == (word == 1));
        buf_free(&m.b);
    }
}

TEST(mp4_samples_elsewhere_than_behind_their_moof_are_counted_but_not_walked)
{
    static const uint32_t flags[] = {BASE_OFFSET, DESCRIPTION};
    for (size_t i = 0; i < COUNT(flags); i++) {
        Made m = begin(flags[i]);
        Mp4Sample one = {0};
        Mp4Fragment f = {0};
        alike(&m, 3);
        Cursor body = body_of(&m);
        Mp4Samples all = mp4_samples(body, &defaults);
        CHECK(all.bad && !mp4_samples_next(&all, &one));
        CHECK(mp4_read_fragment(body, &defaults, &f) && f.samples == 3);
        CHECK(f.absolute == (flags[i] == BASE_OFFSET));
        buf_free(&m.b);
    }
}
