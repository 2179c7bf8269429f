#include "media/caption_markup.h"

#include "base/fault.h"
#include "media/caption_charset.h"
#include "media/caption_timing.h"

enum { ENTITY_MAX = 12, NO_BREAK_SPACE = 0xA0 };

typedef struct Markup {
    Buf *out;
    size_t start; /* of this cue in out */
    size_t depth;
    size_t open[CAPTION_DEPTH_MAX]; /* places in tags[] */
    bool line_due;                  /* a line has ended and another one is not begun */
    bool shown;                     /* there was a character other than a space */
    bool raw;                       /* the escaping is off, for the tests */
} Markup;

enum { VOICE = 3, LANG = 4, RUBY = 5, RT = 6 }; /* places in tags[] */

static const struct {
    const char *name;
    bool annotated;
} tags[] = {{"b", false},   {"i", false},    {"u", false}, {"v", true},
            {"lang", true}, {"ruby", false}, {"rt", false}};

static const struct {
    const char *name;
    uint32_t c;
} entities[] = {{"amp", '&'},    {"lt", '<'},     {"gt", '>'},
                {"quot", '"'},   {"apos", '\''},  {"nbsp", NO_BREAK_SPACE},
                {"lrm", 0x200E}, {"rlm", 0x200F}, {"hellip", 0x2026}};

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool letter(char c)
{
    return lower(c) >= 'a' && lower(c) <= 'z';
}

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool same_word(Str s, Str word)
{
    bool same = s.n == word.n;
    for (size_t i = 0; same && i < s.n; i++)
        same = lower(s.p[i]) == word.p[i];
    return same;
}

static void trim_end(Markup *m)
{
    while (m->out->n > m->start && m->out->p[m->out->n - 1] == ' ')
        m->out->n--;
}

static void end_line(Markup *m)
{
    trim_end(m);
    m->line_due = m->out->n > m->start;
}

static void begin(Markup *m)
{
    if (m->line_due)
        buf_byte(m->out, '\n');
    m->line_due = false;
}

static void escape(Markup *m, uint32_t c)
{
    char bytes[4];
    Str s = c == '&' ? S("&amp;") : c == '<' ? S("&lt;") : c == '>' ? S("&gt;") : (Str){0};
    if (!s.n || m->raw)
        s = (Str){bytes, (size_t)(utf8_write(bytes, c) - bytes)};
    buf_put(m->out, s.p, s.n);
}

static void put_char(Markup *m, uint32_t c)
{
    c = caption_char(c);
    if (c == 0 || (c == ' ' && (m->line_due || m->out->n == m->start)))
        return;
    begin(m);
    escape(m, c);
    m->shown = m->shown || c != ' ';
}

/* "#8211", "#x2013"; 0 when it is none. */
static uint32_t numbered(Str s)
{
    bool hex = s.n > 1 && lower(s.p[1]) == 'x';
    uint32_t c = 0;
    size_t i = hex ? 2 : 1;
    if (i >= s.n)
        return 0;
    for (; i < s.n; i++) {
        bool af = hex && lower(s.p[i]) >= 'a' && lower(s.p[i]) <= 'f';
        if (!digit(s.p[i]) && !af)
            return 0;
        c = c * (hex ? 16 : 10) + (uint32_t)(af ? lower(s.p[i]) - 'a' + 10 : s.p[i] - '0');
        if (c > 0x10FFFF)
            return 0;
    }
    return c;
}

/* Takes one character off `s`, an entity as what it means. `s` is UTF-8 and not empty. */
static uint32_t take_char(Str *s)
{
    const char *p = s->p, *end = str_end(*s);
    size_t n = utf8_next(p, end), max = s->n < ENTITY_MAX ? s->n : ENTITY_MAX;
    const char *stop = *p == '&' ? memchr(p, ';', max) : NULL;
    if (stop) {
        Str name = {p + 1, (size_t)(stop - p - 1)};
        uint32_t c = name.n && name.p[0] == '#' ? numbered(name) : 0;
        for (size_t i = 0; i < COUNT(entities); i++)
            c = str_eq(name, str_of(entities[i].name)) ? entities[i].c : c;
        if (c) {
            *s = (Str){stop + 1, (size_t)(end - stop - 1)};
            return c;
        }
    }
    uint32_t c = n == 1 ? (unsigned char)*p : (unsigned char)*p & (0xFFu >> (n + 1));
    for (size_t i = 1; i < n; i++)
        c = c << 6 | ((unsigned char)p[i] & 0x3Fu);
    *s = (Str){p + n, s->n - n};
    return c;
}

/* " Mary   Ann " as "Mary Ann". A "-" at its end would make "-->" of the tag's own end. */
static void put_annotation(Markup *m, Str s)
{
    size_t from = m->out->n;
    bool gap = false;
    while (s.n) {
        uint32_t c = caption_char(take_char(&s));
        if (gap && c && c != ' ' && m->out->n > from)
            buf_byte(m->out, ' ');
        if (c && c != ' ')
            escape(m, c);
        gap = c == ' ' || (gap && !c);
    }
    while (m->out->n > from && strchr(" -", m->out->p[m->out->n - 1]))
        m->out->n--;
}

/* The shape of a language tag, BCP 47. */
static bool is_language(Str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!letter(s.p[i]) && !digit(s.p[i]) && s.p[i] != '-')
            return false;
    return true;
}

static void open_tag(Markup *m, size_t tag, Str annotation)
{
    size_t was = m->out->n;
    bool due = m->line_due;
    if (m->depth == CAPTION_DEPTH_MAX ||
        (tag == RT && (m->depth == 0 || m->open[m->depth - 1] != RUBY)))
        return;
    begin(m);
    buf_byte(m->out, '<');
    buf_put(m->out, tags[tag].name, strlen(tags[tag].name));
    if (tags[tag].annotated) {
        buf_byte(m->out, ' ');
        size_t from = m->out->n;
        put_annotation(m, annotation);
        Str got = {m->out->p + from, m->out->n - from};
        if (!got.n || (tag == LANG && !is_language(got))) {
            m->out->n = was;
            m->line_due = due;
            return;
        }
    }
    buf_byte(m->out, '>');
    m->open[m->depth++] = tag;
}

static void close_one(Markup *m)
{
    Str name = str_of(tags[m->open[--m->depth]].name);
    buf_put(m->out, "</", 2);
    buf_put(m->out, name.p, name.n);
    buf_byte(m->out, '>');
}

/* With those inside it; nothing when it is not open. */
static void close_tag(Markup *m, size_t tag)
{
    size_t at = m->depth;
    while (at > 0 && m->open[at - 1] != tag)
        at--;
    while (at > 0 && m->depth >= at)
        close_one(m);
}

/* What stands between < and >. */
static void put_tag(Markup *m, Str inside)
{
    bool closes = inside.p[0] == '/';
    size_t n = closes;
    while (n < inside.n && (letter(inside.p[n]) || digit(inside.p[n])))
        n++;
    Str name = {inside.p + closes, n - closes};
    if (n < inside.n && !strchr(" \n./", inside.p[n]))
        return;
    if (same_word(name, S("br")))
        end_line(m);
    while (n < inside.n && inside.p[n] != ' ' && inside.p[n] != '\n') /* its classes */
        n++;
    size_t tag = 0;
    while (tag < COUNT(tags) && !same_word(name, str_of(tags[tag].name)))
        tag++;
    if (tag == COUNT(tags))
        return;
    if (closes || tag == VOICE) /* one voice ends where another begins */
        close_tag(m, tag);
    bool empty = !tags[tag].annotated && inside.p[inside.n - 1] == '/';
    if (!closes && !empty)
        open_tag(m, tag, (Str){inside.p + n, inside.n - n});
}

/* The length of the tag or of the time that `s` begins with: <b>, </i>, <00:01.500>; 0: neither. */
static size_t tag_length(Str s)
{
    size_t n = 1;
    while (n < s.n && s.p[n] != '<' && s.p[n] != '>')
        n++;
    if (n == s.n || s.p[n] != '>')
        return 0;
    Str inside = {s.p + 1, n - 1};
    size_t first = inside.n && inside.p[0] == '/';
    bool is = (inside.n > first && letter(inside.p[first])) || caption_is_time(inside);
    return is ? n + 1 : 0;
}

/* The length of an override block {\...} of SubStation Alpha or of a code {y:i} of MicroDVD; 0:
 * neither. */
static size_t block_length(Str s, int *corner)
{
    size_t n = 1;
    if (s.n < 3 || (s.p[1] != '\\' && !(letter(s.p[1]) && s.p[2] == ':')))
        return 0;
    while (n < s.n && !strchr("{}\n", s.p[n]))
        n++;
    if (n == s.n || s.p[n] != '}')
        return 0;
    for (size_t i = 1; i + 3 < n; i++)
        if (!*corner && str_begins((Str){s.p + i, n - i}, S("\\an")) && s.p[i + 3] > '0' &&
            s.p[i + 3] <= '9')
            *corner = s.p[i + 3] - '0';
    return n + 1;
}

/* The length of SubStation Alpha's "\N", a line's end, or "\h", a space where no line ends; players
 * of SubRip know them. 0: neither. */
static size_t put_escape(Markup *m, Str s)
{
    if (s.n < 2 || (s.p[1] != 'N' && s.p[1] != 'h'))
        return 0;
    if (s.p[1] == 'N')
        end_line(m);
    else
        put_char(m, NO_BREAK_SPACE);
    return 2;
}

/* Takes one thing off `s`: a tag, a block, a line's end, a character. */
static void step(Markup *m, Str *s, bool subrip, int *corner)
{
    char c = s->p[0];
    size_t n = 0;
    if (c == '<') {
        n = tag_length(*s);
        if (n && !digit(s->p[1]))
            put_tag(m, (Str){s->p + 1, n - 2});
    } else if (c == '{' && subrip) {
        n = block_length(*s, corner);
    } else if (c == '\\' && subrip) {
        n = put_escape(m, *s);
    } else if (c == '\n') {
        end_line(m);
        n = 1;
    }
    if (n == 0)
        put_char(m, take_char(s));
    *s = (Str){s->p + n, s->n - n};
}

bool caption_markup(Buf *out, Str raw, bool subrip, int *corner)
{
    Markup m = {.out = out, .start = out->n, .raw = bug("rawcaption")};
    int said = 0;
    while (raw.n && !out->full)
        step(&m, &raw, subrip, &said);
    trim_end(&m);
    while (m.depth)
        close_one(&m);
    *corner = said;
    return m.shown;
}
