#include "page/language.h"

#include "common/app.h"

#include <strings.h>

enum { YEAR_S = 31536000 };

static const char *const codes[LANGUAGES] = {[INDONESIAN] = "id", [ENGLISH] = "en"};

Str language_code(Language language)
{
    return str_of(codes[language]);
}

bool language_read(Str code, Language *out)
{
    for (Language l = 0; l < LANGUAGES; l++)
        if (str_eq(code, language_code(l))) {
            *out = l;
            return true;
        }
    return false;
}

static Str trim(Str s)
{
    while (s.n && (s.p[0] == ' ' || s.p[0] == '\t'))
        s = (Str){s.p + 1, s.n - 1};
    while (s.n && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t'))
        s.n--;
    return s;
}

/* 0 to 1000; -1: not by the grammar of 12.4.2. */
static int weight(Str parameters)
{
    Str s = trim(parameters);
    if (!s.n)
        return 1000;
    if (s.n < 3 || s.n > 7 || (s.p[0] | 0x20) != 'q' || s.p[1] != '=' ||
        (s.p[2] != '0' && s.p[2] != '1'))
        return -1;
    int q = (s.p[2] - '0') * 1000, unit = 100;
    for (size_t i = 3; i < s.n; i++) {
        if (i == 3 ? s.p[i] != '.' : s.p[i] < '0' || s.p[i] > '9')
            return -1;
        q += i == 3 ? 0 : (s.p[i] - '0') * unit;
        unit = i == 3 ? unit : unit / 10;
    }
    return q > 1000 ? -1 : q;
}

/* en-GB is English; `in` is what old phones say for Indonesian. */
static bool primary(Str range, Language *out)
{
    Str rest = {0}, tag = str_cut(range, '-', &rest);
    if (tag.n != 2)
        return false;
    char code[2] = {(char)(tag.p[0] | 0x20), (char)(tag.p[1] | 0x20)};
    if (code[0] == 'i' && code[1] == 'n')
        code[1] = 'd';
    return language_read((Str){code, 2}, out);
}

bool language_accepted(Str header, Language *out)
{
    int best = 0;
    for (Str rest = header; rest.n;) {
        Language l = 0;
        Str parameters = {0}, range = trim(str_cut(str_cut(rest, ',', &rest), ';', &parameters));
        int q = weight(parameters);
        if (q > best && primary(range, &l)) {
            best = q;
            *out = l;
        }
    }
    return best > 0;
}

Language language_choose(Cx *cx, const Req *req, Res *res)
{
    Language l = INDONESIAN;
    if (language_read(req_query(cx, req, "lang"), &l)) {
        res_header(cx, res, "Set-Cookie",
                   "hub-lang=%s; Path=/; Max-Age=%d; HttpOnly; SameSite=Lax%s", codes[l], YEAR_S,
                   cx->app->https ? "; Secure" : "");
        return l;
    }
    if (language_read(req_cookie(req, "hub-lang"), &l) ||
        language_accepted(req_header(req, "Accept-Language"), &l))
        return l;
    (void)language_read(cx->app->conf.language, &l);
    return l;
}

static const struct {
    const char *code, *names[LANGUAGES];
} spoken[] = {
    {"id", {"Indonesia", "Indonesian"}}, {"en", {"Inggris", "English"}},
    {"jv", {"Jawa", "Javanese"}},        {"su", {"Sunda", "Sundanese"}},
    {"ms", {"Melayu", "Malay"}},         {"ban", {"Bali", "Balinese"}},
    {"min", {"Minang", "Minangkabau"}},  {"bug", {"Bugis", "Buginese"}},
    {"ar", {"Arab", "Arabic"}},          {"zh", {"Tionghoa", "Chinese"}},
    {"ja", {"Jepang", "Japanese"}},      {"ko", {"Korea", "Korean"}},
    {"nl", {"Belanda", "Dutch"}},        {"fr", {"Prancis", "French"}},
    {"es", {"Spanyol", "Spanish"}},      {"de", {"Jerman", "German"}},
    {"th", {"Thailand", "Thai"}},        {"hi", {"Hindi", "Hindi"}},
};

Str language_name(Language reader, Str code)
{
    Str rest = {0}, tag = str_cut(code, '-', &rest);
    for (size_t i = 0; i < COUNT(spoken); i++)
        if (str_eq(tag, str_of(spoken[i].code)))
            return str_of(spoken[i].names[reader]);
    return code;
}
