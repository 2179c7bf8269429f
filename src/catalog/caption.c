#include "catalog/caption.h"

#include "base/id.h"
#include "common/audit.h"
#include "common/queue.h"
#include "db/db.h"

enum { TAG_MAX = 35, SUBTAG_MAX = 8, NAME_MAX_BYTES = 16 };

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Lower case, but a script as Latn and a region as ID. */
static void put_subtag(char *to, Str subtag, bool first)
{
    bool region = !first && subtag.n == 2, script = !first && subtag.n == 4;
    for (size_t i = 0; i < subtag.n; i++) {
        char c = subtag.p[i];
        bool upper = is_letter(c) && (region || (script && i == 0));
        to[i] = !is_letter(c) ? c : upper ? (char)(c & ~0x20) : (char)(c | 0x20);
    }
}

bool language_tag(Cx *cx, Str text, Str *tag)
{
    char *made = arena_take(cx->arena, TAG_MAX + 1);
    if (text.n < 2 || text.n > TAG_MAX || text.p[text.n - 1] == '-')
        return false;
    for (Str rest = text; rest.n;) {
        size_t at = (size_t)(rest.p - text.p);
        Str subtag = str_cut(rest, '-', &rest);
        bool good = at ? subtag.n >= 2 : subtag.n == 2 || subtag.n == 3;
        for (size_t i = 0; i < subtag.n; i++)
            good &= is_letter(subtag.p[i]) || (at && is_digit(subtag.p[i]));
        if (!good || subtag.n > SUBTAG_MAX)
            return false;
        put_subtag(made + at, subtag, at == 0);
        made[at + subtag.n] = '-';
    }
    *tag = (Str){made, text.n};
    return true;
}

/* id, then id2 and so on: [a-z0-9-], NAME_MAX_BYTES at most. */
static Err free_name(Cx *cx, Str video, Str language, Str *name)
{
    for (int n = 1; n <= CAPTIONS_MAX + 1; n++) {
        char text[NAME_MAX_BYTES];
        size_t length = language.n < NAME_MAX_BYTES - 2 ? language.n : NAME_MAX_BYTES - 2;
        int64_t taken = 0;
        for (size_t i = 0; i < length; i++)
            text[i] = is_letter(language.p[i]) ? (char)(language.p[i] | 0x20) : language.p[i];
        Str stem = {text, length};
        *name = n == 1 ? arena_str(cx->arena, stem)
                       : arena_fmt(cx->arena, STR_FMT "%d", STR_ARG(stem), n);
        TRY(db_int(cx, SQL_CAPTION_NAMED, ARGS(V(video), V(*name)), &taken));
        if (!taken)
            return OK;
    }
    return fail(cx, E_MEDIA_REFUSED, "the video has too many captions in this language");
}

static Err check_count(Cx *cx, Str video)
{
    int64_t n = 0;
    TRY(db_int(cx, SQL_CAPTION_COUNT, ARGS(V(video)), &n));
    return n < CAPTIONS_MAX ? OK
                            : fail(cx, E_MEDIA_REFUSED, "a video may have %d captions; delete some",
                                   CAPTIONS_MAX);
}

Err caption_add(Cx *cx, const CaptionFile *file, Str *id)
{
    const Caption *c = &file->caption;
    Str kind = enum_str(&CAPTION_KIND, (int)c->kind), made = id_new(cx), name = {0};
    FormerCaption former = {0};
    Err e = db_one(cx, SQL_CAPTION_FORMER, ARGS(V(file->video), V(c->language), V(kind)),
                   &FORMER_CAPTION, &former);
    if (e == E_NOT_FOUND) {
        TRY(check_count(cx, file->video));
        TRY(free_name(cx, file->video, c->language, &name));
    } else {
        TRY(e);
        name = former.name;
        TRY(db_run(cx, SQL_CAPTION_DROP, ARGS(V(former.id)), NULL));
        TRY(queue_drop_blob(cx, former.blob));
    }
    TRY(db_run(cx, SQL_CAPTION_ADD,
               ARGS(V(made), V(file->video), V(name), V(c->language), V(c->label), V(kind),
                    V(file->source), V(former.is_default), V(file->blob), V(file->size),
                    V(cx->now)),
               NULL));
    TRY(audit_add(cx, "caption.add", file->video, former.id, made));
    *id = made;
    return OK;
}
