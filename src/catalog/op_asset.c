/* The operations of metadata.yaml on assets. */
#include "catalog/page.h"
#include "catalog/video.h"
#include "db/db.h"

Err get_asset(Cx *cx, const GetAssetIn *in, Asset *out)
{
    Err e = db_one(cx, SQL_ASSET_BY_ID, ARGS(V(in->id), V(video_sees_drafts(cx))), &ASSET, out);
    return e == E_NOT_FOUND ? fail(cx, e, "there is no such asset") : e;
}

Err list_video_assets(Cx *cx, const ListVideoAssetsIn *in, AssetPage *out)
{
    AssetPage page = {0};
    PageStart start = {0};
    Video video = {0};
    TRY(page_start(cx, in->has.cursor ? in->cursor : (Str){0}, &start));
    TRY(video_visible(cx, in->id, &video));
    Str before = start.id.n ? start.id : S("~");
    TRY(db_list(cx, SQL_ASSET_OF_VIDEO, ARGS(V(in->id), V(before), V(in->limit + 1)), &ASSET,
                &page.items));
    if ((int64_t)page.items.n > in->limit) {
        page.items.n = (size_t)in->limit;
        page.next_cursor = page_cursor(cx, 0, page.items.p[in->limit - 1].id);
        page.has.next_cursor = true;
    }
    *out = page;
    return OK;
}
