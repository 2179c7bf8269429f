/* What of the pictures needs no tool: sheets told as WebVTT, pictures recognized, titles wrapped.
 */
#include "media/card_text.h"
#include "media/picture.h"
#include "media/still.h"
#include "test.h"

static bool same(const Buf *b, const char *text)
{
    return str_eq((Str){b->p, b->n}, str_of(text));
}

TEST(storyboard_write_gives_each_tile_its_time_and_its_place)
{
    Buf b = BUF(4096);
    Storyboard s = {.interval_ms = 2002,
                    .tile_width = 160,
                    .tile_height = 90,
                    .columns = 2,
                    .rows = 1,
                    .tiles = 3};
    storyboard_write(&b, &s, "/x/");
    CHECK(same(&b, "WEBVTT\n"
                   "\n00:00:00.000 --> 00:00:02.002\n/x/1.jpg#xywh=0,0,160,90\n"
                   "\n00:00:02.002 --> 00:00:04.004\n/x/1.jpg#xywh=160,0,160,90\n"
                   "\n00:00:04.004 --> 00:00:06.006\n/x/2.jpg#xywh=0,0,160,90\n"));
    buf_free(&b);
}

TEST(storyboard_write_counts_rows_and_hours)
{
    Buf b = BUF(1 << 20);
    Storyboard s = {.interval_ms = 10000,
                    .tile_width = 90,
                    .tile_height = 160,
                    .columns = 10,
                    .rows = 10,
                    .tiles = 412};
    storyboard_write(&b, &s, "");
    static const char last[] = "01:08:30.000 --> 01:08:40.000\n5.jpg#xywh=90,160,90,160\n";
    CHECK(memmem(b.p, b.n, last, sizeof last - 1));
    buf_free(&b);
}

typedef struct Row {
    const char *name;
    const char *head;
    size_t bytes;
    PictureKind kind; /* 0: refused */
    int64_t width, height;
    bool animated;
} Row;

#define PNG "\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
#define B(lit) lit, sizeof(lit) - 1
static const Row pictures[] = {
    {"a JPEG", B("\xff\xd8\xff\xe0\0\4ab\xff\xc2\0\x11\x08\x01\x2c\x01\x90\3"), PICTURE_JPEG, 400,
     300, false},
    {"a JPEG that fills", B("\xff\xd8\xff\xff\xff\xc0\0\x11\x08\x01\x2c\x01\x90\3"), PICTURE_JPEG,
     400, 300, false},
    {"a JPEG without a frame", B("\xff\xd8\xff\xda\0\4ab\xff\xc0\0\x11\x08\x01\x2c\x01\x90\3"), 0,
     0, 0, false},
    {"a JPEG whose frame is too small", B("\xff\xd8\xff\xc0\0\x07\x08\x01\x2c\x01\x90\3"), 0, 0, 0,
     false},
    {"a JPEG cut off", B("\xff\xd8\xff\xe0\xff\xff ab"), 0, 0, 0, false},
    {"a JPEG with a table of DAC", B("\xff\xd8\xff\xcc\0\4ab\xff\xc0\0\x11\x08\0\1\0\2\3"),
     PICTURE_JPEG, 2, 1, false},
    {"a PNG", B(PNG "\0\0\1\x90\0\0\1\x2c\x08\2\0\0\0    "), PICTURE_PNG, 400, 300, false},
    {"a large PNG", B(PNG "\0\0\x75\x30\0\0\x75\x30\x08\2\0\0\0    "), PICTURE_PNG, 30000, 30000,
     false},
    {"a PNG cut off", B(PNG "\0\0\1\x90"), 0, 0, 0, false},
    {"a WebP", B("RIFF    WEBPVP8     \x10\0\0\x9d\1\x2a\x90\x41\x2c\1"), PICTURE_WEBP, 400, 300,
     false},
    {"a lossless WebP", B("RIFF    WEBPVP8L    \x2f\x8f\xc1\x4a\0     "), PICTURE_WEBP, 400, 300,
     false},
    {"a moving WebP", B("RIFF    WEBPVP8X    \2\0\0\0\x8f\1\0\x2b\1\0"), PICTURE_WEBP, 400, 300,
     true},
    {"RIFF that is sound", B("RIFF    WAVEfmt                "), 0, 0, 0, false},
    {"SVG", B("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1\"/>"), 0, 0, 0, false},
    {"nothing", B(""), 0, 0, 0, false},
};

TEST(picture_read_tells_the_kind_and_the_size)
{
    for (size_t i = 0; i < COUNT(pictures); i++) {
        const Row *row = &pictures[i];
        Picture p = {0};
        bool is = picture_read((Str){row->head, row->bytes}, &p);
        bool good = is == (row->kind != 0) && p.kind == row->kind && p.width == row->width &&
                    p.height == row->height && p.animated == row->animated;
        if (!good)
            printf("picture: %s: %d %lld x %lld\n", row->name, p.kind, (long long)p.width,
                   (long long)p.height);
        CHECK(good);
    }
}

/* Every character but blank and the control ones is 0.6 em wide; no lower-case z. cmap format 12.
 */
static const char font_file[] =
    "\0\1\0\0\0\4\0\0\0\0\0\0"
    "head\0\0\0\0\0\0\0\x4c\0\0\0\x14"
    "hhea\0\0\0\0\0\0\0\x60\0\0\0\x24"
    "hmtx\0\0\0\0\0\0\0\x84\0\0\0\x08"
    "cmap\0\0\0\0\0\0\0\x8c\0\0\0\x40"
    "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\3\xe8"
    "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\2"
    "\0\xfa\0\0\2\x58\0\0"
    "\0\0\0\1\0\3\0\x0a\0\0\0\x0c"
    "\0\x0c\0\0\0\0\0\x34\0\0\0\0\0\0\0\3"
    "\0\0\0\x21\0\0\0\x79\0\0\0\1"
    "\0\0\0\xa1\0\0\2\0\0\0\0\x61"
    "\0\0\x20\x26\0\0\x20\x26\0\0\1\0";

static Font font(void)
{
    Font f = {0};
    CHECK(font_open((Str){font_file, sizeof font_file - 1}, &f));
    return f;
}

TEST(font_knows_its_characters_and_their_widths)
{
    Font f = font();
    CHECK(f.format == 12 && f.units == 1000);
    CHECK(font_glyph(&f, 'a') == 'a' - 0x20 && font_glyph(&f, 'z') == 0);
    CHECK(font_glyph(&f, 0x2026) == 256 && font_glyph(&f, 0x1F600) == 0);
    CHECK(font_advance(&f, 0) == 0.25 && font_advance(&f, 1) == 0.6 && font_advance(&f, 99) == 0.6);
    for (size_t n = 0; n < sizeof font_file - 14; n++) { /* cut off anywhere: no crash */
        Font cut = {0};
        if (font_open((Str){font_file, n}, &cut))
            CHECK(font_glyph(&cut, 0x2026) == 0);
    }
}

static bool wraps(const char *title, int32_t size, const char *const *lines, size_t n)
{
    Arena *arena = arena_new();
    Font f = font();
    CardText text = {0};
    card_wrap(arena, &f, str_of(title), 1100, &text);
    bool good = text.n == n && text.size == size;
    for (size_t i = 0; i < n && good; i++)
        good = str_eq(text.lines[i], str_of(lines[i]));
    for (size_t i = 0; i < text.n && !good; i++)
        printf("%d px: " STR_FMT "\n", text.size, STR_ARG(text.lines[i]));
    arena_free(arena);
    return good;
}
#define WRAPS(title, size, ...)                                                                    \
    wraps(title, size, (const char *const[]){__VA_ARGS__},                                         \
          sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

TEST(card_wrap_sets_short_titles_large_and_breaks_between_words)
{
    CHECK(WRAPS("Hutan", 100, "Hutan"));
    CHECK(WRAPS("  Bangun\n\t pagi  ", 100, "Bangun pagi"));
    CHECK(WRAPS("Kelinci besar bangun pagi", 100, "Kelinci besar", "bangun pagi"));
    CHECK(WRAPS("Kelinci besar bangun pagi sekali lagi", 84, "Kelinci besar bangun",
                "pagi sekali lagi"));
}

TEST(card_wrap_breaks_a_word_that_is_too_long)
{
    CHECK(WRAPS("abcdefghijklmnopqrstuvwxy", 100, "abcdefghijklmnopqr", "stuvwxy"));
}

TEST(card_wrap_leaves_out_what_the_font_lacks_and_what_has_no_shape)
{
    CHECK(WRAPS("a\xF0\x9F\x98\x80\xEF\xB8\x8F z b", 100, "a b"));
    CHECK(WRAPS("a\xE2\x80\xAE\x01\x7F\xFF\xC2\x85"
                "b",
                100, "a b"));
    Arena *arena = arena_new();
    Font f = font();
    CardText text = {.n = 9};
    card_wrap(arena, &f, S("zzz \xF0\x9F\x98\x80"), 1100, &text);
    CHECK(text.n == 0);
    card_wrap(arena, &f, (Str){0}, 1100, &text);
    CHECK(text.n == 0);
    arena_free(arena);
}

TEST(card_wrap_ends_with_an_ellipsis_what_fits_in_no_size)
{
    Arena *arena = arena_new();
    Font f = font();
    CardText text = {0};
    char title[3000];
    for (size_t i = 0; i < sizeof title; i++)
        title[i] = i % 7 == 6 ? ' ' : 'a';
    card_wrap(arena, &f, (Str){title, sizeof title}, 1100, &text);
    CHECK(text.n == CARD_LINES && text.size == 1100 / 27);
    CHECK(str_ends(text.lines[3], S("a\xE2\x80\xA6")) && !str_ends(text.lines[2], S(" ")));
    arena_free(arena);
}
