#include "ops/zip.h"

#include "base/file.h"

#include <assert.h>
#include <string.h>
#include <unistd.h>

enum {
    LOCAL = 0x04034b50,
    CENTRAL = 0x02014b50,
    END = 0x06054b50,
    VERSION = 20,
    UTF8 = 1 << 11,
    DAY_ONE = 0x21, /* 1980-01-01: the members say their times themselves */
    LOCAL_SIZE = 30,
    CENTRAL_SIZE = 46,
    CRC_AT = 14
};

uint32_t crc32_of(uint32_t before, Str bytes)
{
    uint32_t crc = ~before;
    for (size_t i = 0; i < bytes.n; i++) {
        crc ^= (uint8_t)bytes.p[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (0xedb88320 & -(crc & 1));
    }
    return ~crc;
}

static uint8_t *put16(uint8_t *to, uint32_t v)
{
    to[0] = (uint8_t)v, to[1] = (uint8_t)(v >> 8);
    return to + 2;
}

static uint8_t *put32(uint8_t *to, uint32_t v)
{
    return put16(put16(to, v & 0xffff), v >> 16);
}

static Err put(Cx *cx, Zip *zip, const void *from, size_t n)
{
    if (zip->at + (int64_t)n > UINT32_MAX)
        return fail(cx, E_TOO_LARGE, "an archive of over 4 GiB is not made");
    if (!file_write(zip->fd, from, n))
        return file_failed(cx, "writing the archive");
    zip->at += (int64_t)n;
    return OK;
}

/* What a local header and one of the directory have in common, from the version needed on. */
static uint8_t *put_common(uint8_t *to, const Zip *zip, size_t i)
{
    to = put16(put16(put16(to, VERSION), UTF8), 0);
    to = put16(put16(to, 0), DAY_ONE);
    to = put32(put32(put32(to, zip->entries[i].crc), zip->entries[i].size), zip->entries[i].size);
    return put16(put16(to, (uint32_t)strlen(zip->entries[i].name)), 0);
}

/* Sums and lengths are known when an entry is over: its header is written again. */
static Err settle(Cx *cx, const Zip *zip)
{
    uint8_t sums[12];
    if (!zip->n)
        return OK;
    size_t i = zip->n - 1;
    put32(put32(put32(sums, zip->entries[i].crc), zip->entries[i].size), zip->entries[i].size);
    ssize_t n = pwrite(zip->fd, sums, sizeof sums, (off_t)zip->entries[i].at + CRC_AT);
    return n == (ssize_t)sizeof sums ? OK : file_failed(cx, "writing the archive");
}

Err zip_entry(Cx *cx, Zip *zip, const char *name)
{
    uint8_t head[LOCAL_SIZE];
    assert(zip->n < ZIP_ENTRIES);
    TRY(settle(cx, zip));
    size_t i = zip->n++;
    zip->entries[i].name = name;
    zip->entries[i].at = (uint32_t)zip->at;
    put_common(put32(head, LOCAL), zip, i);
    TRY(put(cx, zip, head, sizeof head));
    return put(cx, zip, name, strlen(name));
}

Err zip_write(Cx *cx, Zip *zip, Str bytes)
{
    size_t i = zip->n - 1;
    TRY(put(cx, zip, bytes.p, bytes.n));
    zip->entries[i].crc = crc32_of(zip->entries[i].crc, bytes);
    zip->entries[i].size += (uint32_t)bytes.n;
    return OK;
}

static Err put_directory(Cx *cx, Zip *zip)
{
    for (size_t i = 0; i < zip->n; i++) {
        uint8_t head[CENTRAL_SIZE], *to = put16(put32(head, CENTRAL), VERSION);
        to = put_common(to, zip, i);
        to = put32(put16(put16(put16(to, 0), 0), 0), 0);
        put32(to, zip->entries[i].at);
        TRY(put(cx, zip, head, sizeof head));
        TRY(put(cx, zip, zip->entries[i].name, strlen(zip->entries[i].name)));
    }
    return OK;
}

Err zip_end(Cx *cx, Zip *zip)
{
    uint8_t end[22], *to = put32(end, END);
    uint32_t from = (uint32_t)zip->at;
    TRY(settle(cx, zip));
    TRY(put_directory(cx, zip));
    to = put16(put16(put32(to, 0), (uint32_t)zip->n), (uint32_t)zip->n);
    put16(put32(put32(to, (uint32_t)zip->at - from), from), 0);
    return put(cx, zip, end, sizeof end);
}
