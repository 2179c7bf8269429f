/* Playlists of one account, and what it wants to watch later. */
#include "base/fault.h"
#include "base/id.h"
#include "catalog/page.h"
#include "catalog/picture.h"
#include "catalog/video.h"
#include "contract.h"
#include "db/db.h"

enum { PLAYLISTS_MOST = 100, VIDEOS_MOST = 500 };

/* Another's is not there. */
static Err mine(Cx *cx, Str id, Playlist *out)
{
    Err e = db_one(cx, SQL_PLAYLIST_BY_ID, ARGS(V(cx->viewer.id), V(id)), &PLAYLIST, out);
    return e == E_NOT_FOUND ? fail(cx, e, "there is no such playlist of yours") : e;
}

Err list_my_playlists(Cx *cx, Playlists *out)
{
    return db_list(cx, SQL_PLAYLIST_LIST, ARGS(V(cx->viewer.id)), &PLAYLIST, &out->items);
}

Err get_playlist(Cx *cx, const GetPlaylistIn *in, Playlist *out)
{
    return mine(cx, in->id, out);
}

static Err add(Cx *cx, Str title, PlaylistKind kind, Str *id)
{
    int64_t added = 0;
    *id = id_new(cx);
    TRY(db_run(cx, SQL_PLAYLIST_ADD,
               ARGS(V(*id), V(cx->viewer.id), V(title), V(enum_str(&PLAYLIST_KIND, (int)kind)),
                    V(cx->now), V((int64_t)PLAYLISTS_MOST + (kind == PLAYLIST_KIND_WATCH_LATER))),
               &added));
    return added ? OK : fail(cx, E_CONFLICT, "an account has %d playlists at most", PLAYLISTS_MOST);
}

Err create_playlist(Cx *cx, const CreatePlaylistIn *in, Playlist *out)
{
    Str id = {0};
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(add(cx, in->body.title, PLAYLIST_KIND_LIST, &id));
    TRY(mine(cx, id, out));
    return tx_commit(&tx);
}

Err get_watch_later(Cx *cx, Playlist *out)
{
    Str id = {0};
    Err e = db_text(cx, SQL_PLAYLIST_LATER, ARGS(V(cx->viewer.id)), &id);
    if (!e)
        return mine(cx, id, out);
    if (e != E_NOT_FOUND)
        return e;
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    e = db_text(cx, SQL_PLAYLIST_LATER, ARGS(V(cx->viewer.id)), &id); /* made meanwhile */
    if (e == E_NOT_FOUND)
        e = add(cx, S(""), PLAYLIST_KIND_WATCH_LATER, &id);
    TRY(e);
    TRY(mine(cx, id, out));
    return tx_commit(&tx);
}

static Err of_a_list(Cx *cx, int64_t changed)
{
    return changed ? OK : fail(cx, E_NOT_FOUND, "there is no such playlist of yours");
}

Err update_playlist(Cx *cx, const UpdatePlaylistIn *in, Playlist *out)
{
    int64_t changed = 0;
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(db_run(cx, SQL_PLAYLIST_TITLE,
               ARGS(V(in->body.title), V(cx->now), V(in->id), V(cx->viewer.id)), &changed));
    TRY(of_a_list(cx, changed));
    TRY(mine(cx, in->id, out));
    return tx_commit(&tx);
}

Err delete_playlist(Cx *cx, const DeletePlaylistIn *in)
{
    int64_t changed = 0;
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(db_run(cx, SQL_PLAYLIST_DROP, ARGS(V(in->id), V(cx->viewer.id)), &changed));
    TRY(of_a_list(cx, changed));
    return tx_commit(&tx);
}

/* --- what is in it */

Err list_playlist_videos(Cx *cx, const ListPlaylistVideosIn *in, PlaylistVideoPage *out)
{
    Playlist list = {0};
    PlaylistVideoPage page = {0};
    PageStart start = {0};
    TRY(page_start(cx, in->has.cursor ? in->cursor : (Str){0}, &start));
    TRY(mine(cx, in->id, &list));
    TRY(db_list(
        cx, SQL_PLAYLIST_VIDEOS,
        ARGS(V(in->id), V(video_sees_drafts(cx)), V(start.id.n ? start.at : 0), V(in->limit + 1)),
        &PLAYLIST_VIDEO, &page.items));
    if ((int64_t)page.items.n > in->limit) {
        const PlaylistVideo *last = &page.items.p[in->limit - 1];
        page.items.n = (size_t)in->limit;
        page.next_cursor = page_cursor(cx, last->place, last->id);
        page.has.next_cursor = true;
    }
    for (size_t i = 0; i < page.items.n; i++)
        if (page.items.p[i].has.thumbnail_url)
            page.items.p[i].thumbnail_url =
                picture_url(cx, page.items.p[i].thumbnail_url, S("image/jpeg"));
    *out = page;
    return OK;
}

static Err put(Cx *cx, Str list, Str video)
{
    int64_t added = 0, there = 0;
    TRY(db_run(cx, SQL_PLAYLIST_PUT, ARGS(V(list), V(video), V(cx->now), V((int64_t)VIDEOS_MOST)),
               &added));
    if (added)
        return db_run(cx, SQL_PLAYLIST_TOUCH, ARGS(V(cx->now), V(list)), NULL);
    TRY(db_int(cx, SQL_PLAYLIST_HAS, ARGS(V(list), V(video)), &there));
    return there ? OK : fail(cx, E_CONFLICT, "a playlist has %d videos at most", VIDEOS_MOST);
}

Err add_playlist_video(Cx *cx, const AddPlaylistVideoIn *in)
{
    Playlist list = {0};
    Video video = {0};
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    if (!bug("anyplaylist"))
        TRY(mine(cx, in->id, &list));
    TRY(video_visible(cx, in->video_id, &video));
    TRY(put(cx, in->id, in->video_id));
    return tx_commit(&tx);
}

Err drop_playlist_video(Cx *cx, const DropPlaylistVideoIn *in)
{
    Playlist list = {0};
    int64_t changed = 0;
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(mine(cx, in->id, &list));
    TRY(db_run(cx, SQL_PLAYLIST_TAKE, ARGS(V(in->id), V(in->video_id)), &changed));
    if (changed)
        TRY(db_run(cx, SQL_PLAYLIST_TOUCH, ARGS(V(cx->now), V(in->id)), NULL));
    return tx_commit(&tx);
}

static Err place_of(Cx *cx, Str list, Str video, int64_t *place)
{
    Err e = db_int(cx, SQL_PLAYLIST_PLACE, ARGS(V(list), V(video)), place);
    return e == E_NOT_FOUND ? fail(cx, e, "the playlist does not hold this video") : e;
}

Err move_playlist_video(Cx *cx, const MovePlaylistVideoIn *in)
{
    Playlist list = {0};
    int64_t place = 0;
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(mine(cx, in->id, &list));
    TRY(place_of(cx, in->id, in->video_id, &place));
    if (in->body.has.before) {
        TRY(place_of(cx, in->id, in->body.before, &place));
        TRY(db_run(cx, SQL_PLAYLIST_ROOM, ARGS(V(in->id), V(place)), NULL));
    } else {
        TRY(db_int(cx, SQL_PLAYLIST_END, ARGS(V(in->id)), &place));
    }
    TRY(db_run(cx, SQL_PLAYLIST_MOVE, ARGS(V(place), V(in->id), V(in->video_id)), NULL));
    TRY(db_run(cx, SQL_PLAYLIST_TOUCH, ARGS(V(cx->now), V(in->id)), NULL));
    return tx_commit(&tx);
}
