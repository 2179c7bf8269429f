/* Any bytes as a body of the toy contract of tests/unit/contract: no crash, and what was accepted
 * is written and read back without a fault. The one-pass reader takes nothing the other refuses,
 * and makes the same of it. */
#include "base/shape_compact.h"
#include "contract.h"

#include <assert.h>

static Buf written(const Shape *shape, const void *from)
{
    Buf json = BUF(1 << 20);
    shape_write(&json, shape, from);
    assert(!json.full);
    return json;
}

static void compare(Cx *cx, const Shape *shape, Str json, const void *read)
{
    const Field whole = {.kind = F_OBJ, .shape = shape, .size = (uint32_t)shape->size};
    void *compact = arena_take(cx->arena, shape->size);
    if (!shape_read_compact(cx, &whole, json, compact))
        return;
    assert(read);
    Buf a CLEANUP(buf_free) = written(shape, read), b CLEANUP(buf_free) = written(shape, compact);
    assert(str_eq((Str){a.p, a.n}, (Str){b.p, b.n}));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const Shape *const shapes[] = {&VIDEO_NEW, &VIDEO_PATCH, &VIDEO_PAGE, &COMMENT_PAGE};
    if (!size)
        return 0;
    Cx cx = {.arena = arena_new()};
    const Shape *shape = shapes[data[0] % COUNT(shapes)];
    const Str given = {(const char *)data + 1, size - 1};
    void *a = arena_take(cx.arena, shape->size), *b = arena_take(cx.arena, shape->size);
    bool read = shape_read(&cx, shape, given, a) == OK;
    compare(&cx, shape, given, read ? a : NULL);
    if (read) {
        Buf json CLEANUP(buf_free) = written(shape, a);
        assert(shape_read(&cx, shape, (Str){json.p, json.n}, b) == OK);
        compare(&cx, shape, (Str){json.p, json.n}, b);
    }
    arena_free(cx.arena);
    return 0;
}
