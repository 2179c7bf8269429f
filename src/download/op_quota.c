/* What one may download, and what one did. */
#include "catalog/page.h"
#include "db/db.h"
#include "download/quota.h"

Err get_quota(Cx *cx, Quota *out)
{
    Day today = quota_today(cx);
    return quota_read(cx, cx->viewer.id, &today, out);
}

Err list_my_downloads(Cx *cx, const ListMyDownloadsIn *in, DownloadPage *out)
{
    PageStart start = {0};
    DownloadPage page = {0};
    TRY(page_start(cx, in->has.cursor ? in->cursor : (Str){0}, &start));
    Str before = start.id.n ? start.id : S("~");
    TRY(db_list(cx, SQL_GRANT_LIST, ARGS(V(cx->viewer.id), V(before), V(in->limit + 1)), &DOWNLOAD,
                &page.items));
    if ((int64_t)page.items.n > in->limit) {
        page.items.n = (size_t)in->limit;
        page.next_cursor = page_cursor(cx, 0, page.items.p[page.items.n - 1].id);
        page.has.next_cursor = true;
    }
    *out = page;
    return OK;
}
