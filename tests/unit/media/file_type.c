/* What a file is by its first bytes, row by row. */
#include "base/attr.h"
#include "media/file_type.h"
#include "test.h"

#define T(lit)                                                                                     \
    {                                                                                              \
        lit, sizeof(lit) - 1                                                                       \
    }
/* MPEG-1 layer III, 32 kbit/s at 48 kHz: 96 bytes a frame */
#define FRAME                                                                                      \
    "\xFF\xFB\x14\x00........................................................................."    \
    "..................."

TEST(a_file_is_what_its_first_bytes_say)
{
    static const struct {
        Str head;
        const char *type; /* NULL: nothing we take */
    } rows[] = {
        {T("%PDF-1.7\n"), "application/pdf"},
        {T("%PDF"), NULL},
        {T(" %PDF-1.7\n"), NULL},
        {T("fLaC\0\0\0\x22"), "audio/flac"},
        {T("OggS\0\2"), "audio/ogg"},
        {T("RIFF\x24\0\0\0WAVEfmt "), "audio/wav"},
        {T("RIFF\x24\0\0\0WEBPVP8 "), "image/webp"},
        {T("RIFF\x24\0\0\0AVI LIST"), NULL},
        {T("RIFX\0\0\0\x24WAVEfmt "), NULL},
        {T("RIFF\x24\0\0\0WAV"), NULL},
        {T("\xFF\xD8\xFF\xE0"), "image/jpeg"},
        {T("\xFF\xD8"), NULL},
        {T("\x89PNG\r\n\x1A\n\0\0\0\rIHDR"), "image/png"},
        {T("\x89PNG\n\n\x1A\n"), NULL}, /* a transfer as text spoiled it */
        {T("GIF89a"), NULL},
        {T("\0\0\0\x20"
           "ftypM4A \0\0\0\0"),
         "audio/mp4"},
        {T("\0\0\0\x20"
           "ftypisom\0\0\0\0"),
         "audio/mp4"},
        {T("\0\0\0\x20"
           "ftypavif\0\0\0\0"),
         NULL},
        {T("\0\0\0\x20"
           "ftypheic\0\0\0\0"),
         NULL},
        {T("\0\0\0\x20"
           "ftyp"),
         NULL},
        {T("ID3\4\0\0\0\0\0\0"), "audio/mpeg"},
        {T(FRAME FRAME), "audio/mpeg"},
        {T(FRAME "\xFF\xFB"), NULL},
        {T(FRAME "............"), NULL},
        {T("\xFF\xFE<\0h\0t\0m\0l\0>\0"), NULL}, /* UTF-16 */
        {T("\xFF\xFB\xF4\0" FRAME), NULL},       /* a bit rate that is none */
        {T("\xFF\xFB\x04\0" FRAME), NULL},       /* of free format */
        {T("\xFF\xF1\x50\x80" FRAME), NULL},     /* AAC in ADTS */
        {T("<svg xmlns='http://www.w3.org/2000/svg'/>"), NULL},
        {T("<!doctype html>"), NULL},
        {T("PK\3\4"), NULL},
        {T("MZ"), NULL},
        {T(""), NULL},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const FileType *type = file_type(rows[i].head);
        test_case = rows[i].head.p;
        CHECK(!type == !rows[i].type);
        CHECK(!type || !rows[i].type || str_eq(str_of(type->media_type), str_of(rows[i].type)));
        CHECK(!type || file_type_of(str_of(type->media_type)) == type);
    }
    CHECK(!file_type_of(S("text/html")));
}
