/* thing.h - a struct with a field of every kind that a column can have, and its Shape by hand. */
#ifndef HUB_THING_H
#define HUB_THING_H

#include "base/shape.h"

typedef enum ThingKind { THING_CLIP = 1, THING_FILM } ThingKind;

typedef struct Str_List {
    Str *p;
    size_t n;
} Str_List;

typedef struct Size {
    int64_t w, h;
} Size;

typedef struct Thing {
    Str name;
    int64_t rank; /* may be missing, as weight, at and size */
    double weight;
    bool open;
    ThingKind kind;
    int64_t at;
    Str_List tags;
    Size size;
    struct {
        bool rank, weight, at, size;
    } has;
} Thing;

typedef struct ThingList {
    Thing *p;
    size_t n;
} ThingList;

extern const Shape THING;

#endif
