#include "ops/ofrep.h"

#include "base/json.h"

static OfrepError refuse(Cx *cx, OfrepError code, const char *why)
{
    (void)!fail(cx, E_INVALID, "%s", why);
    return code;
}

static OfrepError read_context(Cx *cx, Json context, OfrepContext *out)
{
    Json key = json_member(context, "targetingKey");
    Str text = json_text(key), tier = json_text(json_member(context, "tier"));
    if (json_kind(context) != JSON_IS_OBJECT)
        return refuse(cx, OFREP_ERROR_INVALID_CONTEXT, "context must be an object");
    if (json_kind(key) == JSON_ABSENT || json_kind(key) == JSON_IS_NULL)
        return refuse(cx, OFREP_ERROR_TARGETING_KEY_MISSING,
                      "context.targetingKey is the id of an account");
    if (!text.n || text.n > TARGETING_KEY_MAX)
        return refuse(cx, OFREP_ERROR_INVALID_CONTEXT,
                      "context.targetingKey is a text of 1 to 200 bytes");
    *out = (OfrepContext){.targeting_key = arena_str(cx->arena, text)};
    if (tier.p)
        out->tier = arena_str(cx->arena, tier);
    return 0;
}

OfrepError ofrep_read(Cx *cx, Str body, OfrepContext *out)
{
    Json document CLEANUP(json_close) = {0};
    if (json_open(cx, body, &document) != OK)
        return OFREP_ERROR_PARSE_ERROR;
    if (json_kind(document) != JSON_IS_OBJECT)
        return refuse(cx, OFREP_ERROR_PARSE_ERROR, "the request must be an object");
    return read_context(cx, json_member(document, "context"), out);
}

static void put(Buf *b, Str text)
{
    buf_put(b, text.p, text.n);
}

void ofrep_put_value(Buf *b, const FlagSpec *spec, const FlagAnswer *answer)
{
    put(b, S("{\"key\":"));
    buf_json_str(b, spec->key);
    put(b, S(",\"reason\":"));
    buf_json_str(b, enum_str(&FLAG_REASON, (int)answer->reason));
    put(b, S(",\"variant\":"));
    buf_json_str(b, answer->variant->name);
    put(b, S(",\"value\":"));
    if (spec->type == FLAG_TYPE_STRING)
        buf_json_str(b, answer->variant->value);
    else
        put(b, answer->variant->value);
    put(b, S(",\"metadata\":{\"type\":"));
    buf_json_str(b, enum_str(&FLAG_TYPE, (int)spec->type));
    put(b, S("}}"));
}

void ofrep_put_failure(Buf *b, Str key, OfrepError code, Str details)
{
    put(b, S("{"));
    if (key.n) {
        put(b, S("\"key\":"));
        buf_json_str(b, key);
        put(b, S(","));
    }
    put(b, S("\"errorCode\":"));
    buf_json_str(b, enum_str(&OFREP_ERROR, (int)code));
    put(b, S(",\"errorDetails\":"));
    buf_json_str(b, details);
    put(b, S("}"));
}
