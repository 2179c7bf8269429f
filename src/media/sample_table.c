#include "media/sample_table.h"

SampleTable table_new(void)
{
    size_t most = TABLE_SAMPLES_MAX;
    return (SampleTable){.times = BUF(most * 8),
                         .shifts = BUF(most * 8),
                         .sizes = BUF(most * 4),
                         .keys = BUF(most * 4),
                         .chunks = BUF(most * 8),
                         .groups = BUF(most * 12),
                         .end = -1};
}

void table_free(SampleTable *t)
{
    buf_free(&t->times);
    buf_free(&t->shifts);
    buf_free(&t->sizes);
    buf_free(&t->keys);
    buf_free(&t->chunks);
    buf_free(&t->groups);
}

static void put(Buf *b, size_t bytes, uint64_t value)
{
    char out[8];
    for (size_t i = 0; i < bytes; i++)
        out[i] = (char)(uint8_t)(value >> 8 * (bytes - 1 - i));
    buf_put(b, out, bytes);
}

static void run_end(Buf *to, TableRun *run)
{
    if (run->count) {
        put(to, 4, run->count);
        put(to, 4, run->value);
    }
    run->count = 0;
}

static void run_add(Buf *to, TableRun *run, uint32_t value)
{
    if (run->count && run->value != value)
        run_end(to, run);
    run->value = value;
    run->count++;
}

/* An entry of stsc stands for all chunks up to the next entry's. */
static void chunk_end(SampleTable *t)
{
    if (t->in_chunk && t->in_chunk != t->in_group) {
        put(&t->groups, 4, t->n_chunks);
        put(&t->groups, 4, t->in_chunk);
        put(&t->groups, 4, 1);
        t->in_group = t->in_chunk;
    }
    t->in_chunk = 0;
}

bool table_add(SampleTable *t, const Mp4Sample *sample, int64_t at)
{
    if (t->n == TABLE_SAMPLES_MAX)
        return false;
    if (t->n)
        run_add(&t->times, &t->time, t->last);
    t->last = sample->duration;
    t->duration += sample->duration;
    run_add(&t->shifts, &t->shift, (uint32_t)sample->shift);
    t->negative = t->negative || sample->shift < 0;
    t->shifted = t->shifted || sample->shift != 0;
    put(&t->sizes, 4, sample->size);
    t->n++;
    if (sample->sync)
        put(&t->keys, 4, t->n);
    if (at != t->end) {
        chunk_end(t);
        put(&t->chunks, 8, (uint64_t)at);
        t->n_chunks++;
    }
    t->in_chunk++;
    t->end = at + sample->size;
    return true;
}

bool table_stretch(SampleTable *t, int64_t units)
{
    int64_t is = (int64_t)t->last + units;
    if (t->n == 0 || is < 0 || is > UINT32_MAX)
        return false;
    t->last = (uint32_t)is;
    t->duration += units;
    return true;
}

void table_end(SampleTable *t)
{
    if (t->n)
        run_add(&t->times, &t->time, t->last);
    run_end(&t->times, &t->time);
    run_end(&t->shifts, &t->shift);
    chunk_end(t);
}

void table_move(SampleTable *t, int64_t by)
{
    for (size_t i = 0; i < t->chunks.n; i += 8) {
        Cursor c = {.p = (const uint8_t *)t->chunks.p + i, .n = 8};
        Buf to = {.p = t->chunks.p + i, .cap = 8, .max = 8};
        put(&to, 8, cursor_take(&c, 8) + (uint64_t)by);
    }
}
