/* The one-pass reader of stored JSON against the reader that parses: the same values, or it keeps
 * out. */
#include "base/shape_compact.h"
#include "contract.h"
#include "test.h"

#include <string.h>

static const Field *field(const Shape *shape, const char *name)
{
    for (size_t i = 0; i < shape->n; i++)
        if (str_eq(str_of(shape->fields[i].json), str_of(name)))
            return &shape->fields[i];
    return NULL;
}

typedef struct Case {
    const char *of, *json;
    bool taken; /* by the compact reader */
} Case;

static const Case cases[] = {
    {"tags", "[]", true},
    {"tags", "[\"masak\"]", true},
    {"tags", "[\"masak\",\"pasar malam\",\"caf\xc3\xa9\",\"a\",\"b\",\"c\",\"d\",\"e\",\"f\"]",
     true},
    {"tags", "[ \"masak\"]", false},
    {"tags", "[\"ma\\u0073ak\"]", false},
    {"tags", "[\"masak\",]", false},
    {"tags", "[\"masak\"", false},
    {"tags", "[\"masak\"]x", false},
    {"tags", "[,\"masak\"]", false},
    {"tags", "[\"masak\" \"b\"]", false},
    {"tags", "[null]", false},
    {"tags", "[\"\"]", false},     /* a tag has a character at least */
    {"tags", "[\"\xff\"]", false}, /* no UTF-8 */
    {"tags", "[\"a\tb\"]", false}, /* no JSON */
    {"tags", "", false},
    {"tags", "null", false},
    {"chapters", "[]", true},
    {"chapters", "[{\"startMs\":0,\"title\":\"Awal\"},{\"startMs\":61000,\"title\":\"Isi\"}]",
     true},
    {"chapters", "[{\"title\":\"Awal\",\"startMs\":0}]", false},
    {"chapters", "[{\"startMs\":0,\"title\":\"Awal\",\"x\":1}]", false},
    {"chapters", "[{\"startMs\":0,\"startMs\":0,\"title\":\"Awal\"}]", false},
    {"chapters", "[{\"startMs\":0}]", false},
    {"chapters", "[{}]", false},
    {"chapters", "[{\"startMs\":-1,\"title\":\"Awal\"}]", false},
    {"chapters", "[{\"startMs\":00,\"title\":\"Awal\"}]", false},
    {"chapters", "[{\"startMs\":-,\"title\":\"Awal\"}]", false},
    {"chapters", "[{\"startMs\":1.0,\"title\":\"Awal\"}]", false},
    {"chapters", "[{\"startMs\":1e3,\"title\":\"Awal\"}]", false},
    {"chapters", "[{\"startMs\":99999999999999999999,\"title\":\"Awal\"}]", false},
    {"chapters", "[{\"startMs\":864000001,\"title\":\"Awal\"}]",
     false}, /* beyond the contract's limit */
};

static Str written(Cx *cx, const Field *f, const void *at)
{
    Buf b CLEANUP(buf_free) = BUF(1 << 20);
    shape_write_field(&b, f, at);
    return arena_str(cx->arena, (Str){b.p, b.n});
}

/* What is taken is what the other reader makes of it; what is not leaves no trace. */
static bool agree(const Field *f, Str json, bool *taken)
{
    Cx cx = {.arena = arena_new()};
    uint8_t a[64] = {0}, b[64] = {0}, none[64] = {0};
    *taken = shape_read_compact(&cx, f, json, a);
    bool quiet = cx.n_faults == 0, same = f->size <= sizeof a;
    if (*taken)
        same = same && shape_read_field(&cx, f, json, b) == OK &&
               str_eq(written(&cx, f, a), written(&cx, f, b));
    else
        same = same && memcmp(a, none, sizeof a) == 0;
    arena_free(cx.arena);
    return quiet && same;
}

TEST(json_of_a_column_is_read_in_one_pass_when_it_is_as_we_write_it)
{
    for (size_t i = 0; i < COUNT(cases); i++) {
        bool taken = false;
        CHECK(agree(field(&VIDEO, cases[i].of), str_of(cases[i].json), &taken));
        CHECK(taken == cases[i].taken);
        if (taken != cases[i].taken)
            printf("    %s\n", cases[i].json);
    }
}

TEST(json_of_a_column_that_is_cut_or_altered_is_never_read_to_something_else)
{
    uint64_t seed = 88172645463325252u;
    size_t n_taken = 0;
    for (size_t round = 0; round < 60000; round++) {
        const Case *c = &cases[round % COUNT(cases)];
        char text[200];
        size_t n = strlen(c->json);
        bool taken = false;
        memcpy(text, c->json, n);
        for (size_t k = 0; n && k < round % 3 + 1; k++) {
            seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
            text[seed % n] = "[]{},:\"\\0-1aZ \xc3\xa9"[seed >> 32 & 15];
        }
        n = seed >> 16 & 7 ? n : n / 2;
        CHECK(agree(field(&VIDEO, c->of), (Str){text, n}, &taken));
        n_taken += taken;
    }
    CHECK(n_taken > 1000); /* else this shows nothing */
}
