#include "fragments.h"

#include <stdlib.h>

static void u(Fragments *f, size_t bytes, uint64_t v)
{
    for (size_t i = bytes; i-- > 0;)
        buf_byte(&f->b, (char)(uint8_t)(v >> 8 * i));
}

static void zeros(Fragments *f, size_t n)
{
    for (size_t i = 0; i < n; i++)
        buf_byte(&f->b, 0);
}

static void begin(Fragments *f, const char *type)
{
    f->open[f->depth++] = f->b.n;
    u(f, 4, 0);
    buf_put(&f->b, type, 4);
}

static void end(Fragments *f)
{
    size_t at = f->open[--f->depth], n = f->b.n - at;
    for (size_t i = 0; i < 4; i++)
        f->b.p[at + i] = (char)(uint8_t)(n >> 8 * (3 - i));
}

static void video_entry(Fragments *f)
{
    begin(f, "avc1");
    zeros(f, 24);
    u(f, 2, 640);
    u(f, 2, 360);
    zeros(f, 50);
    begin(f, "avcC");
    u(f, 4, 0x0164001e);
    end(f);
    end(f);
}

static void audio_entry(Fragments *f)
{
    begin(f, "mp4a");
    zeros(f, 16);
    u(f, 2, 2);
    u(f, 2, 16);
    zeros(f, 4);
    u(f, 4, 48000u << 16);
    begin(f, "esds");
    u(f, 4, 0);
    u(f, 2, 3 << 8 | 22);
    u(f, 3, 0);
    u(f, 2, 4 << 8 | 17);
    u(f, 1, 0x40);
    zeros(f, 12);
    u(f, 2, 5 << 8 | 2);
    u(f, 2, 0x1190);
    end(f);
    end(f);
}

Fragments *fragments_new(bool video, uint32_t timescale)
{
    static const char *const path[] = {"moov", "trak", "mdia", "mdhd"};
    static const char *const info[] = {"minf", "stbl", "stsd"};
    Fragments *f = calloc(1, sizeof *f);
    f->b = BUF(16 << 20);
    for (size_t i = 0; i < COUNT(path); i++)
        begin(f, path[i]);
    zeros(f, 12);
    u(f, 4, timescale);
    zeros(f, 8);
    end(f);
    for (size_t i = 0; i < COUNT(info); i++)
        begin(f, info[i]);
    u(f, 8, 1);
    if (video)
        video_entry(f);
    else
        audio_entry(f);
    for (size_t i = 0; i < 5; i++)
        end(f);
    begin(f, "mvex");
    begin(f, "trex");
    u(f, 8, 1);
    u(f, 4, 1);
    u(f, 8, 0);
    u(f, 4, 0x10000);
    for (size_t i = 0; i < 3; i++)
        end(f);
    return f;
}

/* The run from..to; where its samples begin is told when that is known. */
static size_t put_run(Fragments *f, const FragmentSample *samples, size_t n)
{
    begin(f, "trun");
    u(f, 4, 0x01000f01);
    u(f, 4, n);
    size_t at = f->b.n;
    u(f, 4, 0);
    for (size_t i = 0; i < n; i++) {
        u(f, 4, samples[i].duration);
        u(f, 4, samples[i].size);
        u(f, 4, samples[i].key ? 0x2000000 : 0x10000);
        u(f, 4, (uint32_t)samples[i].shift);
    }
    end(f);
    return at;
}

static size_t bytes_of(const FragmentSample *samples, size_t n)
{
    size_t bytes = 0;
    for (size_t i = 0; i < n; i++)
        bytes += samples[i].size;
    return bytes;
}

/* In two runs with dead bytes between them, when there are enough. */
void fragments_add(Fragments *f, uint64_t start, const FragmentSample *samples, size_t n)
{
    size_t moof = f->b.n, half = n > 6 ? n / 2 : n, told[2] = {0}, dead = n > 6 ? 3 : 0;
    begin(f, "moof");
    begin(f, "mfhd");
    u(f, 4, 0);
    u(f, 4, ++f->sequence);
    end(f);
    begin(f, "traf");
    begin(f, "tfhd");
    u(f, 4, 0x20000);
    u(f, 4, 1);
    end(f);
    begin(f, "tfdt");
    u(f, 4, 1u << 24);
    u(f, 8, start);
    end(f);
    told[0] = put_run(f, samples, half);
    told[1] = n > half ? put_run(f, samples + half, n - half) : 0;
    end(f);
    end(f);
    size_t at = f->b.n + 8, offsets[2] = {at - moof, at + bytes_of(samples, half) + dead - moof};
    for (size_t k = 0; k < COUNT(told); k++)
        for (size_t i = 0; told[k] && i < 4; i++)
            f->b.p[told[k] + i] = (char)(uint8_t)(offsets[k] >> 8 * (3 - i));
    begin(f, "mdat");
    for (size_t i = 0; i < n; i++) {
        if (i == half)
            zeros(f, dead);
        f->samples[f->n] = samples[i];
        f->samples[f->n++].at = f->b.n;
        for (uint32_t k = 0; k < samples[i].size; k++)
            buf_byte(&f->b, (char)(uint8_t)(f->n * 131 + k * 7));
    }
    end(f);
}

void fragments_free(Fragments *f)
{
    buf_free(&f->b);
    free(f);
}
