/* Any bytes as a caption file: what is written of them is WebVTT that a strict reader takes, and
 * reading it again changes nothing. */
#include "media/caption.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_text(Str text)
{
    size_t depth = 0, opened = 0;
    char last = '\n';
    for (size_t i = 0; i < text.n; last = text.p[i++]) {
        unsigned char c = (unsigned char)text.p[i];
        assert((c >= ' ' && c != 0x7F) || c == '\n');
        assert(c != '\n' || last != '\n');
        if (c == '<') {
            assert(depth == 0 && i + 1 < text.n);
            depth = 1;
            opened += text.p[i + 1] == '/' ? (size_t)-1 : 1;
        } else if (c == '>') {
            assert(depth == 1 && last != '-');
            depth = 0;
        }
    }
    assert(text.n && last != '\n' && depth == 0 && opened == 0);
    assert(!memmem(text.p, text.n, "-->", 3) && text.n <= CAPTION_TEXT_MAX);
}

static void check(const Captions *c)
{
    assert(c->n > 0 && c->n <= CAPTION_CUES_MAX);
    for (size_t i = 0; i < c->n; i++) {
        const Cue *cue = &c->cues[i];
        assert(cue->start_ms >= 0 && cue->start_ms < cue->end_ms);
        assert(i == 0 || c->cues[i - 1].start_ms <= cue->start_ms);
        for (size_t k = 0; k < cue->settings.n; k++)
            assert(cue->settings.p[k] >= ' ' && !strchr("<>&\"'", cue->settings.p[k]));
        check_text(cue->text);
    }
}

static void check_same(const Captions *a, const Captions *b)
{
    assert(a->n == b->n);
    for (size_t i = 0; i < a->n; i++) {
        const Cue *x = &a->cues[i], *y = &b->cues[i];
        assert(x->start_ms == y->start_ms && x->end_ms == y->end_ms);
        assert(str_eq(x->settings, y->settings) && str_eq(x->text, y->text));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Cx cx = {.arena = arena_new()};
    CLEANUP(buf_free) Buf b = BUF(CAPTION_FILE_MAX);
    Captions c = {0}, again = {0};
    if (caption_read(&cx, (Str){(const char *)data, size}, &c) == OK) {
        check(&c);
        caption_write(&b, &c, 0);
        assert(!b.full && str_begins((Str){b.p, b.n}, S("WEBVTT\n")));
        for (const char *p = b.p, *end = b.p + b.n; p < end;) {
            size_t n = utf8_next(p, end);
            assert(n);
            p += n;
        }
        assert(caption_read(&cx, (Str){b.p, b.n}, &again) == OK);
        check_same(&c, &again);
    } else {
        assert(cx.said[0] && c.n == 0);
    }
    arena_free(cx.arena);
    return 0;
}
