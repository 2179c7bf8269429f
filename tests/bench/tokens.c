/* tokens FOLDER SECONDS: how often a second of CPU time an access token is verified anew, and how
 * often it is one that was verified a moment ago.
 *
 * FOLDER is empty, and the database made there. Prints both.
 */
#include "common/app.h"
#include "identity/signing_key.h"
#include "identity/verified.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static void need(Err e, const Cx *cx)
{
    if (!e)
        return;
    fprintf(stderr, "tokens: %s\n", cx->said);
    exit(1);
}

static double cpu_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void open_store(Cx *cx, const char *folder)
{
    int applied = 0;
    DbConf conf = {.path = arena_fmt(cx->arena, "%s/hub.db", folder).p,
                   .batch_units = 256,
                   .batch_us = 5000,
                   .wal_pages = 2000};
    need(db_open(cx, &conf, &cx->app->db), cx);
    cx->conn = conn_open(cx->app->db);
    need(db_migrate(cx, &applied), cx);
    need(signing_key_rotate(cx, false), cx);
}

static Str token_of(Cx *cx)
{
    SigningKeyRow key = {0};
    Str token = {0};
    Str payload = arena_fmt(cx->arena,
                            "{\"iss\":\"https://hub.example\",\"aud\":\"https://"
                            "hub.example\",\"sub\":\"a\",\"sid\":\"%026d\","
                            "\"exp\":%lld}",
                            7, (long long)cx->now / 1000 + 600);
    need(signing_key_active(cx, &key), cx);
    need(jwt_sign(cx, key.secret, key.id, S("at+jwt"), payload, &token), cx);
    return token;
}

int main(int argc, char **argv)
{
    App app = {.public_url = S("https://hub.example"), .conf.key_rotate = 1LL << 40};
    Cx cx = {.arena = arena_new(), .app = &app, .now = 1700000000000}, each = {0};
    if (argc != 3)
        return 2;
    open_store(&cx, argv[1]);
    Str token = token_of(&cx), grant = {0};
    Jwks keys = {0};
    Jwt jwt = {0};
    JwtPolicy policy = {{JWS_ES256, S("at+jwt"), true}, app.public_url, app.public_url, {0}};
    need(signing_key_set(&cx, &keys), &cx);
    need(verified_grant(&cx, token, &grant), &cx);
    double rates[2], most = atof(argv[2]);
    for (int cached = 0; cached < 2; cached++) {
        double began = cpu_now();
        int64_t n = 0;
        for (; n % 64 || cpu_now() - began < most; n++) {
            each = (Cx){.arena = arena_new(), .app = &app, .conn = cx.conn, .now = cx.now};
            need(cached ? verified_grant(&each, token, &grant)
                        : jwt_verify(&each, token, &policy, &keys, NULL, &jwt),
                 &each);
            arena_free(each.arena);
        }
        rates[cached] = (double)n / (cpu_now() - began);
    }
    printf("%.0f %.0f\n", rates[0], rates[1]);
    return 0;
}
