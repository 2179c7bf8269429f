/* Any bytes as a body of the toy contract of tests/unit/contract: no crash, and what was accepted
 * is written and read back without a fault. */
#include "contract.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const Shape *const shapes[] = {&VIDEO_NEW, &VIDEO_PATCH, &VIDEO_PAGE, &COMMENT_PAGE};
    if (!size)
        return 0;
    Cx cx = {.arena = arena_new()};
    const Shape *shape = shapes[data[0] % COUNT(shapes)];
    void *a = arena_take(cx.arena, shape->size), *b = arena_take(cx.arena, shape->size);
    if (shape_read(&cx, shape, (Str){(const char *)data + 1, size - 1}, a) == OK) {
        Buf json = BUF(1 << 20);
        shape_write(&json, shape, a);
        assert(!json.full && shape_read(&cx, shape, (Str){json.p, json.n}, b) == OK);
        buf_free(&json);
    }
    arena_free(cx.arena);
    return 0;
}
