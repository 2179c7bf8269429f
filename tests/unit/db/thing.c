#include "thing.h"

#include <stddef.h>

#define MEMBER(T, member) .at = offsetof(T, member), .size = sizeof(((T *)0)->member)
#define NAMED(text) .json = text, .column = text, .json_n = sizeof text - 1
#define MAY_MISS(member) .has_at = offsetof(Thing, has.member)

static const Str kinds[] = {{0}, {"clip", 4}, {"film", 4}};
static const Str quoted[] = {{0}, {"\"clip\"", 6}, {"\"film\"", 6}};
static const Enum KIND = {"kind", kinds, quoted, 2};
static const Field TAG = {.kind = F_STR, .size = sizeof(Str), .max = 20};

static const Field size_fields[] = {
    {NAMED("w"), MEMBER(Size, w), .kind = F_INT, .required = true, .max = 9999},
    {NAMED("h"), MEMBER(Size, h), .kind = F_INT, .required = true, .max = 9999},
};
static const Shape SIZE = {.name = "size", .size = sizeof(Size), .n = 2, .fields = size_fields};

static const Field fields[] = {
    {NAMED("name"), MEMBER(Thing, name), .kind = F_STR, .required = true, .max = 100},
    {NAMED("rank"), MEMBER(Thing, rank), MAY_MISS(rank), .kind = F_INT, .max = 100},
    {NAMED("weight"), MEMBER(Thing, weight), MAY_MISS(weight), .kind = F_NUM, .max = 100},
    {NAMED("open"), MEMBER(Thing, open), .kind = F_BOOL, .required = true},
    {NAMED("kind"), MEMBER(Thing, kind), .kind = F_ENUM, .required = true, .names = &KIND},
    {NAMED("at"), MEMBER(Thing, at), MAY_MISS(at), .kind = F_TIME},
    {NAMED("tags"), MEMBER(Thing, tags), .kind = F_LIST, .required = true, .item = &TAG, .max = 5},
    {NAMED("size"), MEMBER(Thing, size), MAY_MISS(size), .kind = F_OBJ, .shape = &SIZE},
};
const Shape THING = {.name = "thing", .size = sizeof(Thing), .n = 8, .fields = fields};
