#include "media/caption_timing.h"

#include "base/buf.h"

enum { MIDDLE_DIGITS = 6, SETTING_MAX = 24, BETWEEN_MAX = 10 };

static const char no_start[] = "the start is not a time; write it like 00:01:02.345",
                  no_arrow[] = "between the two times stands one arrow, -->",
                  no_end[] = "the end is not a time; write it like 00:01:02.345",
                  too_far[] = "minutes and seconds go up to 59, hours up to 999",
                  no_length[] = "the cue does not end after it begins; the later time comes second";

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

Str caption_trim(Str s)
{
    while (s.n && s.p[0] == ' ')
        s.p++, s.n--;
    while (s.n && s.p[s.n - 1] == ' ')
        s.n--;
    return s;
}

static void skip(Str *s, size_t n)
{
    if (n)
        *s = (Str){s->p + n, s->n - n};
}

/* Takes the digits that `s` begins with; how many. More than 9 are none. */
static size_t number(Str *s, int64_t *out)
{
    size_t n = 0;
    int64_t value = 0;
    while (n < s->n && n < 10 && digit(s->p[n]))
        value = value * 10 + (s->p[n++] - '0');
    if (n > 9)
        return 0;
    skip(s, n);
    *out = value;
    return n;
}

/* Takes one time off `s`. NULL, or `what` is wrong. */
static const char *take_time(Str *s, const char *what, int64_t *ms)
{
    int64_t parts[3] = {0}, thousandths = 0;
    size_t n = 0;
    for (; n < 3; n++) {
        size_t digits = number(s, &parts[n]);
        if (digits == 0 || (n > 0 && digits > 2))
            return what;
        if (n == 2 || s->n == 0 || s->p[0] != ':')
            break;
        skip(s, 1);
    }
    if (n == 0)
        return what;
    if (s->n && (s->p[0] == '.' || s->p[0] == ',')) {
        skip(s, 1);
        size_t digits = number(s, &thousandths);
        if (digits == 0 || digits > 3)
            return what;
        for (; digits < 3; digits++)
            thousandths *= 10;
    }
    int64_t hours = n == 2 ? parts[0] : 0, minutes = parts[n - 1], seconds = parts[n];
    if (hours > CAPTION_HOURS_MAX || minutes > 59 || seconds > 59)
        return too_far;
    *ms = ((hours * 60 + minutes) * 60 + seconds) * 1000 + thousandths;
    return NULL;
}

bool caption_is_time(Str s)
{
    int64_t ms = 0;
    return take_time(&s, no_start, &ms) == NULL && s.n == 0;
}

/* Takes the arrow off `s`. People also write "->", "-- >" and "--->" into SubRip. */
static bool take_arrow(Str *s, bool subrip)
{
    if (!subrip) {
        bool is = str_begins(*s, S("-->"));
        skip(s, is ? 3 : 0);
        return is;
    }
    size_t n = 0, dashes = 0;
    while (n < s->n && (s->p[n] == '-' || s->p[n] == ' '))
        dashes += s->p[n++] == '-';
    if (dashes == 0 || n == s->n || s->p[n] != '>')
        return false;
    skip(s, n + 1);
    return true;
}

const char *caption_timing(Str line, bool subrip, Timing *out)
{
    Timing t = {0};
    Str s = caption_trim(line);
    const char *wrong = take_time(&s, no_start, &t.start_ms);
    if (wrong)
        return wrong;
    if (s.n && s.p[0] != ' ' && s.p[0] != '-')
        return no_start;
    s = caption_trim(s);
    if (!take_arrow(&s, subrip))
        return no_arrow;
    s = caption_trim(s);
    wrong = take_time(&s, no_end, &t.end_ms);
    if (wrong)
        return wrong;
    if (s.n && s.p[0] != ' ')
        return no_end;
    if (t.end_ms <= t.start_ms)
        return no_length;
    if (s.n && memmem(s.p, s.n, "-->", 3))
        return no_arrow;
    t.rest = caption_trim(s);
    *out = t;
    return NULL;
}

/* As a person may have got it wrong: "00.01.02.345", "-00:00:01,000". */
static bool looks_like_time(Str s)
{
    size_t digits = 0, colons = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (!digit(s.p[i]) && !memchr(":.,;- ", s.p[i], 6))
            return false;
        digits += digit(s.p[i]);
        colons += s.p[i] == ':';
    }
    return digits && (colons || digits >= MIDDLE_DIGITS);
}

/* Two times with little between them, the first one to a fraction: "00:00:01,000 => 00:00:02,000".
 */
static bool two_times(Str line)
{
    Str s = caption_trim(line), first = s;
    int64_t ms = 0;
    if (take_time(&s, no_start, &ms))
        return false;
    first.n -= s.n;
    if (!memchr(first.p, ',', first.n) && !memchr(first.p, '.', first.n))
        return false;
    for (int i = 0; i < BETWEEN_MAX && s.n && !digit(s.p[0]); i++)
        skip(&s, 1);
    return take_time(&s, no_end, &ms) == NULL;
}

bool caption_is_timing(Str line, bool subrip)
{
    Timing t = {0};
    const char *at = line.n ? memmem(line.p, line.n, "-->", 3) : NULL;
    if (!at)
        return subrip && (caption_timing(line, true, &t) == NULL || two_times(line));
    Str left = caption_trim((Str){line.p, (size_t)(at - line.p)});
    Str right = caption_trim((Str){at + 3, (size_t)(str_end(line) - at - 3)});
    int64_t ms = 0;
    return looks_like_time(left) || take_time(&right, no_end, &ms) == NULL;
}

static bool one_of(Str s, const char *const *words)
{
    for (; *words; words++)
        if (str_eq(s, str_of(*words)))
            return true;
    return false;
}

/* 0% to 100%, a point and more digits allowed. */
static bool percentage(Str s)
{
    int64_t whole = 0, part = 0;
    if (number(&s, &whole) == 0)
        return false;
    if (s.n && s.p[0] == '.') {
        skip(&s, 1);
        if (number(&s, &part) == 0)
            return false;
    }
    return str_eq(s, S("%")) && (whole < 100 || (whole == 100 && part == 0));
}

static bool is_vertical(Str s)
{
    return one_of(s, (const char *const[]){"rl", "lr", NULL});
}

static bool is_line(Str s)
{
    Str align = {0}, at = str_cut(s, ',', &align);
    int64_t n = 0;
    if (align.p && !one_of(align, (const char *const[]){"start", "center", "end", NULL}))
        return false;
    if (percentage(at))
        return true;
    skip(&at, at.n && at.p[0] == '-');
    size_t digits = number(&at, &n);
    return digits && digits <= 4 && at.n == 0;
}

static bool is_position(Str s)
{
    Str align = {0}, at = str_cut(s, ',', &align);
    return percentage(at) && (!align.p || one_of(align, (const char *const[]){"line-left", "center",
                                                                              "line-right", NULL}));
}

static bool is_align(Str s)
{
    return one_of(s, (const char *const[]){"start", "center", "end", "left", "right", NULL});
}

static const struct {
    const char *name;
    bool (*holds)(Str value);
} settings[] = {{"vertical:", is_vertical},
                {"line:", is_line},
                {"position:", is_position},
                {"size:", percentage},
                {"align:", is_align}};

static void keep(Str word, Str *values)
{
    if (str_eq(word, S("align:middle"))) /* of drafts before 2015 */
        word = S("align:center");
    for (size_t i = 0; i < COUNT(settings); i++) {
        Str value = word, name = str_of(settings[i].name);
        if (!str_begins(word, name))
            continue;
        skip(&value, name.n);
        if (value.n <= SETTING_MAX && settings[i].holds(value))
            values[i] = word;
    }
}

Str caption_settings(Cx *cx, Str rest)
{
    Str values[COUNT(settings)] = {0};
    while (rest.n)
        keep(str_cut(rest, ' ', &rest), values);
    CLEANUP(buf_free) Buf b = BUF(COUNT(settings) * (SETTING_MAX + 16));
    for (size_t i = 0; i < COUNT(settings); i++) {
        if (values[i].n && b.n)
            buf_byte(&b, ' ');
        buf_put(&b, values[i].p, values[i].n);
    }
    return arena_str(cx->arena, (Str){b.p, b.n});
}
