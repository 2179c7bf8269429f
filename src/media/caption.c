#include "media/caption.h"

#include "media/caption_charset.h"
#include "media/caption_markup.h"
#include "media/caption_timing.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

enum { HEAD = 8, CUE_HEAD = 40 }; /* bytes written around a cue's text and settings, at most */

typedef struct Place { /* of a cue in time */
    int64_t start_ms;
    size_t i;
} Place;

typedef struct Reader {
    Cx *cx;
    bool subrip;
    bool after_blank;
    bool passing; /* WebVTT: the header, a comment, a style or a region, up to an empty line */
    bool open;    /* below a timing */
    size_t line;  /* the present one, from 1 */
    size_t cue_line;
    int64_t number;   /* SubRip's, of the open cue; -1: it has none */
    Timing timing;    /* of the open cue */
    const char *from; /* its text */
    Buf text;
    size_t bytes; /* of what will be written */
    size_t n, max;
    Cue *cues;
} Reader;

/* A line of digits alone, as SubRip puts above each timing; -1: another line. */
static int64_t number_of(Str line)
{
    int64_t n = 0;
    line = caption_trim(line);
    for (size_t i = 0; i < line.n; i++) {
        if (line.p[i] < '0' || line.p[i] > '9' || i == 9)
            return -1;
        n = n * 10 + (line.p[i] - '0');
    }
    return line.n ? n : -1;
}

/* The last line of `s` that is not blank: what stands before it stays in `s`. *ends: how many line
 * ends follow it. */
static Str take_last_line(Str *s, size_t *ends)
{
    size_t n = s->n;
    *ends = 0;
    for (; n && (s->p[n - 1] == '\n' || s->p[n - 1] == ' '); n--)
        *ends += s->p[n - 1] == '\n';
    size_t at = n;
    while (at && s->p[at - 1] != '\n')
        at--;
    Str line = {s->p + at, n - at};
    s->n = at;
    return line;
}

/* SubRip's text runs to the next timing, so the next cue's number is at its end: right above the
 * timing, or, where blank lines are everywhere, the one that follows this cue's number. */
static Str without_number(const Reader *r, Str text, bool last, int64_t *next)
{
    size_t ends = 0;
    Str before = text;
    int64_t n = number_of(take_last_line(&before, &ends));
    bool above = !last && ends == 1;
    Str rest = before;
    size_t ignored = 0;
    bool follows = r->number >= 0 && n == r->number + 1 && str_ends(before, S("\n\n")) &&
                   take_last_line(&rest, &ignored).n;
    *next = n >= 0 && (above || follows) ? n : -1;
    return *next >= 0 ? before : text;
}

/* As SubStation Alpha's \an means them; 2 is where captions stand anyway. */
static Str corner_settings(int corner)
{
    static const char *const by_corner[] = {"",
                                            "align:left",
                                            "",
                                            "align:right",
                                            "line:50% align:left",
                                            "line:50%",
                                            "line:50% align:right",
                                            "line:0 align:left",
                                            "line:0",
                                            "line:0 align:right"};
    return str_of(by_corner[corner]);
}

static Err close_cue(Reader *r, const char *to, bool last)
{
    Str raw = {r->from, (size_t)(to - r->from)};
    int corner = 0;
    if (!r->open)
        return OK;
    r->open = false;
    if (r->subrip)
        raw = without_number(r, raw, last, &r->number);
    r->text.n = 0;
    bool shown = caption_markup(&r->text, raw, r->subrip, &corner);
    if (r->text.full)
        return fail(r->cx, E_MEDIA_REFUSED,
                    "line %zu: the text of this cue is longer than %d bytes; split it in several "
                    "cues, or mend the timing that is missing below it",
                    r->cue_line, CAPTION_TEXT_MAX);
    if (!shown)
        return OK;
    if (r->n == CAPTION_CUES_MAX)
        return fail(r->cx, E_MEDIA_REFUSED,
                    "line %zu: there are more than %d cues; split the file, or join short cues",
                    r->cue_line, CAPTION_CUES_MAX);
    Str settings = caption_settings(r->cx, r->timing.rest);
    if (!settings.n)
        settings = corner_settings(corner);
    assert(r->n < r->max);
    r->bytes += CUE_HEAD + settings.n + r->text.n;
    r->cues[r->n++] = (Cue){r->timing.start_ms, r->timing.end_ms, settings,
                            arena_str(r->cx->arena, (Str){r->text.p, r->text.n})};
    return OK;
}

static Err open_cue(Reader *r, Str line)
{
    Timing timing = {0};
    const char *wrong = caption_timing(line, r->subrip, &timing);
    if (wrong && r->passing)
        return OK;
    if (wrong && r->subrip && !r->cue_line && r->number < 0)
        return caption_refuse_unknown(r->cx);
    if (wrong)
        return fail(r->cx, E_MEDIA_REFUSED, "line %zu: %s", r->line, wrong);
    TRY(close_cue(r, line.p, false));
    r->timing = timing;
    r->open = true;
    r->passing = false;
    r->cue_line = r->line;
    r->from = str_end(line);
    return OK;
}

static Err refuse_arrow(const Reader *r)
{
    return fail(r->cx, E_MEDIA_REFUSED,
                "line %zu: this is not a timing; write 00:00:01.000 --> 00:00:02.000", r->line);
}

static bool has_arrow(Str line)
{
    return line.n && memmem(line.p, line.n, "-->", 3);
}

/* A line of WebVTT that is in no cue: ids, comments and whatever else, without effect. */
static Err pass_by(Reader *r, Str line)
{
    static const char *const words[] = {"NOTE", "STYLE", "REGION"};
    for (size_t i = 0; r->after_blank && i < COUNT(words); i++)
        r->passing = r->passing || str_begins(line, str_of(words[i]));
    if (!line.n)
        r->passing = false;
    return r->passing || !has_arrow(line) ? OK : refuse_arrow(r);
}

/* A line of SubRip above the first timing: a number, or it is not SubRip. */
static Err pass_number(Reader *r, Str line)
{
    if (!caption_trim(line).n)
        return OK;
    if (r->number >= 0 && has_arrow(line))
        return refuse_arrow(r);
    r->number = number_of(line);
    return r->number >= 0 ? OK : caption_refuse_unknown(r->cx);
}

static Err read_line(Reader *r, Str line)
{
    Err e = OK;
    if (caption_is_timing(line, r->subrip)) {
        e = open_cue(r, line);
    } else if (r->open) {
        if (!r->subrip && !line.n)
            e = close_cue(r, line.p, false);
    } else {
        e = r->subrip ? pass_number(r, line) : pass_by(r, line);
    }
    r->after_blank = !line.n;
    return e;
}

static int by_start(const void *a, const void *b)
{
    const Place *x = a, *y = b;
    if (x->start_ms != y->start_ms)
        return x->start_ms < y->start_ms ? -1 : 1;
    return x->i < y->i ? -1 : x->i > y->i;
}

static void sort(Reader *r)
{
    Place *places = arena_array(r->cx->arena, Place, r->n);
    Cue *sorted = arena_array(r->cx->arena, Cue, r->n);
    for (size_t i = 0; i < r->n; i++)
        places[i] = (Place){r->cues[i].start_ms, i};
    qsort(places, r->n, sizeof *places, by_start);
    for (size_t i = 0; i < r->n; i++)
        sorted[i] = r->cues[places[i].i];
    r->cues = sorted;
}

/* Every timing has its arrow. */
static size_t most_cues(Str text)
{
    size_t n = 0;
    for (size_t i = 0; i < text.n && n < CAPTION_CUES_MAX; i++)
        n += text.p[i] == '>';
    return n;
}

static Err read_lines(Reader *r, Str text)
{
    Str rest = text;
    while (rest.n) {
        r->line++;
        Str line = str_cut(rest, '\n', &rest);
        TRY(read_line(r, line));
    }
    TRY(close_cue(r, str_end(text), true));
    if (r->n == 0 && r->subrip && !r->cue_line)
        return caption_refuse_unknown(r->cx);
    if (r->n == 0)
        return fail(r->cx, E_MEDIA_REFUSED,
                    "there is no caption in this file: each is a line like 00:00:01.000 --> "
                    "00:00:02.000 and its text below");
    if (r->bytes > CAPTION_FILE_MAX)
        return fail(r->cx, E_MEDIA_REFUSED,
                    "written as WebVTT this file is larger than %d MiB; split it",
                    CAPTION_FILE_MAX >> 20);
    return OK;
}

/* "WEBVTT" as a word of its own. */
static bool is_webvtt(Str text)
{
    Str word = S("WEBVTT");
    return str_begins(text, word) && (text.n == word.n || strchr(" \n", text.p[word.n]));
}

Err caption_read(Cx *cx, Str file, Captions *out)
{
    Str text = {0};
    if (file.n > CAPTION_FILE_MAX)
        return fail(cx, E_MEDIA_REFUSED, "a caption file has at most %d MiB",
                    CAPTION_FILE_MAX >> 20);
    TRY(caption_decode(cx, file, &text));
    Reader r = {.cx = cx, .number = -1, .bytes = HEAD, .text = BUF(CAPTION_TEXT_MAX)};
    while (text.n && (text.p[0] == '\n' || text.p[0] == ' ')) {
        r.line += text.p[0] == '\n';
        text = (Str){text.p + 1, text.n - 1};
    }
    if (!text.n)
        return fail(cx, E_MEDIA_REFUSED,
                    "this file is empty; captions are SubRip or WebVTT, with at least one cue");
    r.subrip = !is_webvtt(text);
    r.passing = !r.subrip;
    r.max = most_cues(text);
    r.cues = arena_array(cx->arena, Cue, r.max);
    Err e = read_lines(&r, text);
    buf_free(&r.text);
    TRY(e);
    sort(&r);
    *out = (Captions){r.n, r.cues};
    return OK;
}

static void put_time(Buf *out, int64_t ms)
{
    char text[40];
    int n = snprintf(text, sizeof text, "%02lld:%02d:%02d.%03d", (long long)(ms / 3600000),
                     (int)(ms / 60000 % 60), (int)(ms / 1000 % 60), (int)(ms % 1000));
    buf_put(out, text, (size_t)n);
}

void caption_write(Buf *out, const Captions *captions, int64_t shift_ms)
{
    buf_put(out, "WEBVTT\n", 7);
    for (size_t i = 0; i < captions->n; i++) {
        const Cue *cue = &captions->cues[i];
        int64_t start = cue->start_ms + shift_ms, end = cue->end_ms + shift_ms;
        if (end <= 0)
            continue;
        buf_byte(out, '\n');
        put_time(out, start > 0 ? start : 0);
        buf_put(out, " --> ", 5);
        put_time(out, end);
        if (cue->settings.n)
            buf_byte(out, ' ');
        buf_put(out, cue->settings.p, cue->settings.n);
        buf_byte(out, '\n');
        buf_put(out, cue->text.p, cue->text.n);
        buf_byte(out, '\n');
    }
}
