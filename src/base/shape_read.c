/* JSON to structs: jansson parses, the shape checks, every violation is told. */
#include "base/fault.h"
#include "base/json.h"
#include "base/shape_check.h"

#include <jansson.h>
#include <stdlib.h>

static void read_value(Cx *cx, const Path *at, const Field *f, json_t *j, void *to);

static Str text_of(const json_t *j)
{
    return (Str){json_string_value(j), json_string_length(j)};
}

/* The field called `name`; members usually come in the contract's order, so look at `guess` first.
 */
static const Field *field_named(const Shape *shape, Str name, size_t guess)
{
    for (size_t i = 0; i < shape->n; i++) {
        const Field *f = &shape->fields[(guess + i) % shape->n];
        if (f->json_n == name.n && memcmp(f->json, name.p, name.n) == 0)
            return f;
    }
    return NULL;
}

static void read_member(Cx *cx, const Path *at, const Field *f, json_t *j, void *base)
{
    if (!json_is_null(j)) {
        flag_set(f->has_at, base);
        read_value(cx, at, f, j, field_at(f, base));
    } else if (f->nullable) {
        flag_set(f->null_at, base);
    } else {
        fault_add(cx, at, "must not be null");
    }
}

static void read_object(Cx *cx, const Path *at, const Shape *shape, json_t *object, void *base)
{
    uint64_t seen = 0;
    size_t guess = 0;
    for (void *it = json_object_iter(object); it; it = json_object_iter_next(object, it)) {
        Path here = {.up = at, .name = {json_object_iter_key(it), json_object_iter_key_len(it)}};
        const Field *f = field_named(shape, here.name, guess);
        if (f) {
            guess = (size_t)(f - shape->fields) + 1;
            seen |= 1ull << (guess - 1);
            read_member(cx, &here, f, json_object_iter_value(it), base);
        } else if (shape->closed && !bug("contract-closed")) {
            fault_add(cx, &here, "is not a known field");
        }
    }
    for (size_t i = 0; i < shape->n; i++) {
        const Field *f = &shape->fields[i];
        if (!(seen >> i & 1))
            check_absent(cx, &(Path){.up = at, .name = {f->json, f->json_n}}, f, base);
    }
}

static void read_list(Cx *cx, const Path *at, const Field *f, json_t *array, void *to)
{
    size_t n = json_array_size(array);
    check_count(cx, at, f, n);
    if ((int64_t)n > f->max)
        return;
    List list = {.p = arena_take(cx->arena, n * f->item->size), .n = n};
    for (size_t i = 0; i < n; i++) {
        Path here = {.up = at, .index = i, .is_item = true};
        json_t *j = json_array_get(array, i);
        if (json_is_null(j))
            fault_add(cx, &here, "must not be null");
        else
            read_value(cx, &here, f->item, j, (char *)list.p + i * f->item->size);
    }
    memcpy(to, &list, sizeof list);
}

static void read_json(Cx *cx, const Path *at, const Field *f, json_t *j, void *to)
{
    char *text = json_dumps(j, JSON_COMPACT);
    if (!text)
        abort();
    Str s = str_of(text);
    if ((int64_t)s.n > f->max)
        fault_add(cx, at, "must have at most %lld bytes", (long long)f->max);
    else
        *(Str *)to = arena_str(cx->arena, s);
    free(text);
}

static void read_int(Cx *cx, const Path *at, const Field *f, json_t *j, void *to)
{
    const double most = 9007199254740991.0; /* JSON Schema: 1.0 is an integer too */
    double d = json_is_real(j) ? json_real_value(j) : 0.5;
    if (json_is_integer(j))
        check_int(cx, at, f, json_integer_value(j), to);
    else if (d >= -most && d <= most && !(d < (double)(int64_t)d) && !(d > (double)(int64_t)d))
        check_int(cx, at, f, (int64_t)d, to);
    else
        fault_add(cx, at, "must be an integer");
}

static void read_value(Cx *cx, const Path *at, const Field *f, json_t *j, void *to)
{
    static const char *const wanted[] = {
        [F_STR] = "a string",  [F_TIME] = "a string",      [F_ENUM] = "a string",
        [F_NUM] = "a number",  [F_BOOL] = "true or false", [F_LIST] = "an array",
        [F_OBJ] = "an object", [F_JSON] = "an object",
    };
    Kind kind = (Kind)f->kind;
    if (kind == F_INT)
        read_int(cx, at, f, j, to);
    else if (kind == F_NUM && json_is_number(j))
        check_num(cx, at, f, json_number_value(j), to);
    else if (kind == F_BOOL && json_is_boolean(j))
        *(bool *)to = json_is_true(j);
    else if (kind == F_LIST && json_is_array(j))
        read_list(cx, at, f, j, to);
    else if (kind == F_OBJ && json_is_object(j))
        read_object(cx, at, f->shape, j, to);
    else if (kind == F_JSON && json_is_object(j))
        read_json(cx, at, f, j, to);
    else if (kind == F_STR && json_is_string(j))
        check_text(cx, at, f, arena_str(cx->arena, text_of(j)), to);
    else if ((kind == F_TIME || kind == F_ENUM) && json_is_string(j))
        check_text(cx, at, f, text_of(j), to);
    else
        fault_add(cx, at, "must be %s", wanted[kind]);
}

static Err read_text(Cx *cx, Str source, const Field *f, Str json, void *out)
{
    if (json_too_deep(json) && !bug("contract-depth"))
        return fail(cx, E_MALFORMED, "the JSON is more than %d deep", JSON_DEPTH_MAX);
    json_error_t error = {0};
    json_t *root =
        json_loadb(json.n ? json.p : "", json.n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
    if (!root)
        return fail(cx, E_MALFORMED, "not JSON: %s, at byte %d", error.text, error.position);
    size_t before = cx->n_faults;
    void *fresh = arena_take(cx->arena, f->size); /* so that out is untouched on failure */
    read_value(cx, &(Path){.name = source}, f, root, fresh);
    json_decref(root);
    if (cx->n_faults > before)
        return fail(cx, E_INVALID, "%zu %s not hold", cx->n_faults - before,
                    cx->n_faults - before == 1 ? "field does" : "fields do");
    memcpy(out, fresh, f->size);
    return OK;
}

Err shape_read(Cx *cx, const Shape *shape, Str json, void *out)
{
    Field whole = {.kind = F_OBJ, .shape = shape, .size = (uint32_t)shape->size};
    return read_text(cx, S("body"), &whole, json, out);
}

Err shape_read_field(Cx *cx, const Field *f, Str json, void *at)
{
    return read_text(cx, S("column"), f, json, at);
}
