/* An archive as readers of ZIP expect it: sums, sizes and places. */
#include "ops/zip.h"
#include "base/file.h"
#include "test.h"

#include <string.h>
#include <unistd.h>

TEST(the_sum_is_that_of_iso_3309)
{
    CHECK(crc32_of(0, S("")) == 0);
    CHECK(crc32_of(0, S("123456789")) == 0xcbf43926);
    CHECK(crc32_of(crc32_of(0, S("1234")), S("56789")) == 0xcbf43926);
}

static uint32_t le32(const char *p)
{
    const uint8_t *b = (const uint8_t *)p;
    return b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

TEST(entries_stand_one_after_another_with_a_directory_behind_them)
{
    Cx own = {.arena = arena_new()}, *cx = &own;
    FILE *file = tmpfile();
    Zip zip = {.fd = fileno(file)};
    Str all = {0};
    CHECK(zip_entry(cx, &zip, "a.json") == OK && zip_write(cx, &zip, S("12345")) == OK);
    CHECK(zip_write(cx, &zip, S("6789")) == OK);
    CHECK(zip_entry(cx, &zip, "empty") == OK && zip_end(cx, &zip) == OK);
    lseek(zip.fd, 0, SEEK_SET);
    CHECK(file_read(cx->arena, zip.fd, 1 << 16, &all) && (int64_t)all.n == zip.at);
    fclose(file);
    CHECK(le32(all.p) == 0x04034b50 && le32(all.p + 14) == 0xcbf43926);
    CHECK(le32(all.p + 18) == 9 && le32(all.p + 22) == 9);
    CHECK(memcmp(all.p + 30, "a.json123456789", 15) == 0);
    CHECK(le32(all.p + 45) == 0x04034b50 && le32(all.p + 45 + 18) == 0);
    const char *end = all.p + all.n - 22;
    CHECK(le32(end) == 0x06054b50 && end[10] == 2);
    CHECK(le32(all.p + le32(end + 16)) == 0x02014b50 &&
          le32(end + 16) + le32(end + 12) + 22 == all.n);
    arena_free(own.arena);
}
