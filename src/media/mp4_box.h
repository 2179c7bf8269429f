/* mp4_box.h - boxes in memory: a cursor that can't leave its bytes, and looking for a child.
 *
 * A read past the end gives 0 and marks the cursor bad for good; ask once, at the end.
 */
#ifndef HUB_MEDIA_MP4_BOX_H
#define HUB_MEDIA_MP4_BOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct Cursor {
    const uint8_t *p;
    size_t n; /* bytes left */
    bool bad;
} Cursor;

#define BOX(a, b, c, d)                                                                            \
    ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (uint32_t)(d))

uint64_t cursor_take(Cursor *c, size_t bytes); /* big endian, 8 bytes at most */
void cursor_skip(Cursor *c, size_t bytes);

/* The next box of those in *in: its type and body. False at the end, or with in->bad set. */
bool box_next(Cursor *in, uint32_t *type, Cursor *body);

/* The first child of that type; a bad, empty cursor when there is none. */
Cursor box_child(Cursor in, uint32_t type);
Cursor box_path(Cursor in, const uint32_t *types, size_t n);

#endif
