/* Sizes, durations and times in both languages, row by row; zones against the system's own files.
 */
#include "page/format.h"
#include "base/tzif.h"
#include "base/zone.h"
#include "test.h"

#include <limits.h>
#include <stdlib.h>
#include <time.h>

static bool is(Str have, const char *want)
{
    if (str_eq(have, str_of(want)))
        return true;
    printf("have \"" STR_FMT "\", want \"%s\"\n", STR_ARG(have), want);
    return false;
}

TEST(a_size_is_decimal_and_written_as_the_language_does)
{
    static const struct {
        int64_t bytes;
        const char *indonesian, *english;
    } rows[] = {
        {-5, "0 byte", "0 bytes"},
        {0, "0 byte", "0 bytes"},
        {1, "1 byte", "1 byte"},
        {999, "999 byte", "999 bytes"},
        {1000, "1,0 KB", "1.0 KB"},
        {1049, "1,0 KB", "1.0 KB"},
        {1050, "1,1 KB", "1.1 KB"},
        {9949, "9,9 KB", "9.9 KB"},
        {9950, "10 KB", "10 KB"},
        {350499, "350 KB", "350 KB"},
        {350500, "351 KB", "351 KB"},
        {999499, "999 KB", "999 KB"},
        {999500, "1,0 MB", "1.0 MB"},
        {4200000, "4,2 MB", "4.2 MB"},
        {32739959, "33 MB", "33 MB"},
        {999499999, "999 MB", "999 MB"},
        {999500000, "1,0 GB", "1.0 GB"},
        {1440000000, "1,4 GB", "1.4 GB"},
        {274877906944, "275 GB", "275 GB"},
        {5000000000000, "5,0 TB", "5.0 TB"},
        {INT64_MAX, "9223372 TB", "9223372 TB"},
    };
    Cx cx = {.arena = arena_new()};
    for (size_t i = 0; i < COUNT(rows); i++) {
        CHECK(is(format_size(&cx, INDONESIAN, rows[i].bytes), rows[i].indonesian));
        CHECK(is(format_size(&cx, ENGLISH, rows[i].bytes), rows[i].english));
    }
    arena_free(cx.arena);
}

TEST(a_count_has_groups_of_three)
{
    static const struct {
        int64_t n;
        const char *indonesian, *english;
    } rows[] = {
        {0, "0", "0"},
        {-1, "0", "0"},
        {999, "999", "999"},
        {1000, "1.000", "1,000"},
        {32739959, "32.739.959", "32,739,959"},
        {100000, "100.000", "100,000"},
        {INT64_MAX, "9.223.372.036.854.775.807", "9,223,372,036,854,775,807"},
    };
    Cx cx = {.arena = arena_new()};
    for (size_t i = 0; i < COUNT(rows); i++) {
        CHECK(is(format_count(&cx, INDONESIAN, rows[i].n), rows[i].indonesian));
        CHECK(is(format_count(&cx, ENGLISH, rows[i].n), rows[i].english));
    }
    arena_free(cx.arena);
}

TEST(a_duration_is_minutes_or_hours)
{
    static const struct {
        int64_t ms;
        const char *text, *period;
    } rows[] = {
        {-1, "0:00", "PT0H0M0S"},
        {0, "0:00", "PT0H0M0S"},
        {499, "0:00", "PT0H0M0S"},
        {500, "0:01", "PT0H0M1S"},
        {59499, "0:59", "PT0H0M59S"},
        {59500, "1:00", "PT0H1M0S"},
        {245000, "4:05", "PT0H4M5S"},
        {3599499, "59:59", "PT0H59M59S"},
        {3599500, "1:00:00", "PT1H0M0S"},
        {3723000, "1:02:03", "PT1H2M3S"},
        {864000000, "240:00:00", "PT240H0M0S"},
    };
    Cx cx = {.arena = arena_new()};
    for (size_t i = 0; i < COUNT(rows); i++) {
        CHECK(is(format_duration(&cx, rows[i].ms), rows[i].text));
        CHECK(is(format_period(&cx, rows[i].ms), rows[i].period));
    }
    CHECK(format_duration(&cx, INT64_MAX).n > 0);
    arena_free(cx.arena);
}

TEST(a_moment_is_told_in_the_zone_with_its_label)
{
    static const struct {
        const char *zone;
        int64_t ms;
        const char *indonesian, *english;
    } rows[] = {
        {"Asia/Jakarta", 1795351336000, "22 November 2026 pukul 19.42 WIB",
         "22 November 2026, 19:42 WIB"},
        {"Asia/Makassar", 1795351336000, "22 November 2026 pukul 20.42 WITA",
         "22 November 2026, 20:42 WITA"},
        {"Asia/Jayapura", 1795351336000, "22 November 2026 pukul 21.42 WIT",
         "22 November 2026, 21:42 WIT"},
        {"Asia/Jakarta", 1798736400000, "1 Januari 2027 pukul 00.00 WIB",
         "1 January 2027, 00:00 WIB"},
        {"Asia/Jakarta", 1798736399999, "31 Desember 2026 pukul 23.59 WIB",
         "31 December 2026, 23:59 WIB"},
        {"UTC", 1795351336000, "22 November 2026 pukul 12.42 UTC", "22 November 2026, 12:42 UTC"},
        {"Mars/Olympus", 1795351336000, "22 November 2026 pukul 12.42 UTC",
         "22 November 2026, 12:42 UTC"},
        {"../../../etc/passwd", 0, "1 Januari 1970 pukul 00.00 UTC", "1 January 1970, 00:00 UTC"},
        {"/etc/localtime", 0, "1 Januari 1970 pukul 00.00 UTC", "1 January 1970, 00:00 UTC"},
        {"", -1, "31 Desember 1969 pukul 23.59 UTC", "31 December 1969, 23:59 UTC"},
        {"Asia/Jakarta", INT64_MAX, "31 Desember 9999 pukul 23.59 WIB",
         "31 December 9999, 23:59 WIB"},
    };
    Cx cx = {.arena = arena_new()};
    for (size_t i = 0; i < COUNT(rows); i++) {
        CHECK(is(format_moment(&cx, INDONESIAN, str_of(rows[i].zone), rows[i].ms),
                 rows[i].indonesian));
        CHECK(is(format_moment(&cx, ENGLISH, str_of(rows[i].zone), rows[i].ms), rows[i].english));
    }
    CHECK(is(format_date(&cx, INDONESIAN, S("Asia/Jakarta"), 1798736400000), "1 Januari 2027"));
    CHECK(is(format_instant(&cx, 1795351336987), "2026-11-22T12:42:16Z"));
    arena_free(cx.arena);
}

TEST(a_rule_of_years_to_come_turns_at_its_moment)
{
    static const struct {
        const char *rule;
        int64_t at;
        int32_t offset_s;
        const char *label;
    } rows[] = {
        {"WIB-7", 4102444800, 25200, "WIB"},
        {"<+08>-8", 0, 28800, "UTC+08"},
        {"<-03>3", 0, -10800, "UTC-03"},
        {"<+0545>-5:45", 0, 20700, "UTC+0545"},
        {"CET-1CEST,M3.5.0,M10.5.0/3", 1774745999, 3600, "CET"}, /* 2026-03-29T01:00Z */
        {"CET-1CEST,M3.5.0,M10.5.0/3", 1774746000, 7200, "CEST"},
        {"CET-1CEST,M3.5.0,M10.5.0/3", 1792889999, 7200, "CEST"}, /* 2026-10-25T01:00Z */
        {"CET-1CEST,M3.5.0,M10.5.0/3", 1792890000, 3600, "CET"},
        {"EST5EDT,M3.2.0,M11.1.0", 1772953199, -18000, "EST"}, /* 2026-03-08T07:00Z */
        {"EST5EDT,M3.2.0,M11.1.0", 1772953200, -14400, "EDT"},
        {"AEST-10AEDT,M10.1.0,M4.1.0/3", 1767225600, 39600, "AEDT"},
        {"AEST-10AEDT,M10.1.0,M4.1.0/3", 1775318399, 39600, "AEDT"}, /* 2026-04-04T16:00Z */
        {"AEST-10AEDT,M10.1.0,M4.1.0/3", 1775318400, 36000, "AEST"},
    };
    static const char *const bad[] = {"",
                                      "X",
                                      "WIB",
                                      "WIB-",
                                      "<+08-8",
                                      "WIB-7:61",
                                      "WIB-999",
                                      "CET-1CEST,",
                                      "CET-1CEST,M",
                                      "CET-1CEST,M3.5",
                                      "CET-1CEST,M3.5.0",
                                      "A1B2,M0.1.0,M1.1.0",
                                      "<-.0/-1,M10.5.0/0",
                                      "CET-1CEST,M3.0.0,M10.5.0",
                                      "CET-1CEST,J60,J300",
                                      "CET-1CEST,M3.5.0,M10.5.0/3x"};
    for (size_t i = 0; i < COUNT(rows); i++) {
        Zone z = {0};
        CHECK(tzif_rule(str_of(rows[i].rule), rows[i].at, &z));
        CHECK(z.offset_s == rows[i].offset_s && is(str_of(z.label), rows[i].label));
    }
    for (size_t i = 0; i < COUNT(bad); i++) {
        Zone z = {0};
        CHECK(!tzif_rule(str_of(bad[i]), 1774746000, &z));
    }
}

/* The C library is the oracle here, where it has the zone. */
static void compare(const char *name, int64_t at)
{
    struct tm tm = {0};
    time_t t = (time_t)at;
    Zone z = zone_at(str_of(name), at * 1000);
    CHECK(localtime_r(&t, &tm) && z.offset_s == tm.tm_gmtoff);
    const char *label = tm.tm_zone[0] == '+' || tm.tm_zone[0] == '-' ? z.label + 3 : z.label;
    CHECK(strcmp(label, tm.tm_zone) == 0);
}

/* Whole days of the zone without a gap, each from 0 o'clock where there is one. */
static void compare_days(const char *name, int64_t at)
{
    Day day = day_at(str_of(name), at * 1000), next = day_at(str_of(name), day.ends_at);
    Day last = day_at(str_of(name), day.ends_at - 1);
    time_t t = (time_t)(day.ends_at / 1000);
    struct tm tm = {0};
    CHECK(day.ends_at > at * 1000 && day.ends_at - at * 1000 <= 26 * 3600000);
    CHECK(last.n == day.n && last.ends_at == day.ends_at && next.n > day.n);
    CHECK(localtime_r(&t, &tm) && tm.tm_hour <= 1 && tm.tm_min == 0 && tm.tm_sec == 0);
}

TEST(zones_agree_with_the_system)
{
    static const char *const names[] = {
        "Asia/Jakarta",   "Asia/Singapore",   "Europe/Berlin",     "America/New_York",
        "Asia/Kathmandu", "Australia/Sydney", "Pacific/Apia",      "America/St_Johns",
        "Asia/Tokyo",     "Europe/Dublin",    "Africa/Casablanca", "America/Nuuk",
        "Asia/Jayapura",  "America/Havana",   "Asia/Beirut",       "UTC"};
    char *kept = getenv("TZ");
    for (size_t i = 0; i < COUNT(names); i++) {
        char path[64];
        snprintf(path, sizeof path, "/usr/share/zoneinfo/%s", names[i]);
        FILE *there = fopen(path, "r");
        if (!there)
            continue;
        fclose(there);
        setenv("TZ", names[i], 1);
        tzset();
        for (int64_t at = 1577836800; at < 3000000000; at += 9 * 86400 + 3601)
            compare(names[i], at);
        for (int64_t at = 1577836800; at < 1735689600; at += 5 * 3600)
            compare_days(names[i], at);
    }
    if (kept)
        setenv("TZ", kept, 1);
    else
        unsetenv("TZ");
    tzset();
}

TEST(what_is_left_is_said_in_the_largest_unit_of_which_there_are_two)
{
    Cx cx = {.arena = arena_new()};
    CHECK(is(format_until(&cx, INDONESIAN, 30LL * 86400000), "30 hari lagi"));
    CHECK(is(format_until(&cx, ENGLISH, 2LL * 86400000 - 1), "in 47 hours"));
    CHECK(is(format_until(&cx, ENGLISH, 2LL * 3600000 - 1), "in 119 minutes"));
    CHECK(is(format_until(&cx, INDONESIAN, 119999), "kurang dari 2 menit lagi"));
    CHECK(is(format_until(&cx, ENGLISH, 0), "in less than 2 minutes"));
    arena_free(cx.arena);
}

TEST(a_zone_file_that_is_cut_or_altered_is_never_read_beyond)
{
    static char bytes[64 << 10];
    FILE *f = fopen("/usr/share/zoneinfo/Europe/Berlin", "r");
    size_t n = f ? fread(bytes, 1, sizeof bytes, f) : 0;
    if (f)
        fclose(f);
    for (size_t cut = 0; cut < n; cut++) {
        char *copy = malloc(cut ? cut : 1); /* so that the sanitizer sees its end */
        memcpy(copy, bytes, cut);
        Zone z = {0};
        (void)tzif_read((Str){copy, cut}, 1795351336, &z);
        free(copy);
    }
    for (size_t at = 0; at < n && at < 4096; at++) {
        Zone z = {0};
        char was = bytes[at];
        bytes[at] = (char)(was ^ 0xff);
        (void)tzif_read((Str){bytes, n}, 1795351336, &z);
        bytes[at] = was;
    }
    CHECK(!tzif_read(S(""), 0, &(Zone){0}));
}
