/* Any bytes as the head of a picture. */
#include "media/picture.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Picture p = {0};
    if (picture_read((Str){(const char *)data, size}, &p)) {
        assert(p.kind >= PICTURE_JPEG && p.kind <= PICTURE_WEBP);
        assert(p.width >= 0 && p.height >= 0 && p.width <= UINT32_MAX && p.height <= UINT32_MAX);
    } else {
        assert(p.kind == 0);
    }
    return 0;
}
