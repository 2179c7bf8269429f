#include "page/format.h"

#include "base/time.h"
#include "base/zone.h"

#include <stdio.h>

static int64_t at_least_0(int64_t n)
{
    return n > 0 ? n : 0;
}

Str format_size(Cx *cx, Language language, int64_t bytes)
{
    static const char *const units[] = {"KB", "MB", "GB", "TB"};
    int64_t n = at_least_0(bytes), unit = 1000;
    size_t i = 0;
    if (n < 1000)
        return arena_fmt(cx->arena, "%lld %s", (long long)n,
                         language == ENGLISH && n != 1 ? "bytes" : "byte");
    while (i + 1 < COUNT(units) && n / unit + (n % unit >= unit / 2) >= 1000) {
        unit *= 1000;
        i++;
    }
    int64_t tenths = n / (unit / 10) + (n % (unit / 10) >= unit / 20);
    if (tenths >= 100) /* 42 MB says enough */
        return arena_fmt(cx->arena, "%lld %s", (long long)(n / unit + (n % unit >= unit / 2)),
                         units[i]);
    return arena_fmt(cx->arena, "%lld%c%lld %s", (long long)tenths / 10,
                     language == INDONESIAN ? ',' : '.', (long long)tenths % 10, units[i]);
}

Str format_count(Cx *cx, Language language, int64_t count)
{
    Str plain = arena_fmt(cx->arena, "%lld", (long long)at_least_0(count));
    char *to = arena_take(cx->arena, plain.n * 2);
    size_t n = 0;
    for (size_t i = 0; i < plain.n; i++) {
        if (i && (plain.n - i) % 3 == 0)
            to[n++] = language == INDONESIAN ? '.' : ',';
        to[n++] = plain.p[i];
    }
    return (Str){to, n};
}

Str format_duration(Cx *cx, int64_t ms)
{
    long long s = at_least_0(ms) / 1000 + (at_least_0(ms) % 1000 >= 500);
    if (s < 3600)
        return arena_fmt(cx->arena, "%lld:%02lld", s / 60, s % 60);
    return arena_fmt(cx->arena, "%lld:%02lld:%02lld", s / 3600, s / 60 % 60, s % 60);
}

Str format_period(Cx *cx, int64_t ms)
{
    long long s = at_least_0(ms) / 1000 + (at_least_0(ms) % 1000 >= 500);
    return arena_fmt(cx->arena, "PT%lldH%lldM%lldS", s / 3600, s / 60 % 60, s % 60);
}

static int64_t within(int64_t ms)
{
    return ms < TIME_MIN ? TIME_MIN : ms > TIME_MAX ? TIME_MAX : ms;
}

Str format_instant(Cx *cx, int64_t ms)
{
    char text[TIME_TEXT];
    time_write(text, within(ms));
    return arena_fmt(cx->arena, "%.19sZ", text);
}

static const char *const months[LANGUAGES][12] = {
    [INDONESIAN] = {"Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus",
                    "September", "Oktober", "November", "Desember"},
    [ENGLISH] = {"January", "February", "March", "April", "May", "June", "July", "August",
                 "September", "October", "November", "December"},
};

/* 2026-11-22T12:42 as the zone's clocks show it. */
static void wall(char to[TIME_TEXT], const Zone *zone, int64_t ms)
{
    time_write(to, within(within(ms) + (int64_t)zone->offset_s * 1000));
}

static Str date(Cx *cx, Language language, const char *text)
{
    int month = (text[5] - '0') * 10 + text[6] - '0', day = (text[8] - '0') * 10 + text[9] - '0';
    return arena_fmt(cx->arena, "%d %s %.4s", day, months[language][month - 1], text);
}

Str format_date(Cx *cx, Language language, Str zone_name, int64_t ms)
{
    char text[TIME_TEXT];
    Zone zone = zone_at(zone_name, ms);
    wall(text, &zone, ms);
    return date(cx, language, text);
}

Str format_moment(Cx *cx, Language language, Str zone_name, int64_t ms)
{
    char text[TIME_TEXT];
    Zone zone = zone_at(zone_name, ms);
    wall(text, &zone, ms);
    Str day = date(cx, language, text);
    if (language == INDONESIAN)
        return arena_fmt(cx->arena, STR_FMT " pukul %.2s.%.2s %s", STR_ARG(day), text + 11,
                         text + 14, zone.label);
    return arena_fmt(cx->arena, STR_FMT ", %.2s:%.2s %s", STR_ARG(day), text + 11, text + 14,
                     zone.label);
}

/* A unit is named from two of it on, so that no text says 1 days. */
Str format_until(Cx *cx, Language language, int64_t ms)
{
    static const struct {
        int64_t ms;
        Text text;
    } units[] = {{86400000, TEXT_IN_DAYS}, {3600000, TEXT_IN_HOURS}, {60000, TEXT_IN_MINUTES}};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        Str n = format_count(cx, language, ms / units[i].ms);
        if (ms >= 2 * units[i].ms)
            return text_fill(cx, language, units[i].text, &n, 1);
    }
    return text_in(language, TEXT_IN_A_MOMENT);
}
