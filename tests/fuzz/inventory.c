/* Any bytes as a line of an inventory: what passes leads nowhere but into its folder. */
#include "ops/inventory.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    InventoryItem item = {0};
    if (!inventory_item((Str){(const char *)data, size}, &item))
        return 0;
    size_t slashes = 0;
    assert(item.size >= 0 && item.path.n && item.path.p[0] != '/' && item.path.p[0] != '.');
    for (size_t i = 0; i < item.path.n; i++) {
        assert(item.path.p[i] > ' ' && item.path.p[i] < 127);
        assert(i == 0 || item.path.p[i] != '.' || item.path.p[i - 1] != '/');
        slashes += item.path.p[i] == '/';
    }
    assert(slashes <= 1 && (slashes == 1 || !item.blob));
    return 0;
}
