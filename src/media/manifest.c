#include "media/manifest.h"

#include "base/attr.h"
#include "base/fault.h"
#include "base/markup.h"

void manifest_put(Buf *out, const char *text)
{
    buf_put(out, text, strlen(text));
}

void manifest_str(Buf *out, Str text)
{
    buf_put(out, text.p, text.n);
}

void manifest_int(Buf *out, int64_t i)
{
    char text[INT_TEXT];
    buf_put(out, text, (size_t)(int_write(text, i) - text));
}

static void put_clean(Buf *out, Str text, const char *(*instead)(char))
{
    if (bug("nomanifestescape"))
        manifest_str(out, text);
    else
        markup_put(out, text, instead);
}

static const char *in_quotes(char c)
{
    return c == '"' ? "'" : NULL;
}

void manifest_quotable(Buf *out, Str text)
{
    put_clean(out, text, in_quotes);
}

void manifest_xml(Buf *out, Str text)
{
    put_clean(out, text, markup_entity);
}

Str manifest_language(Str tag)
{
    static const struct {
        const char *tag, *name;
    } known[] = {{"id", "Bahasa Indonesia"},
                 {"en", "English"},
                 {"jv", "Basa Jawa"},
                 {"su", "Basa Sunda"},
                 {"ms", "Melayu"},
                 {"zh", "中文"},
                 {"ja", "日本語"},
                 {"ko", "한국어"},
                 {"ar", "العربية"},
                 {"nl", "Nederlands"},
                 {"de", "Deutsch"},
                 {"fr", "Français"},
                 {"es", "Español"},
                 {"pt", "Português"},
                 {"th", "ไทย"},
                 {"vi", "Tiếng Việt"},
                 {"tl", "Tagalog"},
                 {"hi", "हिन्दी"},
                 {"ta", "தமிழ்"},
                 {"ru", "Русский"},
                 {"it", "Italiano"},
                 {"tr", "Türkçe"},
                 {"pl", "Polski"},
                 {"uk", "Українська"},
                 {"fa", "فارسی"},
                 {"he", "עברית"},
                 {"bn", "বাংলা"},
                 {"km", "ភាសាខ្មែរ"},
                 {"my", "မြန်မာဘာသာ"},
                 {"sv", "Svenska"}};
    for (size_t i = 0; i < COUNT(known); i++)
        if (str_eq(tag, str_of(known[i].tag)))
            return str_of(known[i].name);
    return tag;
}

static bool is_taken(const Buf *taken, const Buf *name)
{
    for (const char *p = taken->p, *end = str_end((Str){taken->p, taken->n}); p < end;) {
        const char *stop = memchr(p, '\n', (size_t)(end - p));
        if (!stop)
            break; /* it was full: the playlist is too */
        if (str_eq((Str){p, (size_t)(stop - p)}, (Str){name->p, name->n}))
            return true;
        p = stop + 1;
    }
    return false;
}

void manifest_name(Buf *taken, Str label, Str language, Str otherwise, Buf *out)
{
    Str choices[] = {label, manifest_language(language), otherwise};
    CLEANUP(buf_free) Buf name = BUF(64 << 10);
    for (size_t i = 0; i < COUNT(choices) && !name.n; i++)
        manifest_quotable(&name, choices[i]);
    size_t plain = name.n;
    for (int64_t k = 2; is_taken(taken, &name) && !name.full; k++) {
        name.n = plain;
        buf_byte(&name, ' ');
        manifest_int(&name, k);
    }
    out->full = out->full || name.full;
    buf_put(out, name.p, name.n);
    buf_put(taken, name.p, name.n);
    buf_byte(taken, '\n');
}

size_t manifest_default_audio(const Presentation *p)
{
    for (size_t i = 0; i < p->n_audios; i++)
        if (p->audios[i].is_default)
            return i;
    return 0;
}

int64_t manifest_rescale(int64_t units, int64_t from, int64_t to)
{
    if (units <= 0 || from <= 0)
        return 0;
    int64_t whole = units / from, rest = units % from;
    return whole * to + (int64_t)((double)rest * (double)to / (double)from + 0.5);
}
