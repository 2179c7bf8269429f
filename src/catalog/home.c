#include "catalog/home.h"

#include "base/fault.h"
#include "catalog/picture.h"
#include "catalog/search_text.h"
#include "catalog/trend.h"
#include "db/db.h"

enum { TAGS = 6 }; /* of the last video: as many as the statement has places for */

static bool has_rail(const HomeStart *start, RailKind kind)
{
    for (size_t i = 0; i < start->rails.n; i++)
        if (start->rails.p[i] == kind)
            return true;
    return false;
}

static Err read_offers(Cx *cx, const HomeStart *start, HomeRows *out)
{
    Str who = bug("seenagain") ? S("") : cx->viewer.id;
    return db_list(cx, SQL_HOME_OFFERS,
                   ARGS(V(who), V(has_rail(start, RAIL_KIND_LATEST)), V(trend_least(cx->now)),
                        V(has_rail(start, RAIL_KIND_TRENDING)),
                        V(has_rail(start, RAIL_KIND_BEHIND_THE_SCENES)),
                        V(has_rail(start, RAIL_KIND_DOWNLOADS))),
                   &HOME_ROW, &out->items);
}

static Err read_continue(Cx *cx, const HomeStart *start, HomeRows *out)
{
    if (!cx->viewer.id.n || !has_rail(start, RAIL_KIND_CONTINUE))
        return OK;
    return db_list(cx, SQL_HOME_CONTINUE, ARGS(V(cx->viewer.id)), &HOME_ROW, &out->items);
}

static Err read_because(Cx *cx, const HomeStart *start, HomeRows *out)
{
    if (!start->has.seen || !has_rail(start, RAIL_KIND_BECAUSE))
        return OK;
    Str tags[TAGS] = {0};
    for (size_t i = 0, n = 0; i < start->tags.n && n < TAGS; i++) {
        tags[n] = search_tag(cx, start->tags.p[i]);
        n += tags[n].n > 0;
    }
    return db_list(cx, SQL_HOME_BECAUSE,
                   ARGS(val_opt(start->show), val_opt(tags[0]), val_opt(tags[1]), val_opt(tags[2]),
                        val_opt(tags[3]), val_opt(tags[4]), val_opt(tags[5]), V(cx->viewer.id),
                        V(start->video)),
                   &HOME_ROW, &out->items);
}

/* Rows of one kind, highest rank first: nearly as they come. */
static size_t take(const HomeRowList *rows, RailKind kind, const HomeRow *to[static RAIL_VIDEOS])
{
    size_t n = 0;
    for (size_t i = 0; i < rows->n && n < RAIL_VIDEOS; i++) {
        size_t at = n;
        if (rows->p[i].rail != kind)
            continue;
        for (; at && to[at - 1]->rank < rows->p[i].rank; at--)
            to[at] = to[at - 1];
        to[at] = &rows->p[i];
        n++;
    }
    return n;
}

static void put_rail(Cx *cx, const HomeStart *start, RailKind kind, const HomeRowList *rows,
                     Home *home)
{
    const HomeRow *sorted[RAIL_VIDEOS];
    size_t n = take(rows, kind, sorted);
    VideoCard *cards = arena_array(cx->arena, VideoCard, n);
    if (!n)
        return;
    for (size_t i = 0; i < n; i++) {
        cards[i] = sorted[i]->card;
        if (cards[i].has.thumbnail_url)
            cards[i].thumbnail_url = picture_url(cx, cards[i].thumbnail_url, S("image/jpeg"));
    }
    Rail *rail = &home->rails.p[home->rails.n++];
    *rail = (Rail){.kind = kind, .items = {cards, n}};
    if (kind == RAIL_KIND_BECAUSE) {
        rail->seen = start->seen;
        rail->has.seen = true;
    }
}

Err home_read(Cx *cx, Home *out)
{
    HomeStart start = {0};
    HomeRows offers = {0}, begun = {0}, alike = {0};
    TRY(db_one(cx, SQL_HOME_START, ARGS(V(cx->viewer.id)), &HOME_START, &start));
    TRY(read_offers(cx, &start, &offers));
    TRY(read_continue(cx, &start, &begun));
    TRY(read_because(cx, &start, &alike));
    Home home = {.rails = {arena_array(cx->arena, Rail, start.rails.n), 0}};
    for (size_t i = 0; i < start.rails.n; i++) {
        RailKind kind = start.rails.p[i];
        put_rail(cx, &start, kind,
                 kind == RAIL_KIND_CONTINUE  ? &begun.items
                 : kind == RAIL_KIND_BECAUSE ? &alike.items
                                             : &offers.items,
                 &home);
    }
    *out = home;
    return OK;
}
