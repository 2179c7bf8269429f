/* Any bytes as a request of the flags' remote protocol: read without a crash, or refused with a
 * sentence; what is answered is JSON again. */
#include "base/json.h"
#include "ops/ofrep.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_json(Cx *cx, const Buf *b)
{
    Json document CLEANUP(json_close) = {0};
    Err e = json_open(cx, (Str){b->p, b->n}, &document);
    assert(e == OK && json_kind(document) == JSON_IS_OBJECT);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Cx cx = {.arena = arena_new()};
    OfrepContext context = {0};
    Buf b CLEANUP(buf_free) = BUF(1 << 20);
    Str body = {(const char *)data, size};
    OfrepError bad = ofrep_read(&cx, body, &context);
    if (bad) {
        assert(cx.said[0]);
        bool has_nul = size && memchr(data, 0, size); /* no path has one, and \u0000 is refused */
        ofrep_put_failure(&b, has_nul ? (Str){0} : body, bad, str_of(cx.said));
    } else {
        FlagWho who = {.account = context.targeting_key};
        assert(who.account.n >= 1 && who.account.n <= TARGETING_KEY_MAX);
        FlagRule rule = {.percent = 50, .variant = S("on"), .has = {.percent = true}};
        FlagRow row = {.enabled = true, .rules = {&rule, 1}};
        FlagAnswer answer = flag_decide(&FLAG_SPECS[0], &row, &who);
        assert(answer.variant);
        ofrep_put_value(&b, &FLAG_SPECS[0], &answer);
    }
    if (b.n && !b.full)
        check_json(&cx, &b);
    arena_free(cx.arena);
    return 0;
}
