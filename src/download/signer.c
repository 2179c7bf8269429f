#include "download/signer.h"

#include "base/fault.h"
#include "base/hash.h"
#include "common/app.h"
#include "download/signed.h"
#include "http/params.h"

enum {
    LEAST_MS = 300000,
    MOST_MS = 6 * 3600000,
    BYTES_A_MS = 1000,
    SECRET_LEAST = 16,
    URL_MAX = 4096
};

int64_t signer_until(int64_t now, const SignedFile *file)
{
    int64_t life = file->size / BYTES_A_MS;
    life = life < LEAST_MS ? LEAST_MS : life > MOST_MS ? MOST_MS : life;
    return now + life < file->expires_at ? now + life : file->expires_at;
}

static Err sign_hub(Cx *cx, const SignedFile *file, int64_t until, Str *url)
{
    *url = signed_url(cx, file, until);
    return OK;
}

/* --- nginx, ngx_http_secure_link_module: MD5 of "$secure_link_expires$uri$arg_d secret" */

/* From the first slash behind the host on; empty: there is none. */
static Str path_of(Str url)
{
    size_t at = str_begins(url, S("https://")) ? 8 : 7;
    while (at < url.n && url.p[at] != '/')
        at++;
    return (Str){url.p + at, url.n - at};
}

/* nginx takes an address as good in the whole second that it names. */
static Err sign_nginx(Cx *cx, const SignedFile *file, int64_t until, Str *url)
{
    const Conf *c = &cx->app->conf;
    long long second = until / 1000 - !bug("lastsecond");
    Buf encoded CLEANUP(buf_free) = BUF(URL_MAX);
    uint8_t sum[64];
    Str path = path_of(c->signer_url);
    Str signed_text =
        arena_fmt(cx->arena, "%lld" STR_FMT "/" STR_FMT "/" STR_FMT STR_FMT " " STR_FMT, second,
                  STR_ARG(path), STR_ARG(file->blob), STR_ARG(file->name), STR_ARG(file->download),
                  STR_ARG(c->signer_secret));
    Digest *md5 = digest_open(DIGEST_MD5);
    digest_add(md5, signed_text.p, signed_text.n);
    Str seal = base64url(cx->arena, sum, digest_close(md5, sum));
    percent_encode(&encoded, file->name);
    *url = arena_fmt(cx->arena, STR_FMT "/" STR_FMT "/%.*s?md5=" STR_FMT "&expires=%lld&d=" STR_FMT,
                     STR_ARG(c->signer_url), STR_ARG(file->blob), (int)encoded.n, encoded.p,
                     STR_ARG(seal), second, STR_ARG(file->download));
    return OK;
}

/* What nginx would read otherwise than it is written: it decodes and shortens paths. */
static bool plain_path(Str path)
{
    bool good = true;
    for (size_t i = 0; i < path.n; i++) {
        char c = path.p[i], before = i ? path.p[i - 1] : 'x';
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        good = good && (letter || c == '-' || c == '_' || (c == '/' && before != '/'));
    }
    return good && !str_ends(path, S("/"));
}

static bool good_secret(Str secret)
{
    bool good = secret.n >= SECRET_LEAST;
    for (size_t i = 0; i < secret.n; i++) {
        char c = secret.p[i];
        good = good && ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                        (c >= '0' && c <= '9') || c == '-' || c == '_');
    }
    return good;
}

static Err check_nginx(Cx *cx, const Conf *c)
{
    Str url = c->signer_url;
    if (!str_begins(url, S("http://")) && !str_begins(url, S("https://")))
        return fail(cx, E_INVALID, "--signer nginx needs --signer-url, http:// or https://");
    if (!plain_path(path_of(url)))
        return fail(cx, E_INVALID,
                    "--signer-url: a path of letters, digits, - and _ without a slash at its end");
    if (!good_secret(c->signer_secret))
        return fail(cx, E_INVALID,
                    "--signer nginx needs HUB_SIGNER_SECRET: letters, digits, - and _, %d at least",
                    SECRET_LEAST);
    return OK;
}

/* --- */

static const struct {
    Signer signer;
    Err (*check)(Cx *cx, const Conf *conf);
} signers[] = {
    {{"hub", sign_hub}, NULL},
    {{"nginx", sign_nginx}, check_nginx},
};

const Signer *signer_of(const Conf *conf)
{
    for (size_t i = 0; i < COUNT(signers); i++)
        if (str_eq(conf->signer, str_of(signers[i].signer.name)))
            return &signers[i].signer;
    return NULL;
}

Err signer_check(Cx *cx, const Conf *conf)
{
    for (size_t i = 0; i < COUNT(signers); i++)
        if (str_eq(conf->signer, str_of(signers[i].signer.name)))
            return signers[i].check ? signers[i].check(cx, conf) : OK;
    return str_eq(conf->signer, S("none"))
               ? OK
               : fail(cx, E_INVALID, "--signer must be none, hub or nginx");
}

Err signer_redirect(Cx *cx, const Signer *signer, const SignedFile *file, Res *res)
{
    Str url = {0};
    res_drop_file(res);
    res->n_headers = 0;
    res->media_type = (Str){0};
    res->status = 307;
    TRY(signer->sign(cx, file, signer_until(cx->now, file), &url));
    res_header(cx, res, "Location", STR_FMT, STR_ARG(url));
    res_header(cx, res, "Cache-Control", "private, no-store");
    res_header(cx, res, "Referrer-Policy", "no-referrer"); /* both addresses are secrets */
    return OK;
}
