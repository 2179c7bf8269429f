/* Addresses that are secrets: of a thousand of each kind no bit may be changed, no letter be
 * missing, added or written otherwise, no part be taken from another; and what is drawn is drawn
 * evenly. */
#include "base/hash.h"
#include "base/id.h"
#include "download/signed.h"
#include "download/ticket.h"
#include "world.h"

#include <sqlite3.h>
#include <string.h>

enum { TOKENS = 1000, SECRET = 24, BITS = SECRET * 8, DRAWN = 500000 };

static const Str key = {"0123456789abcdef0123456789abcdef", 32};
static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/* --- tickets */

/* The first thousand tickets of the world get secrets as they are drawn. */
static void put_secrets(World *w, Str secrets[TOKENS])
{
    sqlite3 *lite = NULL;
    sqlite3_stmt *st = NULL;
    CHECK(sqlite3_open(w->path, &lite) == SQLITE_OK);
    CHECK(sqlite3_exec(lite, "BEGIN", NULL, NULL, NULL) == SQLITE_OK);
    CHECK(sqlite3_prepare_v2(lite, "UPDATE ticket SET secret = ?1 WHERE id = ?2", -1, &st, NULL) ==
          SQLITE_OK);
    for (int i = 0; i < TOKENS; i++) {
        TicketRow t = ticket_of(w, i / TICKETS, i % TICKETS);
        secrets[i] = id_secret(&w->cx, SECRET);
        sqlite3_bind_text(st, 1, secrets[i].p, (int)secrets[i].n, SQLITE_STATIC);
        sqlite3_bind_text(st, 2, t.id.p, (int)t.id.n, SQLITE_STATIC);
        CHECK(sqlite3_step(st) == SQLITE_DONE && sqlite3_changes(lite) == 1);
        sqlite3_reset(st);
    }
    sqlite3_finalize(st);
    CHECK(sqlite3_exec(lite, "COMMIT", NULL, NULL, NULL) == SQLITE_OK);
    sqlite3_close(lite);
}

static bool opens(Cx *cx, Str secret)
{
    TicketRow row = {0};
    return ticket_by_secret(cx, secret, &row) == OK;
}

static int with_a_bit_changed(Cx *cx, Str secret)
{
    uint8_t raw[SECRET];
    Str read = {0};
    int opened = 0;
    CHECK(base64url_read(cx->arena, secret, &read) && read.n == SECRET);
    memcpy(raw, read.p, SECRET);
    for (size_t bit = 0; bit < BITS; bit++) {
        raw[bit / 8] ^= (uint8_t)(1 << bit % 8);
        opened += opens(cx, base64url(cx->arena, raw, SECRET));
        raw[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    return opened;
}

static int cut_or_grown(Cx *cx, Str secret, Str other)
{
    Arena *a = cx->arena;
    int opened = 0;
    for (size_t n = 0; n < secret.n; n++)
        opened += opens(cx, (Str){secret.p, n}) + opens(cx, (Str){str_end(secret) - n, n});
    Str forms[] = {
        arena_fmt(a, STR_FMT "A", STR_ARG(secret)),
        arena_fmt(a, "A" STR_FMT, STR_ARG(secret)),
        arena_fmt(a, STR_FMT "=", STR_ARG(secret)),
        arena_fmt(a, STR_FMT " ", STR_ARG(secret)),
        arena_fmt(a, STR_FMT "\n", STR_ARG(secret)),
        arena_fmt(a, STR_FMT "%%", STR_ARG(secret)),
        arena_fmt(a, "%.16s%.16s", secret.p, other.p + 16),
        arena_fmt(a, "%.31s_%%", secret.p),
    };
    for (size_t i = 0; i < COUNT(forms); i++)
        opened += opens(cx, forms[i]);
    return opened;
}

TEST(no_bit_of_a_thousand_tickets_may_be_changed)
{
    World *w = world_open();
    Str secrets[TOKENS];
    put_secrets(w, secrets);
    Cx cx = w->cx;
    cx.arena = arena_new();
    int opened = 0, whole = 0;
    for (int i = 0; i < TOKENS; i++) {
        whole += opens(&cx, secrets[i]);
        opened += with_a_bit_changed(&cx, secrets[i]);
        opened += cut_or_grown(&cx, secrets[i], secrets[(i + 1) % TOKENS]);
        arena_reset(cx.arena);
    }
    CHECK(whole == TOKENS && opened == 0);
    arena_free(cx.arena);
    world_close(w);
}

/* --- signed addresses */

static SignedFile file_of(Cx *cx, int i)
{
    return (SignedFile){.blob = arena_fmt(cx->arena, "o/%d", i),
                        .sha256 = arena_fmt(cx->arena, "%x", (unsigned)i * 2654435u),
                        .media_type = S("a/b"),
                        .name = arena_fmt(cx->arena, "%d", i)};
}

static Str token_of(Cx *cx, int i)
{
    SignedFile f = file_of(cx, i);
    return signed_write(cx, key, &f, cx->now + 60000 + 1000 * (int64_t)i);
}

static bool reads(Cx *cx, Str token)
{
    SignedFile f = {0};
    Err e = signed_read(cx, key, token, &f);
    CHECK(e == OK || e == E_TOKEN_INVALID || e == E_GONE);
    return e == OK;
}

static int with_a_bit_signed(Cx *cx, Str token)
{
    Str raw = {0};
    int opened = 0;
    CHECK(base64url_read(cx->arena, token, &raw));
    char *bytes = (char *)(uintptr_t)raw.p;
    for (size_t bit = 0; bit < raw.n * 8; bit++) {
        bytes[bit / 8] ^= (char)(1 << bit % 8);
        opened += reads(cx, base64url(cx->arena, bytes, raw.n));
        bytes[bit / 8] ^= (char)(1 << bit % 8);
    }
    return opened;
}

/* Every other last letter, of which some differ in bits alone that no byte has; every cut; the seal
 * of one at the text of another. */
static int otherwise_written(Cx *cx, Str token, Str other)
{
    Arena *a = cx->arena;
    int opened = 0;
    for (size_t i = 0; i + 1 < sizeof letters; i++)
        if (letters[i] != str_end(token)[-1])
            opened += reads(cx, arena_fmt(a, "%.*s%c", (int)token.n - 1, token.p, letters[i]));
    for (size_t n = 0; n < token.n; n++)
        opened += reads(cx, (Str){token.p, n}) + reads(cx, (Str){str_end(token) - n, n});
    Str one = {0}, two = {0};
    CHECK(base64url_read(a, token, &one) && base64url_read(a, other, &two));
    char *mixed = arena_take(a, one.n);
    memcpy(mixed, one.p, one.n);
    memcpy(mixed + one.n - SHA256_BYTES, str_end(two) - SHA256_BYTES, SHA256_BYTES);
    opened += reads(cx, base64url(a, mixed, one.n));
    opened += reads(cx, arena_fmt(a, STR_FMT "=", STR_ARG(token)));
    opened += reads(cx, arena_fmt(a, STR_FMT "AAAA", STR_ARG(token)));
    return opened + reads(cx, arena_fmt(a, STR_FMT STR_FMT, STR_ARG(token), STR_ARG(other)));
}

TEST(no_bit_of_a_thousand_signed_addresses_may_be_changed)
{
    Cx cx = {.arena = arena_new(), .now = BASE};
    int opened = 0, whole = 0;
    for (int i = 0; i < TOKENS; i++) {
        Str token = token_of(&cx, i), other = token_of(&cx, (i + 1) % TOKENS);
        whole += reads(&cx, token);
        opened += with_a_bit_signed(&cx, token) + otherwise_written(&cx, token, other);
        arena_reset(cx.arena);
    }
    CHECK(whole == TOKENS && opened == 0);
    arena_free(cx.arena);
}

/* --- what is drawn */

/* Chi-square of n counts that should all be `wanted`, as standard deviations from what chance
 * gives. */
static double sigmas(const int64_t *counts, int n, double wanted, double per_cell)
{
    double sum = 0;
    for (int i = 0; i < n; i++)
        sum += ((double)counts[i] - wanted) * ((double)counts[i] - wanted) / (wanted * per_cell);
    return (sum - n) * (sum - n) / (2.0 * n);
}

/* Seven sigmas either way: less than once in 10^10 runs by chance. */
TEST(a_tickets_secret_is_drawn_evenly)
{
    static int64_t ones[BITS], values[256];
    Cx cx = {.arena = arena_new()};
    for (int i = 0; i < DRAWN; i++) {
        Str raw = {0};
        CHECK(base64url_read(cx.arena, id_secret(&cx, SECRET), &raw) && raw.n == SECRET);
        for (size_t at = 0; at < SECRET; at++) {
            uint8_t byte = (uint8_t)raw.p[at];
            values[byte]++;
            for (size_t bit = 0; bit < 8; bit++)
                ones[at * 8 + bit] += byte >> bit & 1;
        }
        arena_reset(cx.arena);
    }
    CHECK(sigmas(ones, BITS, DRAWN / 2.0, 0.5) < 49); /* of n draws, n/4 is the variance */
    CHECK(sigmas(values, 256, DRAWN * SECRET / 256.0, 1) < 49);
    arena_free(cx.arena);
}
