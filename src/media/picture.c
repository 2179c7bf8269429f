#include "media/picture.h"

static int64_t big(Str s, size_t at, size_t n)
{
    int64_t i = 0;
    for (size_t k = 0; k < n; k++)
        i = i << 8 | (unsigned char)s.p[at + k];
    return i;
}

static int64_t little(Str s, size_t at, size_t n)
{
    int64_t i = 0;
    for (size_t k = n; k-- > 0;)
        i = i << 8 | (unsigned char)s.p[at + k];
    return i;
}

/* SOF0 to SOF15 without the four that share their numbers: DHT, JPG, DAC. */
static bool is_frame(int64_t marker)
{
    return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}

static bool read_jpeg(Str s, Picture *out)
{
    for (size_t at = 2; at + 9 <= s.n;) {
        int64_t marker = big(s, at + 1, 1), size = big(s, at + 2, 2);
        if ((unsigned char)s.p[at] != 0xFF)
            return false;
        if (marker == 0xFF) { /* fill bytes may stand before a marker */
            at++;
            continue;
        }
        if (is_frame(marker) && size >= 8) {
            *out = (Picture){PICTURE_JPEG, big(s, at + 7, 2), big(s, at + 5, 2), false};
            return true;
        }
        if (size < 2 || is_frame(marker) || marker < 0xC0 || marker == 0xDA || marker == 0xD9)
            return false;
        at += 2 + (size_t)size;
    }
    return false;
}

static bool read_png(Str s, Picture *out)
{
    if (s.n < 33 || !str_eq((Str){s.p + 12, 4}, S("IHDR")))
        return false;
    *out = (Picture){PICTURE_PNG, big(s, 16, 4), big(s, 20, 4), false};
    return true;
}

static bool read_webp(Str s, Picture *out)
{
    if (s.n < 30 || !str_eq((Str){s.p + 8, 4}, S("WEBP")))
        return false;
    Str chunk = {s.p + 12, 4};
    if (str_eq(chunk, S("VP8X"))) {
        bool animated = (s.p[20] & 2) != 0;
        *out = (Picture){PICTURE_WEBP, little(s, 24, 3) + 1, little(s, 27, 3) + 1, animated};
        return true;
    }
    if (str_eq(chunk, S("VP8 ")) && str_eq((Str){s.p + 23, 3}, S("\x9d\x01\x2a"))) {
        *out = (Picture){PICTURE_WEBP, little(s, 26, 2) & 0x3FFF, little(s, 28, 2) & 0x3FFF, false};
        return true;
    }
    if (str_eq(chunk, S("VP8L")) && s.p[20] == 0x2F) {
        int64_t bits = little(s, 21, 4);
        *out = (Picture){PICTURE_WEBP, (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1, false};
        return true;
    }
    return false;
}

bool picture_read(Str head, Picture *out)
{
    if (str_begins(head, S("\xff\xd8\xff")))
        return read_jpeg(head, out);
    if (str_begins(head, S("\x89PNG\r\n\x1a\n")))
        return read_png(head, out);
    return str_begins(head, S("RIFF")) && read_webp(head, out);
}
