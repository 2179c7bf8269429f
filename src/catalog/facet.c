#include "catalog/facet.h"

#include <stdlib.h>

void duration_limits(SearchDuration duration, int64_t *from, int64_t *below)
{
    static const int64_t FROM[] = {0, SHORT_MS, LONG_MS, INT64_MAX};
    *from = FROM[duration - SEARCH_DURATION_SHORT];
    *below = FROM[duration - SEARCH_DURATION_SHORT + 1];
}

static Str download_text(bool there)
{
    return there ? S("true") : S("false");
}

static Str value_of(const FacetRow *row, SearchFilter filter)
{
    switch (filter) {
    case BY_KIND:
        return row->kind;
    case BY_SHOW:
        return row->show;
    case BY_DURATION:
        return row->duration;
    case BY_DOWNLOAD:
        return download_text(row->download);
    case SEARCH_FILTERS:
        break;
    }
    return (Str){0};
}

Str search_filter(const SearchVideosIn *in, SearchFilter filter)
{
    switch (filter) {
    case BY_KIND:
        return in->has.kind ? enum_str(&VIDEO_KIND, (int)in->kind) : S("");
    case BY_SHOW:
        return in->has.show ? in->show : S("");
    case BY_DURATION:
        return in->has.duration ? enum_str(&SEARCH_DURATION, (int)in->duration) : S("");
    case BY_DOWNLOAD:
        return in->has.download ? download_text(in->download) : S("");
    case SEARCH_FILTERS:
        break;
    }
    return (Str){0};
}

static bool passes(const SearchVideosIn *in, const FacetRow *row, SearchFilter but)
{
    for (SearchFilter f = 0; f < SEARCH_FILTERS; f++) {
        Str only = search_filter(in, f);
        if (f != but && only.n && !str_eq(only, value_of(row, f)))
            return false;
    }
    return true;
}

static void count(FacetList *list, Str value, Str title, int64_t n)
{
    for (size_t i = 0; i < list->n; i++)
        if (str_eq(list->p[i].value, value)) {
            list->p[i].count += n;
            return;
        }
    list->p[list->n++] =
        (Facet){.value = value, .title = title, .count = n, .has.title = title.n > 0};
}

static int by_count(const void *a, const void *b)
{
    const Facet *x = a, *y = b;
    if (x->count != y->count)
        return x->count < y->count ? 1 : -1;
    size_t n = x->value.n < y->value.n ? x->value.n : y->value.n;
    int way = memcmp(x->value.p, y->value.p, n);
    return way ? way : (int)x->value.n - (int)y->value.n;
}

static FacetList facet(Arena *a, const SearchVideosIn *in, const FacetRows *rows,
                       SearchFilter filter)
{
    FacetList list = {arena_array(a, Facet, rows->items.n + 1), 0};
    for (size_t i = 0; i < rows->items.n; i++) {
        const FacetRow *row = &rows->items.p[i];
        Str value = value_of(row, filter);
        if (value.n && passes(in, row, filter))
            count(&list, value, filter == BY_SHOW ? row->title : S(""), row->count);
    }
    qsort(list.p, list.n, sizeof *list.p, by_count);
    if (filter == BY_SHOW && list.n > FACET_SHOWS)
        list.n = FACET_SHOWS;
    return list;
}

void facets_of(Arena *a, const SearchVideosIn *in, const FacetRows *rows, Facets *out)
{
    *out = (Facets){.kind = facet(a, in, rows, BY_KIND),
                    .show = facet(a, in, rows, BY_SHOW),
                    .duration = facet(a, in, rows, BY_DURATION),
                    .download = facet(a, in, rows, BY_DOWNLOAD)};
}
