/* Any bytes as a font: opened, measured and wrapped with, without a crash. */
#include "media/card_text.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const Str title = S("Satu dua: tiga \xC3\xA9\xF0\x9F\x98\x80 empat-lima-enam-tujuh-delapan");
    Font font = {0};
    CardText text = {0};
    Arena *arena = arena_new();
    if (font_open((Str){(const char *)data, size}, &font)) {
        for (uint32_t c = 0; c < 0x30000; c += 7)
            assert(font_advance(&font, font_glyph(&font, c)) >= 0);
        card_wrap(arena, &font, title, 960, &text);
        assert(text.n <= CARD_LINES && text.size > 0);
        for (size_t i = 0; i < text.n; i++)
            for (const char *p = text.lines[i].p; p < str_end(text.lines[i]);) {
                size_t used = utf8_next(p, str_end(text.lines[i]));
                assert(used);
                p += used;
            }
    }
    arena_free(arena);
    return 0;
}
