#include "identity/password.h"

#include "base/fault.h"
#include "base/id.h"
#include "common/app.h"
#include "identity/breached.h"

#include <argon2.h>
#include <string.h>

/* RFC 9106, second recommended option, with less memory: 19 MiB, t=2, p=1 (OWASP's minimum). */
enum { ARGON_MEMORY_KIB = 19456, ARGON_TIME = 2, ARGON_LANES = 1, SALT_BYTES = 16, TAG_BYTES = 32 };
enum { KEPT_ROOM = 160, RUN = 4, LONG = 20 };

static const char *const common[] = {
#define WORD(text) text,
#include "identity/password.def"
#undef WORD
};

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* p4ssw0rd is no other word than password. */
static char folded(char c)
{
    static const char from[] = "01345789@$!", to[] = "oieastbgasi";
    const char *at = c ? strchr(from, c) : NULL;
    return at ? to[at - from] : c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* The word that stands in it when the digits and signs around it are taken away; in front @ and $
 * may be letters. */
static Str core(Cx *cx, Str password, bool letters_alone)
{
    size_t first = 0, end = password.n, n = 0;
    while (first < end && !is_letter(password.p[first]) &&
           (letters_alone || (password.p[first] != '@' && password.p[first] != '$')))
        first++;
    while (end > first && !is_letter(password.p[end - 1]))
        end--;
    char *to = arena_take(cx->arena, end - first + 1);
    for (size_t i = first; i < end; i++)
        if (password.p[i] != ' ' && password.p[i] != '_' && password.p[i] != '.')
            to[n++] = folded(password.p[i]);
    return (Str){to, n};
}

static Str lower(Cx *cx, Str password)
{
    char *to = arena_take(cx->arena, password.n);
    for (size_t i = 0; i < password.n; i++)
        to[i] = (char)(is_letter(password.p[i]) ? password.p[i] | 0x20 : password.p[i]);
    return (Str){to, password.n};
}

static bool is_common(Cx *cx, Str password)
{
    Str words[] = {core(cx, password, false), core(cx, password, true), lower(cx, password)};
    for (size_t i = 0; i < COUNT(common); i++)
        for (size_t k = 0; k < COUNT(words); k++)
            if (str_eq(words[k], str_of(common[i])))
                return true;
    return false;
}

/* 12345678, aaaaaaaa, abcabcabc and the like: nearly every byte follows from the ones before. */
static bool is_run(Str p)
{
    size_t plain = 0;
    for (size_t i = 1; i < p.n; i++) {
        int step = p.p[i] - p.p[i - 1];
        bool again = false;
        for (size_t back = 2; back <= RUN && back <= i; back++)
            again = again || p.p[i] == p.p[i - back];
        plain += (step >= -1 && step <= 1) || again;
    }
    return p.n < 3 || plain + 2 >= p.n - 1;
}

static bool holds(Str text, Str part)
{
    for (size_t i = 0; part.n >= 3 && i + part.n <= text.n; i++) {
        size_t k = 0;
        while (k < part.n && folded(text.p[i + k]) == folded(part.p[k]))
            k++;
        if (k == part.n)
            return true;
    }
    return false;
}

Err password_judge(Cx *cx, Str name, Str password, PasswordFault *out)
{
    bool breached = false;
    *out = PASSWORD_FITS;
    if (password.n < PASSWORD_MIN || password.n > PASSWORD_MAX)
        *out = PASSWORD_SHORT;
    else if (bug("anypassword"))
        return OK;
    else if (is_run(password) || is_common(cx, password))
        *out = PASSWORD_COMMON;
    else if (holds(password, name) && password.n < name.n + LONG)
        *out = PASSWORD_NAME;
    if (*out)
        return OK;
    TRY(breached_find(cx, cx->app->conf.password_list, password, &breached));
    *out = breached ? PASSWORD_BREACHED : PASSWORD_FITS;
    return OK;
}

Err password_fit(Cx *cx, Str name, Str password)
{
    static const char *const why[] = {
        [PASSWORD_SHORT] = "a password has 8 to 256 characters",
        [PASSWORD_COMMON] = "this password is one of the first that are guessed; a few unrelated "
                            "words are better",
        [PASSWORD_NAME] = "a password does not hold the name",
        [PASSWORD_BREACHED] = "this password is in a list of breached ones; take another one, and "
                              "change it wherever you use it",
    };
    PasswordFault fault = PASSWORD_FITS;
    TRY(password_judge(cx, name, password, &fault));
    return fault ? fail(cx, E_INVALID, "%s", why[fault]) : OK;
}

Err password_hash(Cx *cx, Str password, Str *out)
{
    uint8_t salt[SALT_BYTES];
    char *text = arena_take(cx->arena, KEPT_ROOM);
    random_bytes(salt, sizeof salt);
    if (argon2id_hash_encoded(ARGON_TIME, ARGON_MEMORY_KIB, ARGON_LANES, password.p, password.n,
                              salt, sizeof salt, TAG_BYTES, text, KEPT_ROOM) != ARGON2_OK)
        return fail(cx, E_INTERNAL, "argon2id failed");
    *out = str_of(text);
    return OK;
}

/* Of no password; checked in place of one when there is none, so that a wrong name takes as long.
 */
static const char nobody[] = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$"
                             "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

bool password_right(Str kept, Str password)
{
    const char *against = kept.n ? kept.p : nobody; /* arena text ends in NUL */
    bool fits = password.n && password.n <= PASSWORD_MAX;
    int rc = argon2id_verify(against, fits ? password.p : "-", fits ? password.n : 1);
    return rc == ARGON2_OK && against != nobody && fits;
}
