/* Any bytes as a comment: what is kept can be read, cleaning it again changes nothing, and its
 * pieces are all of it. */
#include "community/comment_text.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_kept(Str text)
{
    size_t characters = 0;
    assert(text.n && text.p[0] > ' ' ? true : (unsigned char)text.p[0] >= 0x80);
    for (const char *p = text.p; p < str_end(text); characters++) {
        size_t n = utf8_next(p, str_end(text));
        assert(n && (*p == '\n' || (unsigned char)*p >= ' ') && *p != 0x7F);
        p += n;
    }
    assert(characters <= COMMENT_CHARACTERS && !memmem(text.p, text.n, "\n\n\n", 3));
    assert(!memmem(text.p, text.n, "\xE2\x80\xAE", 3));
}

static void check_pieces(Str text)
{
    CommentScan scan = {text, 3600000, 0};
    CommentPiece piece = {0};
    size_t at = 0;
    while (comment_piece(&scan, &piece)) {
        assert(piece.text.p == text.p + at && piece.text.n);
        assert(piece.is != PIECE_TIME || (piece.position_ms >= 0 && piece.position_ms < 3600000));
        assert(piece.is != PIECE_MENTION || (piece.name.n && piece.name.n <= 40));
        at += piece.text.n;
    }
    assert(at == text.n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Cx cx = {.arena = arena_new()};
    Str kept = {0}, again = {0}, typed = {(const char *)data, size};
    if (comment_clean(&cx, "/text", typed, &kept) == OK) {
        check_kept(kept);
        assert(comment_clean(&cx, "/text", kept, &again) == OK && str_eq(kept, again));
        check_pieces(kept);
        (void)comment_links(kept);
    } else {
        assert(cx.n_faults == 1 && !kept.p);
    }
    if (size)
        check_pieces(typed);
    arena_free(cx.arena);
    return 0;
}
