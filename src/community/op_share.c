/* Sharing a video: a short link that is counted, and what goes with it by each channel. */
#include "base/fault.h"
#include "base/hash.h"
#include "base/id.h"
#include "catalog/picture.h"
#include "catalog/trend.h"
#include "catalog/video.h"
#include "common/app.h"
#include "community/share.h"
#include "http/params.h"
#include "http/res.h"
#include "identity/age.h"

enum { CODE_BYTES = 6, TEXT_ROOM = 4096, AGAIN_MS = 3600000 };

static Err find(Cx *cx, Str video, Str channel, ShareRow *out)
{
    return db_one(cx, SQL_SHARE_OF, ARGS(V(video), V(channel), val_opt(cx->viewer.id)), &SHARE_ROW,
                  out);
}

/* The one there is, or a new one; whoever was faster, it is the same for all. */
static Err take(Cx *cx, Str video, Str channel, ShareRow *out)
{
    uint8_t code[CODE_BYTES];
    Err e = find(cx, video, channel, out);
    if (e != E_NOT_FOUND)
        return e;
    random_bytes(code, sizeof code);
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(db_run(cx, SQL_SHARE_ADD,
               ARGS(V(base64url(cx->arena, code, sizeof code)), V(video), V(channel),
                    val_opt(cx->viewer.id), V(cx->now)),
               NULL));
    TRY(find(cx, video, channel, out));
    cx->status = 201;
    return tx_commit(&tx);
}

/* What the sender may change before it goes: the title, where it is, and the link. */
static Str words(Cx *cx, const Video *video, Str url)
{
    bool english = str_eq(cx->app->conf.language, S("en"));
    return arena_fmt(cx->arena, "%s “" STR_FMT "” %s " STR_FMT ": " STR_FMT,
                     english ? "Watch" : "Tonton", STR_ARG(video->title), english ? "on" : "di",
                     STR_ARG(cx->app->conf.brand_name), STR_ARG(url));
}

/* The address of a channel that takes a text or a link; {0}: it has none. */
static Str opens(Cx *cx, ShareChannel channel, Str text, Str url)
{
    static const struct {
        const char *before;
        bool whole; /* the text with the link in it; else the link alone */
    } ways[] = {[SHARE_CHANNEL_WHATSAPP] = {"https://wa.me/?text=", true},
                [SHARE_CHANNEL_TELEGRAM] = {"https://t.me/share/url?url=", false},
                [SHARE_CHANNEL_FACEBOOK] = {"https://www.facebook.com/sharer/sharer.php?u=", false},
                [SHARE_CHANNEL_X] = {"https://twitter.com/intent/tweet?text=", true}};
    Buf b CLEANUP(buf_free) = BUF(3 * TEXT_ROOM);
    if ((size_t)channel >= COUNT(ways) || !ways[channel].before)
        return (Str){0};
    buf_put(&b, ways[channel].before, strlen(ways[channel].before));
    percent_encode(&b, ways[channel].whole ? text : url);
    return b.full ? (Str){0} : arena_str(cx->arena, (Str){b.p, b.n});
}

static Err picture(Cx *cx, Str video, Str kind, const char *media_type, Str *out, bool *has)
{
    Str id = {0};
    Err e = db_text(cx, SQL_PICTURE_OF_KIND, ARGS(V(video), V(kind)), &id);
    if (e == E_NOT_FOUND)
        return OK;
    TRY(e);
    *out = picture_url(cx, id, str_of(media_type));
    *has = true;
    return OK;
}

/* Instagram takes files and no links; everywhere else the link brings its own picture. The clip is
 * for whom the video is. */
static Err put_files(Cx *cx, const Video *video, Share *share)
{
    bool story = share->channel == SHARE_CHANNEL_INSTAGRAM, met = video_sees_drafts(cx);
    if (!met)
        TRY(age_is_met(cx, video->content_rating, 0, &met));
    TRY(picture(cx, video->id, story ? S("card-9x16") : S("og"), "image/jpeg", &share->card_url,
                &share->has.card_url));
    if (story && met)
        TRY(picture(cx, video->id, S("clip"), "video/mp4", &share->clip_url, &share->has.clip_url));
    return OK;
}

Err create_share(Cx *cx, const CreateShareIn *in, Share *out)
{
    Video video = {0};
    ShareRow row = {0};
    ShareChannel channel = in->body.channel;
    TRY(video_visible(cx, in->id, &video));
    if (video.state != VIDEO_STATE_PUBLISHED || video.visibility == VISIBILITY_PRIVATE)
        return fail(cx, E_NOT_READY, "only what everybody may open is shared; publish it first");
    Share share = {.channel = channel};
    TRY(put_files(cx, &video, &share));
    TRY(take(cx, video.id, enum_str(&SHARE_CHANNEL, (int)channel), &row));
    share.url = app_url(cx, arena_fmt(cx->arena, "/s/" STR_FMT, STR_ARG(row.code)));
    share.text = words(cx, &video, share.url);
    share.open_url = opens(cx, channel, share.text, share.url);
    share.has.open_url = share.open_url.n > 0;
    *out = share;
    return OK;
}

Err list_shares(Cx *cx, const ListSharesIn *in, ShareSums *out)
{
    Video video = {0};
    TRY(video_visible(cx, in->id, &video));
    return db_list(cx, SQL_SHARE_SUMS, ARGS(V(in->id)), &SHARE_SUM, &out->items);
}

/* A link counts once an hour for what is trending: opening one again and again lifts nothing. */
static Err trend(Cx *cx, Str code)
{
    Str video = {0};
    Err e = db_text(cx, SQL_SHARE_DUE,
                    ARGS(V(code), V(bug("openmore") ? INT64_MAX : cx->now - AGAIN_MS)), &video);
    if (e)
        return e == E_NOT_FOUND ? OK : e;
    return trend_add(cx, video, TREND_SHARE);
}

/* A number less is better than a link that does not open. */
static void count(Cx *cx, Str code)
{
    Tx tx CLEANUP(tx_end) = {0};
    Err e = tx_begin(cx, &tx);
    e = e ? e : trend(cx, code);
    e = e ? e : db_run(cx, SQL_SHARE_OPENED, ARGS(V(cx->now), V(code)), NULL);
    e = e ? e : tx_commit(&tx);
    e = e ? e : db_settle(cx);
    if (e)
        cx->said[0] = 0;
}

Err open_share(Cx *cx, Req *req, Res *res)
{
    Str slug = {0}, code = req->params[0];
    Err e = db_text(cx, SQL_SHARE_TO, ARGS(V(code)), &slug);
    if (e == E_NOT_FOUND)
        return fail(cx, e, "this link leads nowhere any more");
    TRY(e);
    if (req->method == M_GET &&
        (!share_is_program(req_header(req, "User-Agent")) || bug("anyopen")))
        count(cx, code);
    res_header(cx, res, "Location", STR_FMT,
               STR_ARG(app_url(cx, arena_fmt(cx->arena, "/watch/" STR_FMT, STR_ARG(slug)))));
    res_header(cx, res, "Cache-Control", "private, no-store");
    return OK;
}
