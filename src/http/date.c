#include "http/date.h"

static const char days[] = "SunMonTueWedThuFriSat";
static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

/* Days since 1970-01-01 of a civil date; the year begins in March so that February is last. */
static int64_t day_number(int64_t year, int64_t month, int64_t day)
{
    year -= month <= 2;
    int64_t era = (year >= 0 ? year : year - 399) / 400, of_era = year - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static void two(char *to, int64_t n)
{
    to[0] = (char)('0' + n / 10 % 10);
    to[1] = (char)('0' + n % 10);
}

void date_write(char to[static DATE_TEXT], int64_t ms)
{
    int64_t seconds = ms / 1000, day = seconds / 86400, of_day = seconds % 86400;
    if (ms < 0)
        day = of_day = 0;
    int64_t z = day + 719468, era = z / 146097, of_era = z - era * 146097;
    int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * year + year / 4 - year / 100),
            month = (5 * of_year + 2) / 153;
    int64_t date = of_year - (153 * month + 2) / 5 + 1;
    month = month < 10 ? month + 3 : month - 9;
    year += era * 400 + (month <= 2);
    memcpy(to, "Thu, 01 Jan 1970 00:00:00 GMT", DATE_TEXT);
    memcpy(to, days + (day + 4) % 7 * 3, 3);
    two(to + 5, date);
    memcpy(to + 8, months + (month - 1) * 3, 3);
    two(to + 12, year / 100);
    two(to + 14, year);
    two(to + 17, of_day / 3600);
    two(to + 20, of_day / 60 % 60);
    two(to + 23, of_day % 60);
}

/* A layout: letters of the pattern stand for digits of that part, N for a month name, W for any
 * letter, _ for a digit or a blank; everything else for itself. */
typedef struct Parts {
    int year, month, day, hour, minute, second;
} Parts;

static bool digit_into(char c, int *part)
{
    if (c < '0' || c > '9')
        return false;
    *part = *part * 10 + (c - '0');
    return true;
}

static bool month_into(const char *p, int *month)
{
    for (int i = 0; i < 12; i++)
        if (memcmp(months + i * 3, p, 3) == 0)
            *month = i + 1;
    return *month > 0;
}

static bool letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool match(Str s, const char *layout, Parts *parts)
{
    if (s.n != strlen(layout))
        return false;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool fits = layout[i] == 'Y'   ? digit_into(c, &parts->year)
                    : layout[i] == 'D' ? digit_into(c, &parts->day)
                    : layout[i] == '_' ? c == ' ' || digit_into(c, &parts->day)
                    : layout[i] == 'h' ? digit_into(c, &parts->hour)
                    : layout[i] == 'm' ? digit_into(c, &parts->minute)
                    : layout[i] == 's' ? digit_into(c, &parts->second)
                    : layout[i] == 'W' ? letter(c)
                    : layout[i] == 'N' ? month_into(s.p + i, &parts->month)
                                       : c == layout[i];
        if (!fits)
            return false;
        i += layout[i] == 'N' ? 2 : 0;
    }
    return true;
}

/* "Sunday, 22-Nov-26 …": the two digits are of the last 50 or the next 50 years. */
static bool match_850(Str s, int64_t now, Parts *parts)
{
    Str rest = {0}, name = str_cut(s, ',', &rest);
    if (name.n < 6 || name.n > 9 || !match(rest, " DD-NNN-YY hh:mm:ss GMT", parts))
        return false;
    int this_year = (int)(1970 + now / 1000 / 31556952);
    parts->year += this_year / 100 * 100;
    if (parts->year > this_year + 50)
        parts->year -= 100;
    return true;
}

bool date_read(Str text, int64_t now, int64_t *ms)
{
    Parts fixed = {0}, old = {0}, oldest = {0}, p = {0};
    if (match(text, "WWW, DD NNN YYYY hh:mm:ss GMT", &fixed))
        p = fixed;
    else if (match_850(text, now, &old))
        p = old;
    else if (match(text, "WWW NNN _D hh:mm:ss YYYY", &oldest))
        p = oldest;
    else
        return false;
    if (p.day < 1 || p.day > 31 || p.hour > 23 || p.minute > 59 || p.second > 60 || p.year < 1)
        return false;
    int64_t day = day_number(p.year, p.month, p.day);
    *ms = ((day * 24 + p.hour) * 60 + p.minute) * 60000 + (int64_t)p.second * 1000;
    return true;
}
