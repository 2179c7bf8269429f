/* facet.h - how many of the videos that a search found there would be with each filter. */
#ifndef HUB_FACET_H
#define HUB_FACET_H

#include "contract.h"

enum { SHORT_MS = 300000, LONG_MS = 1200000, FACET_SHOWS = 20 };

typedef enum SearchFilter {
    BY_KIND,
    BY_SHOW,
    BY_DURATION,
    BY_DOWNLOAD,
    SEARCH_FILTERS
} SearchFilter;

/* What is asked for, as the parameter takes it; empty: anything. */
Str search_filter(const SearchVideosIn *in, SearchFilter filter);

/* What a duration stands for, in ms: from, and below; INT64_MAX: no end. */
void duration_limits(SearchDuration duration, int64_t *from, int64_t *below);

/* Each value of a filter counted under the other filters of `in`. Pure. */
void facets_of(Arena *a, const SearchVideosIn *in, const FacetRows *rows, Facets *out);

#endif
