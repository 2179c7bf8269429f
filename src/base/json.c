#include "base/json.h"

#include <jansson.h>

/* jansson itself goes 2,048 deep on the C stack; a worker's stack need not. */
bool json_too_deep(Str json)
{
    bool in_text = false;
    int depth = 0;
    for (size_t i = 0; i < json.n; i++) {
        char c = json.p[i];
        if (in_text && c == '\\')
            i++;
        else if (c == '"')
            in_text = !in_text;
        else if (!in_text && (c == '{' || c == '[') && ++depth > JSON_DEPTH_MAX)
            return true;
        else if (!in_text && (c == '}' || c == ']'))
            depth--;
    }
    return false;
}

Err json_open(Cx *cx, Str text, Json *document)
{
    if (json_too_deep(text))
        return fail(cx, E_MALFORMED, "the JSON is more than %d deep", JSON_DEPTH_MAX);
    json_error_t error = {0};
    json_t *root = json_loadb(text.n ? text.p : "", text.n, JSON_REJECT_DUPLICATES, &error);
    if (!root)
        return fail(cx, E_MALFORMED, "not JSON: %s, at byte %d", error.text, error.position);
    *document = (Json){root};
    return OK;
}

void json_close(Json *document)
{
    json_decref((json_t *)document->at);
    *document = (Json){0};
}

JsonKind json_kind(Json value)
{
    static const JsonKind kinds[] = {
        [JSON_OBJECT] = JSON_IS_OBJECT,  [JSON_ARRAY] = JSON_IS_LIST,  [JSON_STRING] = JSON_IS_TEXT,
        [JSON_INTEGER] = JSON_IS_NUMBER, [JSON_REAL] = JSON_IS_NUMBER, [JSON_TRUE] = JSON_IS_BOOL,
        [JSON_FALSE] = JSON_IS_BOOL,     [JSON_NULL] = JSON_IS_NULL,
    };
    return value.at ? kinds[json_typeof((json_t *)value.at)] : JSON_ABSENT;
}

Json json_member(Json object, const char *name)
{
    return (Json){json_object_get(object.at, name)};
}

Json json_item(Json list, size_t i)
{
    return (Json){json_array_get(list.at, i)};
}

size_t json_count(Json value)
{
    return json_kind(value) == JSON_IS_OBJECT ? json_object_size(value.at)
                                              : json_array_size(value.at);
}

Str json_text(Json value)
{
    if (json_kind(value) != JSON_IS_TEXT)
        return (Str){0};
    return (Str){json_string_value(value.at), json_string_length(value.at)};
}

bool json_whole(Json value, int64_t *number)
{
    if (!value.at || !json_is_integer((json_t *)value.at))
        return false;
    *number = json_integer_value(value.at);
    return true;
}

bool json_flag(Json value)
{
    int64_t number = 0;
    return (value.at && json_is_true((json_t *)value.at)) ||
           (json_whole(value, &number) && number != 0);
}

bool json_next(Json object, JsonMember *member)
{
    void *step =
        member->step ? json_object_iter_next(object.at, member->step) : json_object_iter(object.at);
    if (!step)
        return false;
    *member = (JsonMember){.step = step,
                           .name = {json_object_iter_key(step), json_object_iter_key_len(step)},
                           .value = {json_object_iter_value(step)}};
    return true;
}
