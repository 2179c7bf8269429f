/* The operations of metadata.yaml on shows. */
#include "base/id.h"
#include "catalog/asset.h"
#include "catalog/page.h"
#include "catalog/search_text.h"
#include "catalog/video.h"
#include "common/audit.h"
#include "db/db.h"
#include "http/answer.h"

static Err show_by_slug(Cx *cx, Str slug, Show *out)
{
    Err e = db_one(cx, SQL_SHOW_BY_SLUG, ARGS(V(slug)), &SHOW, out);
    return e == E_NOT_FOUND ? fail(cx, e, "there is no such show") : e;
}

Err get_show(Cx *cx, const GetShowIn *in, Show *out)
{
    return show_by_slug(cx, in->slug, out);
}

Err list_shows(Cx *cx, const ListShowsIn *in, ShowPage *out)
{
    ShowPage page = {0};
    PageStart start = {0};
    TRY(page_start(cx, in->has.cursor ? in->cursor : (Str){0}, &start));
    TRY(db_list(cx, SQL_SHOW_LIST, ARGS(V(start.at), V(start.id), V(in->limit + 1)), &SHOW,
                &page.items));
    if ((int64_t)page.items.n > in->limit) {
        const Show *last = &page.items.p[in->limit - 1];
        Str id = {0};
        page.items.n = (size_t)in->limit;
        TRY(db_text(cx, SQL_SHOW_ID, ARGS(V(last->slug)), &id));
        page.next_cursor = page_cursor(cx, last->created_at, id);
        page.has.next_cursor = true;
    }
    *out = page;
    return OK;
}

Err create_show(Cx *cx, const CreateShowIn *in, Show *out)
{
    const ShowNew *given = &in->body;
    Str slug = given->has.slug ? given->slug : (Str){0};
    int64_t taken = 0;
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    if (!slug.n)
        TRY(slug_make(cx, given->title, SQL_SHOW_SLUG_TAKEN, &slug));
    TRY(db_int(cx, SQL_SHOW_SLUG_TAKEN, ARGS(V(slug)), &taken));
    if (taken)
        return fail(cx, E_CONFLICT, "there is a show at " STR_FMT " already", STR_ARG(slug));
    TRY(db_run(cx, SQL_SHOW_ADD,
               ARGS(V(id_new(cx)), V(slug), V(given->title), V(given->description), V(cx->now),
                    V(cx->now)),
               NULL));
    TRY(audit_add(cx, "show.create", slug, (Str){0}, given->title));
    TRY(show_by_slug(cx, slug, out));
    return tx_commit(&tx);
}

Err update_show(Cx *cx, const UpdateShowIn *in, Show *out)
{
    int64_t changed = 0, version = -1;
    if (in->has.if_match && !etag_version(in->if_match, &version))
        return fail(cx, E_CHANGED, "this If-Match is no ETag of the show");
    Show was = {0};
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(show_by_slug(cx, in->slug, &was));
    TRY(db_run(cx, SQL_SHOW_CHANGE,
               ARGS(val_field(cx, &SHOW_PATCH, "title", &in->body),
                    val_field(cx, &SHOW_PATCH, "description", &in->body), V(cx->now), V(in->slug),
                    V(version)),
               &changed));
    if (!changed)
        return fail(cx, E_CHANGED, "the show is at version %lld", (long long)was.version);
    if (in->body.has.title)
        TRY(search_text_show(cx, in->slug));
    TRY(audit_add(cx, "show.update", in->slug, was.title, (Str){0}));
    TRY(show_by_slug(cx, in->slug, out));
    return tx_commit(&tx);
}

Err delete_show(Cx *cx, const DeleteShowIn *in)
{
    Show was = {0};
    int64_t videos = 0;
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(show_by_slug(cx, in->slug, &was));
    TRY(db_int(cx, SQL_SHOW_VIDEOS, ARGS(V(in->slug)), &videos));
    if (videos)
        return fail(cx, E_CONFLICT, "the show still has %lld videos; move or delete them first",
                    (long long)videos);
    TRY(blobs_later(cx, SQL_SHOW_BLOBS, in->slug));
    TRY(db_run(cx, SQL_SHOW_DROP, ARGS(V(in->slug)), NULL));
    TRY(audit_add(cx, "show.delete", in->slug, was.title, (Str){0}));
    return tx_commit(&tx);
}
