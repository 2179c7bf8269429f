#include "base/zone.h"

#include "base/tzif.h"

#include <fcntl.h>
#include <unistd.h>

enum { NAME_MAX_BYTES = 64, FILE_MAX = 64 << 10, DAY_MS = 86400000 };

static const char FOLDER[] = "/usr/share/zoneinfo/";

/* Fixed for Indonesia since 1988; known without the system's zone files. */
static const struct {
    const char *name;
    Zone zone;
} fixed[] = {
    {"Asia/Jakarta", {25200, "WIB"}},        {"Asia/Pontianak", {25200, "WIB"}},
    {"Asia/Makassar", {28800, "WITA"}},      {"Asia/Jayapura", {32400, "WIT"}},
    {"Asia/Ujung_Pandang", {28800, "WITA"}},
};

/* Letters, digits and _+- in parts between slashes: nothing that leaves the folder. */
static bool name_good(Str name)
{
    bool good = name.n && name.n <= NAME_MAX_BYTES && name.p[0] != '/';
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        good = good && ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                        (c >= '0' && c <= '9') || (c && strchr("_+-/", c)));
    }
    return good;
}

static bool from_file(Str name, int64_t at, Zone *out)
{
    char path[sizeof FOLDER + NAME_MAX_BYTES], bytes[FILE_MAX];
    memcpy(path, FOLDER, sizeof FOLDER - 1);
    memcpy(path + sizeof FOLDER - 1, name.p, name.n);
    path[sizeof FOLDER - 1 + name.n] = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    ssize_t n = read(fd, bytes, sizeof bytes);
    close(fd);
    return n > 0 && tzif_read((Str){bytes, (size_t)n}, at, out);
}

Zone zone_at(Str name, int64_t ms)
{
    Zone found = {0, "UTC"};
    for (size_t i = 0; i < COUNT(fixed); i++)
        if (str_eq(name, str_of(fixed[i].name)))
            return fixed[i].zone;
    if (name_good(name))
        (void)from_file(name, ms >= 0 ? ms / 1000 : (ms - 999) / 1000, &found);
    return found;
}

static int64_t day_number(const Zone *zone, int64_t ms)
{
    int64_t wall = ms + (int64_t)zone->offset_s * 1000;
    return wall / DAY_MS - (wall % DAY_MS < 0);
}

Day day_at(Str name, int64_t ms)
{
    Zone now = zone_at(name, ms);
    int64_t n = day_number(&now, ms), midnight = (n + 1) * DAY_MS;
    int64_t ends_at = midnight - (int64_t)now.offset_s * 1000;
    Zone before = zone_at(name, ends_at - 1), then = zone_at(name, ends_at);
    if (before.offset_s != now.offset_s || day_number(&then, ends_at) <= n) /* the clocks moved */
        ends_at = midnight - (int64_t)then.offset_s * 1000;
    return (Day){n, ends_at};
}
