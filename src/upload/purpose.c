#include "upload/purpose.h"

#include "base/filename.h"
#include "base/id.h"
#include "catalog/caption.h"
#include "catalog/video.h"
#include "common/app.h"
#include "db/db.h"
#include "media/caption.h"
#include "media/manifest.h"

static size_t characters(Str text)
{
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++)
        n += (text.p[i] & 0xC0) != 0x80;
    return n;
}

Err purpose_caption(Cx *cx, const TusMetadata *meta, Caption *out)
{
    Str language = {0}, kind = meta->kind.n ? meta->kind : S("subtitles");
    if (!language_tag(cx, meta->language, &language))
        return fail(cx, E_MALFORMED,
                    "Upload-Metadata: captions need a language, a tag of BCP 47 such as id or en");
    if (!enum_of(&CAPTION_KIND, kind))
        return fail(cx, E_MALFORMED, "Upload-Metadata: kind must be subtitles or captions");
    if (characters(meta->label) > CAPTION_LABEL_MAX)
        return fail(cx, E_MALFORMED, "Upload-Metadata: label may have %d characters",
                    CAPTION_LABEL_MAX);
    *out = (Caption){.language = language,
                     .label = meta->label.n ? meta->label : manifest_language(language),
                     .kind = (CaptionKind)enum_of(&CAPTION_KIND, kind)};
    return OK;
}

static int64_t largest(const Cx *cx, UploadPurpose purpose)
{
    int64_t all = cx->app->conf.max_upload;
    int64_t own = purpose == UPLOAD_PURPOSE_CAPTION  ? CAPTION_FILE_MAX
                  : purpose == UPLOAD_PURPOSE_POSTER ? POSTER_FILE_MAX
                                                     : all;
    return own < all ? own : all;
}

static Err find_owner(Cx *cx, const TusMetadata *meta, bool shows, UploadRow *row)
{
    Video video = {0};
    if (meta->show_slug.n && !shows)
        return fail(cx, E_MALFORMED, "Upload-Metadata: only an asset may belong to a showSlug");
    if (meta->show_slug.n && meta->video_id.n)
        return fail(cx, E_MALFORMED, "Upload-Metadata: either videoId or showSlug");
    if (meta->show_slug.n) {
        Err e = db_text(cx, SQL_SHOW_ID, ARGS(V(meta->show_slug)), &row->show);
        return e == E_NOT_FOUND ? fail(cx, e, "there is no such show") : e;
    }
    if (!id_valid(meta->video_id))
        return fail(cx, E_MALFORMED, "Upload-Metadata: videoId must be the id of a video");
    TRY(video_visible(cx, meta->video_id, &video));
    row->video = video.id;
    return OK;
}

Err purpose_read(Cx *cx, const TusMetadata *meta, int64_t size, UploadRow *out)
{
    Str name = meta->purpose.p ? meta->purpose : S("original");
    UploadPurpose purpose = (UploadPurpose)enum_of(&UPLOAD_PURPOSE, name);
    Caption caption = {0};
    if (!purpose)
        return fail(cx, E_MALFORMED,
                    "Upload-Metadata: purpose must be original, asset, caption or poster");
    if (size > largest(cx, purpose))
        return fail(cx, E_TOO_LARGE, "this purpose (" STR_FMT ") takes files of up to %lld bytes",
                    STR_ARG(name), (long long)largest(cx, purpose));
    if (purpose == UPLOAD_PURPOSE_CAPTION)
        TRY(purpose_caption(cx, meta, &caption));
    if (characters(meta->title) > ASSET_TITLE_MAX)
        return fail(cx, E_MALFORMED, "Upload-Metadata: title may have %d characters",
                    ASSET_TITLE_MAX);
    UploadRow row = {.purpose = enum_str(&UPLOAD_PURPOSE, (int)purpose), .size = size};
    TRY(find_owner(cx, meta, purpose == UPLOAD_PURPOSE_ASSET, &row));
    row.filename = filename_safe(cx, meta->filename, row.purpose);
    *out = row;
    return OK;
}
