#include "boxes.h"

#include "test.h"

#include <sys/mman.h>
#include <unistd.h>

void u(Made *m, size_t bytes, uint64_t v)
{
    for (size_t i = bytes; i-- > 0;)
        buf_byte(&m->b, (char)(uint8_t)(v >> 8 * i));
}

void zeros(Made *m, size_t n)
{
    for (size_t i = 0; i < n; i++)
        buf_byte(&m->b, 0);
}

void box(Made *m, const char *type)
{
    m->open[m->depth++] = m->b.n;
    u(m, 4, 0);
    buf_put(&m->b, type, 4);
}

void end(Made *m)
{
    size_t at = m->open[--m->depth], n = m->b.n - at;
    for (size_t i = 0; i < 4; i++)
        m->b.p[at + i] = (char)(uint8_t)(n >> 8 * (3 - i));
}

static void video_entry(Made *m)
{
    box(m, "avc1");
    zeros(m, 24);
    u(m, 2, 640);
    u(m, 2, 360);
    zeros(m, 50);
    box(m, "avcC");
    u(m, 4, 0x0164001e);
    u(m, 1, 0xff); /* lengths of four bytes */
    end(m);
    end(m);
}

static void audio_entry(Made *m)
{
    box(m, "mp4a");
    zeros(m, 16);
    u(m, 2, 2);
    u(m, 2, 16);
    zeros(m, 4);
    u(m, 4, 48000u << 16);
    box(m, "esds");
    u(m, 4, 0);
    u(m, 4, 0x03808080); /* lengths may be padded */
    u(m, 1, 3 + 5 + 13 + 5 + 2);
    u(m, 3, 0);
    u(m, 4, 0x04808080);
    u(m, 1, 13 + 5 + 2);
    u(m, 1, 0x40);
    zeros(m, 12);
    u(m, 4, 0x05808080);
    u(m, 1, 2);
    u(m, 2, 0x1190);
    end(m);
    end(m);
}

void head(Made *m, bool video, uint32_t timescale)
{
    box(m, "ftyp");
    buf_put(&m->b, "iso5", 4);
    end(m);
    box(m, "moov");
    box(m, "trak");
    box(m, "mdia");
    box(m, "mdhd");
    zeros(m, 12);
    u(m, 4, timescale);
    zeros(m, 8);
    end(m);
    box(m, "minf");
    box(m, "stbl");
    box(m, "stsd");
    u(m, 4, 0);
    u(m, 4, 1);
    if (video)
        video_entry(m);
    else
        audio_entry(m);
    for (int i = 0; i < 5; i++) /* stsd, stbl, minf, mdia, trak */
        end(m);
    box(m, "mvex");
    box(m, "trex");
    u(m, 4, 0);
    u(m, 4, 1);
    u(m, 4, 1);
    u(m, 4, 512);
    u(m, 4, 0);
    u(m, 4, 0x10000);
    end(m);
    end(m);
    end(m);
}

static void put_samples(Made *m, const Fragment *f)
{
    for (uint32_t i = 0; i < f->samples; i++) {
        uint32_t delay = f->delays ? f->delays[i] : f->delay;
        u(m, 4, i && i == f->odd ? FRAME + 1 : FRAME);
        u(m, 4, SAMPLE_BYTES);
        u(m, 4, delay * FRAME);
    }
}

static void put_data(Made *m, const Fragment *f)
{
    box(m, "mdat");
    for (uint32_t i = 0; i < f->samples; i++) {
        u(m, 4, SAMPLE_BYTES - 4);
        u(m, 1, i ? 0x41 : 0x60 | (f->nal ? f->nal : 5));
        zeros(m, SAMPLE_BYTES - 5);
    }
    end(m);
}

void put_fragment(Made *m, const Fragment *f)
{
    size_t at = m->b.n;
    box(m, "moof");
    box(m, "mfhd");
    u(m, 4, 0);
    u(m, 4, f->sequence);
    end(m);
    box(m, "traf");
    box(m, "tfhd");
    u(m, 4, 0x20000);
    u(m, 4, 1);
    end(m);
    box(m, "tfdt");
    u(m, 4, f->wide ? 1u << 24 : 0);
    u(m, f->wide ? 8 : 4, f->start);
    end(m);
    box(m, "trun");
    u(m, 4, 0x000b05);
    u(m, 4, f->samples);
    u(m, 4, m->b.n - at + 8 + f->samples * 12 + 8);
    u(m, 4, f->first_flags);
    put_samples(m, f);
    end(m);
    end(m);
    end(m);
    put_data(m, f);
}

void fragment(Made *m, bool wide, uint64_t start, uint32_t samples, uint32_t first_flags)
{
    put_fragment(m, &(Fragment){.wide = wide,
                                .start = start,
                                .samples = samples,
                                .first_flags = first_flags,
                                .sequence = 1,
                                .delay = 2});
}

int file_of(const char *p, size_t n)
{
    int fd = memfd_create("mp4", MFD_CLOEXEC);
    CHECK(fd >= 0 && write(fd, p, n) == (ssize_t)n);
    return fd;
}
