/* Saving a video for later or into a playlist, and the buttons for it on the video's page. */
#include "base/id.h"
#include "contract.h"
#include "db/db.h"
#include "page/save.h"
#include "page/sign.h"

Err save_gather(Cx *cx, Str video, PlaylistChoices *out)
{
    if (!cx->viewer.id.n)
        return OK;
    return db_list(cx, SQL_PLAYLIST_CHOICES, ARGS(V(video), V(cx->viewer.id)), &PLAYLIST_CHOICE,
                   &out->items);
}

static void put_button(Page *p, Str slug, const PlaylistChoice *list, Str label)
{
    Buf *b = p->b;
    HTML(b, "<form method=\"post\"");
    html_link(b, "action", arena_fmt(p->cx->arena, "/watch/" STR_FMT "/save", STR_ARG(slug)));
    HTML(b, "><input type=\"hidden\" name=\"list\"");
    html_attr(b, "value", list->id);
    HTML(b, "><button class=\"button second full\" name=\"do\"");
    html_attr(b, "value", list->holds ? S("take") : S("add"));
    HTML(b, ">");
    html_text(b, label);
    HTML(b, "</button></form>\n");
}

static void put_others(Page *p, Str slug, const PlaylistChoices *lists)
{
    bool open = false;
    for (size_t i = 0; i < lists->items.n; i++) {
        const PlaylistChoice *list = &lists->items.p[i];
        if (list->kind != PLAYLIST_KIND_LIST)
            continue;
        if (!open) {
            HTML(p->b, "<details><summary class=\"button second full\">");
            page_text(p, TEXT_SAVE_TO);
            HTML(p->b, "</summary>\n");
        }
        open = true;
        put_button(p, slug, list,
                   text_fill(p->cx, p->language, list->holds ? TEXT_TAKE_FROM : TEXT_SAVE_INTO,
                             &list->title, 1));
    }
    if (open)
        HTML(p->b, "</details>\n");
}

void save_buttons(Page *p, Str slug, const PlaylistChoices *lists)
{
    const PlaylistChoice none = {.kind = PLAYLIST_KIND_WATCH_LATER};
    bool later = lists->items.n && lists->items.p[0].kind == PLAYLIST_KIND_WATCH_LATER;
    const PlaylistChoice *list = later ? lists->items.p : &none;
    HTML(p->b, "<div class=\"save\">\n");
    put_button(p, slug, list, page_word(p, list->holds ? TEXT_SAVED_LATER : TEXT_SAVE_LATER));
    put_others(p, slug, lists);
    HTML(p->b, "</div>\n");
}

static Err act(Cx *cx, Str wish, Str list, Str video)
{
    if (str_eq(wish, S("add")))
        return add_playlist_video(cx, &(AddPlaylistVideoIn){.id = list, .video_id = video});
    if (str_eq(wish, S("take")))
        return drop_playlist_video(cx, &(DropPlaylistVideoIn){.id = list, .video_id = video});
    return fail(cx, E_INVALID, "the buttons of this page say what they do");
}

Err save_video_page(Cx *cx, Req *req, Res *res)
{
    Video video = {0};
    Playlist later = {0};
    Str list = req_form(cx, req, "list");
    TRY(get_video_by_slug(cx, &(GetVideoBySlugIn){.slug = req->params[0]}, &video));
    Str path = arena_fmt(cx->arena, "/watch/" STR_FMT, STR_ARG(video.slug));
    if (!cx->viewer.id.n) { /* to begin with, or the session ended since */
        sign_go(cx, res, arena_fmt(cx->arena, "/auth/login?next=" STR_FMT, STR_ARG(path)));
        return OK;
    }
    if (!(cx->viewer.scopes & SCOPE_ME_WRITE))
        return fail(cx, E_FORBIDDEN, "this account may not do that now");
    if (!list.n) {
        TRY(get_watch_later(cx, &later));
        TRY(db_settle(cx)); /* it may have been made just now */
        list = later.id;
    }
    TRY(act(cx, req_form(cx, req, "do"), id_valid(list) ? list : S(""), video.id));
    cx->status = 0; /* the page's own */
    sign_go(cx, res, path);
    return OK;
}
