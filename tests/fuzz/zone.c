/* Any bytes as a time zone file, or behind an 'R' as the rule in its footer, at any moment. */
#include "base/tzif.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int64_t moments[] = {INT64_MIN / 1000, -1,         0,
                                      1774746000,       4102444800, INT64_MAX / 1000};
    Str text = {(const char *)data, size};
    for (size_t i = 0; i < COUNT(moments); i++) {
        Zone zone = {0};
        bool read = size && data[0] == 'R'
                        ? tzif_rule((Str){text.p + 1, size - 1}, moments[i], &zone)
                        : tzif_read(text, moments[i], &zone);
        if (read)
            assert(zone.offset_s >= -90000 && zone.offset_s <= 90000 &&
                   strnlen(zone.label, ZONE_LABEL) < ZONE_LABEL);
    }
    return 0;
}
