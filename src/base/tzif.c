#include "base/tzif.h"

#include <stdio.h>

enum { HEAD = 44, COUNTS = 20, TYPE = 6, DAY_S = 86400 };

static uint64_t big_endian(const char *p, size_t n)
{
    uint64_t v = 0;
    for (size_t i = 0; i < n; i++)
        v = v << 8 | (unsigned char)p[i];
    return v;
}

/* The six counts of a header, in its order. */
typedef struct Counts {
    size_t is_ut, is_standard, leaps, times, types, letters;
} Counts;

static bool read_head(Str s, Counts *c)
{
    if (s.n < HEAD || memcmp(s.p, "TZif", 4) != 0 || s.p[4] < '2')
        return false;
    size_t n[6];
    for (size_t i = 0; i < 6; i++)
        n[i] = (size_t)big_endian(s.p + COUNTS + 4 * i, 4);
    *c = (Counts){n[0], n[1], n[2], n[3], n[4], n[5]};
    return true;
}

static size_t block_size(const Counts *c, size_t time)
{
    return c->times * (time + 1) + c->types * TYPE + c->letters + c->leaps * (time + 4) +
           c->is_standard + c->is_ut;
}

/* WIB as it is; the database says +09 where people have no name for it. */
static void set_zone(Zone *out, int64_t offset_s, Str name)
{
    bool digits = name.n && (name.p[0] == '+' || name.p[0] == '-');
    snprintf(out->label, sizeof out->label, "%s%.*s", digits ? "UTC" : "",
             (int)(name.n < 8 ? name.n : 8), name.p);
    out->offset_s = (int32_t)offset_s;
}

static bool take_type(Str block, const Counts *c, size_t which, Zone *out)
{
    const char *types = block.p + c->times * 9, *letters = types + c->types * TYPE;
    if (which >= c->types)
        return false;
    const char *type = types + which * TYPE;
    size_t from = (unsigned char)type[5];
    int32_t offset = (int32_t)(uint32_t)big_endian(type, 4);
    if (from >= c->letters || offset < -DAY_S || offset > DAY_S)
        return false;
    set_zone(out, offset, (Str){letters + from, strnlen(letters + from, c->letters - from)});
    return true;
}

bool tzif_read(Str file, int64_t at, Zone *out)
{
    Counts c = {0};
    if (!read_head(file, &c) || file.n - HEAD < block_size(&c, 4))
        return false;
    Str second = {file.p + HEAD + block_size(&c, 4), file.n - HEAD - block_size(&c, 4)};
    if (!read_head(second, &c) || second.n - HEAD < block_size(&c, 8) || !c.types)
        return false;
    Str block = {second.p + HEAD, block_size(&c, 8)};
    Str foot = {block.p + block.n, second.n - HEAD - block.n}, rule = {0};
    size_t past = 0; /* transitions that lie behind */
    while (past < c.times && (int64_t)big_endian(block.p + 8 * past, 8) <= at)
        past++;
    if (foot.n && foot.p[0] == '\n')
        foot = str_cut((Str){foot.p + 1, foot.n - 1}, '\n', &rule);
    if (past == c.times && tzif_rule(foot, at, out))
        return true;
    size_t which = past ? (unsigned char)block.p[8 * c.times + past - 1] : 0;
    return take_type(block, &c, which, out);
}

/* --- the TZ string, POSIX.1-2017 8.3 */

static bool one(Str *s, char c)
{
    if (!s->n || s->p[0] != c)
        return false;
    *s = (Str){s->p + 1, s->n - 1};
    return true;
}

static bool number(Str *s, int64_t max, int64_t *out)
{
    int64_t v = 0;
    size_t n = 0;
    for (; n < s->n && n < 4 && s->p[n] >= '0' && s->p[n] <= '9'; n++)
        v = v * 10 + (s->p[n] - '0');
    *s = (Str){s->p + n, s->n - n};
    *out = v;
    return n && v <= max;
}

static bool name(Str *s, Str *out)
{
    if (one(s, '<')) {
        Str rest = {0};
        *out = str_cut(*s, '>', &rest);
        *s = rest;
        return out->n > 0 && rest.p; /* the bracket closes */
    }
    size_t n = 0;
    while (n < s->n && ((s->p[n] | 0x20) >= 'a' && (s->p[n] | 0x20) <= 'z'))
        n++;
    *out = (Str){s->p, n};
    *s = (Str){s->p + n, s->n - n};
    return n >= 3;
}

/* [+-]hh[:mm[:ss]] in seconds. */
static bool clock_time(Str *s, int64_t *out)
{
    int64_t h = 0, m = 0, sec = 0;
    bool minus = one(s, '-');
    if (!minus)
        (void)one(s, '+');
    if (!number(s, 167, &h) || (one(s, ':') && !number(s, 59, &m)) ||
        (one(s, ':') && !number(s, 59, &sec)))
        return false;
    *out = (minus ? -1 : 1) * (h * 3600 + m * 60 + sec);
    return true;
}

static bool leap(int64_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int64_t days_before(int64_t year)
{
    int64_t y = year - 1;
    return 365 * (year - 1970) + (y / 4 - 492) - (y / 100 - 19) + (y / 400 - 4);
}

/* ,Mm.w.d[/time]: the moment within the year, in seconds from its start on the wall. */
static bool turn(Str *s, int64_t year, int64_t *out)
{
    static const int length[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int64_t month = 0, week = 0, day = 0, time = 7200, first = days_before(year);
    if (!one(s, ',') || !one(s, 'M') || !number(s, 12, &month) || !one(s, '.') ||
        !number(s, 5, &week) || !one(s, '.') || !number(s, 6, &day) || !month || !week ||
        (one(s, '/') && !clock_time(s, &time)))
        return false;
    for (int64_t m = 1; m < month; m++)
        first += length[m - 1] + (m == 2 && leap(year));
    int64_t of_month = length[month - 1] + (month == 2 && leap(year));
    int64_t at = ((day - (first + 4)) % 7 + 7) % 7 + 7 * (week - 1); /* 1970-01-01 was a Thursday */
    while (at >= of_month)
        at -= 7;
    *out = (first - days_before(year) + at) * DAY_S + time;
    return true;
}

static int64_t year_of(int64_t at)
{
    int64_t days = at / DAY_S, year = 1970 + days / 366;
    while (days_before(year + 1) <= days)
        year++;
    return year;
}

bool tzif_rule(Str s, int64_t at, Zone *out)
{
    Str standard = {0}, summer = {0};
    int64_t west = 0, summer_west = 0, begin = 0, end = 0;
    if (!s.n || !name(&s, &standard) || !clock_time(&s, &west) || west < -DAY_S || west > DAY_S)
        return false;
    summer_west = west - 3600;
    if (!s.n || at < 0 || at > (int64_t)1 << 37) {
        set_zone(out, -west, standard);
        return true;
    }
    int64_t year = year_of(at - west);
    if (!name(&s, &summer) || (s.n && s.p[0] != ',' && !clock_time(&s, &summer_west)) ||
        !turn(&s, year, &begin) || !turn(&s, year, &end) || s.n || summer_west < -DAY_S ||
        summer_west > DAY_S)
        return false;
    int64_t start = days_before(year) * DAY_S;
    bool after_begin = at >= start + begin + west, after_end = at >= start + end + summer_west;
    bool is_summer = begin < end ? after_begin && !after_end : after_begin || !after_end;
    set_zone(out, is_summer ? -summer_west : -west, is_summer ? summer : standard);
    return true;
}
