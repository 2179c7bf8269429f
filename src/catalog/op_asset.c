/* The operations of metadata.yaml on assets; they come by upload.yaml, or are made of an original.
 */
#include "base/fault.h"
#include "base/filename.h"
#include "catalog/asset.h"
#include "catalog/page.h"
#include "catalog/picture.h"
#include "catalog/video.h"
#include "common/app.h"
#include "common/audit.h"
#include "common/queue.h"
#include "db/db.h"
#include "http/answer.h"
#include "media/file_type.h"

/* The row has the ids of the pictures where their addresses belong. */
static void put_addresses(Cx *cx, Asset *a)
{
    if (a->has.cover_url)
        a->cover_url = picture_url(cx, a->cover_url, S("image/jpeg"));
    if (a->has.waveform_url)
        a->waveform_url = picture_url(cx, a->waveform_url, S("image/png"));
}

Err asset_visible(Cx *cx, Str id, Asset *out)
{
    Err e = db_one(cx, SQL_ASSET_BY_ID, ARGS(V(id), V(video_sees_drafts(cx))), &ASSET, out);
    if (e == E_NOT_FOUND)
        return fail(cx, e, "there is no such asset");
    TRY(e);
    put_addresses(cx, out);
    return OK;
}

Err blobs_later(Cx *cx, Sql blobs, Str of)
{
    BlobRows rows = {0};
    TRY(db_list(cx, blobs, ARGS(V(of)), &BLOB_ROW, &rows.items));
    for (size_t i = 0; i < rows.items.n; i++)
        TRY(queue_drop_blob(cx, rows.items.p[i].key));
    return OK;
}

Err get_asset(Cx *cx, const GetAssetIn *in, Asset *out)
{
    return asset_visible(cx, in->id, out);
}

/* One more than asked was read: then there is a next page. */
static void finish_page(Cx *cx, int64_t limit, AssetPage *page)
{
    if ((int64_t)page->items.n > limit) {
        page->items.n = (size_t)limit;
        page->next_cursor = page_cursor(cx, 0, page->items.p[limit - 1].id);
        page->has.next_cursor = true;
    }
    for (size_t i = 0; i < page->items.n; i++)
        put_addresses(cx, &page->items.p[i]);
}

static Err begin_page(Cx *cx, bool given, Str cursor, Str *before)
{
    PageStart start = {0};
    TRY(page_start(cx, given ? cursor : (Str){0}, &start));
    *before = start.id.n ? start.id : S("~");
    return OK;
}

Err list_video_assets(Cx *cx, const ListVideoAssetsIn *in, AssetPage *out)
{
    AssetPage page = {0};
    Str before = {0};
    Video video = {0};
    TRY(begin_page(cx, in->has.cursor, in->cursor, &before));
    TRY(video_visible(cx, in->id, &video));
    TRY(db_list(cx, SQL_ASSET_OF_VIDEO, ARGS(V(in->id), V(before), V(in->limit + 1)), &ASSET,
                &page.items));
    finish_page(cx, in->limit, &page);
    *out = page;
    return OK;
}

Err list_show_assets(Cx *cx, const ListShowAssetsIn *in, AssetPage *out)
{
    AssetPage page = {0};
    Str before = {0}, show = {0};
    TRY(begin_page(cx, in->has.cursor, in->cursor, &before));
    Err e = db_text(cx, SQL_SHOW_ID, ARGS(V(in->slug)), &show);
    if (e == E_NOT_FOUND)
        return fail(cx, e, "there is no such show");
    TRY(e);
    TRY(db_list(cx, SQL_ASSET_OF_SHOW, ARGS(V(show), V(before), V(in->limit + 1)), &ASSET,
                &page.items));
    finish_page(cx, in->limit, &page);
    *out = page;
    return OK;
}

Err list_assets(Cx *cx, const ListAssetsIn *in, AssetPage *out)
{
    AssetPage page = {0};
    Str before = {0};
    TRY(begin_page(cx, in->has.cursor, in->cursor, &before));
    TRY(db_list(cx, SQL_ASSET_LIST,
                ARGS(V(before), val_field(cx, &LIST_ASSETS_IN, "kind", in),
                     V(video_sees_drafts(cx)), V(in->limit + 1)),
                &ASSET, &page.items));
    finish_page(cx, in->limit, &page);
    *out = page;
    return OK;
}

/* A name may say what it likes, but not what kind of file this is. */
static Str new_filename(Cx *cx, const Asset *was, Str wanted)
{
    const FileType *type = file_type_of(was->media_type);
    Str safe = filename_safe(cx, wanted, was->filename), had = filename_extension(was->filename);
    const char *own[] = {had.n ? arena_str(cx->arena, had).p : NULL, NULL};
    if (!type && !had.n)
        return safe;
    return bug("anyname") ? safe : filename_with(cx, safe, type ? type->extensions : own);
}

Err update_asset(Cx *cx, const UpdateAssetIn *in, Asset *out)
{
    const AssetPatch *p = &in->body;
    int64_t changed = 0, version = -1;
    Asset was = {0};
    if (in->has.if_match && !etag_version(in->if_match, &version))
        return fail(cx, E_CHANGED, "this If-Match is no ETag of the asset");
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(asset_visible(cx, in->id, &was));
    Val filename = p->has.filename ? V(new_filename(cx, &was, p->filename)) : val_null();
    TRY(db_run(cx, SQL_ASSET_CHANGE,
               ARGS(V(p->has.title || p->null.title), val_field(cx, &ASSET_PATCH, "title", p),
                    filename, val_field(cx, &ASSET_PATCH, "tier", p),
                    val_field(cx, &ASSET_PATCH, "gate", p),
                    val_field(cx, &ASSET_PATCH, "delivery", p), V(cx->now), V(in->id), V(version)),
               &changed));
    if (!changed)
        return fail(cx, E_CHANGED, "the asset is at version %lld", (long long)was.version);
    TRY(audit_add(cx, "asset.update", in->id, enum_str(&ASSET_TIER, (int)was.tier),
                  p->has.tier ? enum_str(&ASSET_TIER, (int)p->tier) : (Str){0}));
    if (p->has.gate)
        TRY(audit_add(cx, "asset.gate", in->id, enum_str(&ASSET_GATE, (int)was.gate),
                      enum_str(&ASSET_GATE, (int)p->gate)));
    if (p->has.delivery)
        TRY(audit_add(cx, "asset.delivery", in->id, enum_str(&ASSET_DELIVERY, (int)was.delivery),
                      enum_str(&ASSET_DELIVERY, (int)p->delivery)));
    TRY(asset_visible(cx, in->id, out));
    return tx_commit(&tx);
}

Err delete_asset(Cx *cx, const DeleteAssetIn *in)
{
    Asset was = {0};
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(asset_visible(cx, in->id, &was));
    if (was.kind != ASSET_KIND_DOCUMENT && was.kind != ASSET_KIND_TRACK &&
        was.kind != ASSET_KIND_IMAGE)
        return fail(cx, E_CONFLICT, "this file belongs to its video and goes with it");
    TRY(blobs_later(cx, SQL_ASSET_BLOBS, in->id));
    TRY(db_run(cx, SQL_ASSET_DROP, ARGS(V(in->id)), NULL));
    TRY(audit_add(cx, "asset.delete", in->id, was.filename, (Str){0}));
    return tx_commit(&tx);
}
