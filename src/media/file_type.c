#include "media/file_type.h"

#include "base/attr.h"

static const FileType types[] = {
    {FILE_DOCUMENT, "application/pdf", {"pdf"}}, {FILE_TRACK, "audio/mpeg", {"mp3"}},
    {FILE_TRACK, "audio/flac", {"flac"}},        {FILE_TRACK, "audio/wav", {"wav", "wave"}},
    {FILE_TRACK, "audio/mp4", {"m4a", "mp4"}},   {FILE_TRACK, "audio/ogg", {"ogg", "oga", "opus"}},
    {FILE_IMAGE, "image/jpeg", {"jpg", "jpeg"}}, {FILE_IMAGE, "image/png", {"png"}},
    {FILE_IMAGE, "image/webp", {"webp"}},
};

const FileType *file_type_of(Str media_type)
{
    for (size_t i = 0; i < COUNT(types); i++)
        if (str_eq(media_type, str_of(types[i].media_type)))
            return &types[i];
    return NULL;
}

static bool has(Str head, size_t at, Str bytes)
{
    return head.n >= at + bytes.n && memcmp(head.p + at, bytes.p, bytes.n) == 0;
}

/* Bytes of the MPEG audio frame of layer III at `at` (ISO/IEC 11172-3 2.4.1.3); 0: none begins
 * there. */
static size_t mp3_frame(Str head, size_t at)
{
    static const int rates[4] = {44100, 48000, 32000, 0};
    static const int mpeg1[16] = {0,   32,  40,  48,  56,  64,  80,  96,
                                  112, 128, 160, 192, 224, 256, 320, 0};
    static const int mpeg2[16] = {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0};
    if (head.n < at + 4)
        return 0;
    const unsigned char *p = (const unsigned char *)head.p + at;
    unsigned version = p[1] >> 3 & 3; /* 3: MPEG-1, 2: MPEG-2, 0: 2.5 */
    if (p[0] != 0xFF || (p[1] & 0xE0) != 0xE0 || version == 1 || (p[1] >> 1 & 3) != 1)
        return 0;
    int rate = rates[p[2] >> 2 & 3] >> (version == 3 ? 0 : version == 2 ? 1 : 2);
    int kbps = (version == 3 ? mpeg1 : mpeg2)[p[2] >> 4];
    if (!rate || !kbps)
        return 0;
    return (size_t)((version == 3 ? 144000 : 72000) * kbps / rate + (p[2] >> 1 & 1));
}

/* Sync alone is eleven bits, which text in UTF-16 has too: a second frame must follow the first. */
static bool is_mp3(Str head)
{
    size_t first = mp3_frame(head, 0);
    return has(head, 0, S("ID3")) || (first && mp3_frame(head, first));
}

/* Brands of pictures stand in the same box (ISO/IEC 23008-12). */
static bool is_mp4(Str head)
{
    static const char *const pictures[] = {"heic", "heix", "heim", "heis", "hevc",
                                           "mif1", "msf1", "avif", "avis"};
    if (!has(head, 4, S("ftyp")) || head.n < 12)
        return false;
    for (size_t i = 0; i < COUNT(pictures); i++)
        if (memcmp(head.p + 8, pictures[i], 4) == 0)
            return false;
    return true;
}

const FileType *file_type(Str head)
{
    const char *is = has(head, 0, S("%PDF-"))                             ? "application/pdf"
                     : has(head, 0, S("fLaC"))                            ? "audio/flac"
                     : has(head, 0, S("OggS"))                            ? "audio/ogg"
                     : has(head, 0, S("\xFF\xD8\xFF"))                    ? "image/jpeg"
                     : has(head, 0, S("\x89PNG\r\n\x1A\n"))               ? "image/png"
                     : has(head, 0, S("RIFF")) && has(head, 8, S("WAVE")) ? "audio/wav"
                     : has(head, 0, S("RIFF")) && has(head, 8, S("WEBP")) ? "image/webp"
                     : is_mp4(head)                                       ? "audio/mp4"
                     : is_mp3(head)                                       ? "audio/mpeg"
                                                                          : NULL;
    return is ? file_type_of(str_of(is)) : NULL;
}
