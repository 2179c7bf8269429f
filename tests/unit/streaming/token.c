/* The signed part of stream addresses: it comes back whole, and no bit of it may be changed. */
#include "base/hash.h"
#include "base/id.h"
#include "streaming/token.h"
#include "test.h"

#include <string.h>

enum { LENGTH = 127 };

static const Str key = {"0123456789abcdef0123456789abcdef", 32};
static const int64_t NOW = 1700000000000;

static Cx open_cx(void)
{
    return (Cx){.arena = arena_new(), .now = NOW};
}

static Str sample(Cx *cx, bool preview, int64_t expires_at)
{
    StreamToken t = {.video = S("01h2xcejqtf2nbrexx3vqjhp41"),
                     .playback = S("01h2xcejqtf2nbrexx3vqjhp42"),
                     .preview = preview,
                     .expires_at = expires_at};
    return token_write(cx, key, &t);
}

TEST(what_was_written_is_read)
{
    for (int preview = 0; preview < 2; preview++) {
        Cx cx = open_cx();
        StreamToken back = {0};
        Str text = sample(&cx, preview, NOW + 6 * 3600000);
        CHECK(text.n == LENGTH);
        CHECK(token_read(&cx, key, text, &back) == OK);
        CHECK(str_eq(back.video, S("01h2xcejqtf2nbrexx3vqjhp41")) &&
              str_eq(back.playback, S("01h2xcejqtf2nbrexx3vqjhp42")));
        CHECK(back.preview == (preview == 1) &&
              back.expires_at == (NOW + 6 * 3600000) / 1000 * 1000);
        arena_free(cx.arena);
    }
}

TEST(a_flipped_bit_anywhere_is_refused)
{
    Cx cx = open_cx();
    Str text = sample(&cx, false, NOW + 3600000), raw = {0};
    CHECK(base64url_read(cx.arena, text, &raw));
    for (size_t bit = 0; bit < raw.n * 8; bit++) {
        char changed[128];
        StreamToken out = {0};
        memcpy(changed, raw.p, raw.n);
        changed[bit / 8] = (char)(changed[bit / 8] ^ 1 << bit % 8);
        CHECK(token_read(&cx, key, base64url(cx.arena, changed, raw.n), &out) == E_TOKEN_INVALID);
        CHECK(!out.video.p);
    }
    arena_free(cx.arena);
}

TEST(another_spelling_is_refused)
{
    Cx cx = open_cx();
    Str good = sample(&cx, false, NOW + 3600000);
    char text[LENGTH + 2];
    StreamToken out = {0};
    memcpy(text, good.p, good.n);
    for (size_t i = 0; i < good.n; i++) { /* each character as every other byte */
        for (int c = 0; c < 256; c++) {
            text[i] = (char)c;
            if (text[i] != good.p[i])
                CHECK(token_read(&cx, key, (Str){text, good.n}, &out) == E_TOKEN_INVALID);
        }
        text[i] = good.p[i];
    }
    for (size_t n = 0; n < good.n; n++)
        CHECK(token_read(&cx, key, (Str){text, n}, &out) == E_TOKEN_INVALID);
    text[good.n] = '=';
    CHECK(token_read(&cx, key, (Str){text, good.n + 1}, &out) == E_TOKEN_INVALID);
    text[good.n] = 'A';
    CHECK(token_read(&cx, key, (Str){text, good.n + 1}, &out) == E_TOKEN_INVALID);
    arena_free(cx.arena);
}

TEST(another_key_does_not_open_it)
{
    Cx cx = open_cx();
    StreamToken out = {0};
    Str text = sample(&cx, false, NOW + 3600000);
    CHECK(token_read(&cx, S("0123456789abcdef0123456789abcdeg"), text, &out) == E_TOKEN_INVALID);
    CHECK(token_read(&cx, S(""), text, &out) == E_TOKEN_INVALID);
    arena_free(cx.arena);
}

TEST(it_ends_at_its_second)
{
    static const struct {
        int64_t expires_in;
        Err err;
    } rows[] = {{3600000, OK},
                {1000, OK},
                {0, E_TOKEN_EXPIRED},
                {-1000, E_TOKEN_EXPIRED},
                {-NOW, E_TOKEN_EXPIRED}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        Cx cx = open_cx();
        StreamToken out = {0};
        CHECK(token_read(&cx, key, sample(&cx, false, NOW + rows[i].expires_in), &out) ==
              rows[i].err);
        arena_free(cx.arena);
    }
}
