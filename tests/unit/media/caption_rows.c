#include "caption_rows.h"

#include "media/caption.h"
#include "test.h"

bool caption_again(Cx *cx, const Buf *written)
{
    CLEANUP(buf_free) Buf b = BUF(CAPTION_FILE_MAX);
    Captions c = {0};
    if (caption_read(cx, (Str){written->p, written->n}, &c) != OK)
        return false;
    caption_write(&b, &c, 0);
    return str_eq((Str){b.p, b.n}, (Str){written->p, written->n});
}

static void check(const CaptionRow *row)
{
    Cx cx = {.arena = arena_new()};
    Captions c = {0};
    CLEANUP(buf_free) Buf b = BUF(CAPTION_FILE_MAX);
    int failed = test_failed;
    test_case = row->name;
    Err e = caption_read(&cx, row->file, &c);
    if (e == OK)
        caption_write(&b, &c, 0);
    buf_byte(&b, 0);
    b.n--;
    if (row->cues) {
        CHECK(e == OK);
        CHECK(str_begins((Str){b.p, b.n}, S("WEBVTT\n\n")));
        CHECK(e == OK && strcmp(b.p + 8, row->cues) == 0);
        CHECK(caption_again(&cx, &b));
    } else {
        CHECK(e == E_MEDIA_REFUSED && c.n == 0 && strstr(cx.said, row->said));
    }
    if (test_failed > failed)
        printf("%s\n%s\n", cx.said, b.p);
    test_case = "";
    arena_free(cx.arena);
}

void caption_rows(const CaptionRow *rows, size_t n)
{
    for (size_t i = 0; i < n; i++)
        check(&rows[i]);
}
