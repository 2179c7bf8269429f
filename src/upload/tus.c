#include "upload/tus.h"

bool tus_number(Str text, int64_t *value)
{
    int64_t sum = 0;
    if (text.n < 1 || text.n > 15)
        return false;
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] < '0' || text.p[i] > '9')
            return false;
        sum = sum * 10 + (text.p[i] - '0');
    }
    *value = sum;
    return true;
}

static bool is_utf8(Str s)
{
    for (const char *p = s.p, *end = str_end(s); p < end;) {
        size_t n = utf8_next(p, end);
        if (!n || !*p)
            return false;
        p += n;
    }
    return true;
}

static Str *member_of(TusMetadata *out, Str key)
{
    const struct {
        const char *key;
        Str *to;
    } known[] = {{"filename", &out->filename},  {"videoId", &out->video_id},
                 {"showSlug", &out->show_slug}, {"purpose", &out->purpose},
                 {"title", &out->title},        {"language", &out->language},
                 {"label", &out->label},        {"kind", &out->kind}};
    for (size_t i = 0; i < COUNT(known); i++)
        if (str_eq(key, str_of(known[i].key)))
            return known[i].to;
    return NULL;
}

static Err take_pair(Cx *cx, Str pair, TusMetadata *out)
{
    Str text = {0}, value = {0}, key = str_cut(pair, ' ', &text);
    Str *to = member_of(out, key);
    if (!key.n || !base64_read(cx->arena, text, &value) || !is_utf8(value))
        return fail(cx, E_MALFORMED,
                    "Upload-Metadata: each key has a value in base64 that is UTF-8");
    if (!to) /* clients send filetype, relativePath and more; they mean nothing here */
        return OK;
    if (to->p)
        return fail(cx, E_MALFORMED, "Upload-Metadata: " STR_FMT " is given twice", STR_ARG(key));
    *to = (Str){value.p ? value.p : "", value.n};
    return OK;
}

Err tus_metadata(Cx *cx, Str header, TusMetadata *out)
{
    TusMetadata read = {0};
    if (header.n > TUS_METADATA_MAX)
        return fail(cx, E_MALFORMED, "Upload-Metadata has over %d bytes", TUS_METADATA_MAX);
    for (Str rest = header; rest.n;) {
        Str pair = str_cut(rest, ',', &rest);
        while (pair.n && pair.p[0] == ' ')
            pair = (Str){pair.p + 1, pair.n - 1};
        TRY(take_pair(cx, pair, &read));
    }
    *out = read;
    return OK;
}

Err tus_checksum(Cx *cx, Str header, TusChecksum *out)
{
    static const struct {
        const char *name;
        DigestKind kind;
        size_t n;
    } known[] = {{"sha256", DIGEST_SHA256, SHA256_BYTES},
                 {"sha1", DIGEST_SHA1, SHA1_BYTES},
                 {"md5", DIGEST_MD5, MD5_BYTES}};
    Str text = {0}, sum = {0}, name = str_cut(header, ' ', &text);
    for (size_t i = 0; i < COUNT(known); i++) {
        if (!str_eq(name, str_of(known[i].name)))
            continue;
        if (!base64_read(cx->arena, text, &sum) || sum.n != known[i].n)
            return fail(cx, E_MALFORMED, "Upload-Checksum: not a " STR_FMT " in base64",
                        STR_ARG(name));
        *out = (TusChecksum){known[i].kind, sum};
        return OK;
    }
    return fail(cx, E_MALFORMED, "Upload-Checksum: sha256, sha1 or md5");
}
