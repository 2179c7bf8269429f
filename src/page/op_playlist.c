/* /me/playlists and each of them: made, named, ordered and emptied by plain forms. */
#include "base/id.h"
#include "base/shape_check.h"
#include "contract.h"
#include "page/card.h"
#include "page/format.h"
#include "page/sign.h"

enum { PAGE_VIDEOS = 100 };

static Str path_of(Cx *cx, Str id)
{
    return arena_fmt(cx->arena, "/me/playlists/" STR_FMT, STR_ARG(id));
}

static Str title_of(const Page *p, const Playlist *list)
{
    return list->kind == PLAYLIST_KIND_WATCH_LATER ? page_word(p, TEXT_WATCH_LATER) : list->title;
}

static void put_heading(Page *p, Str title)
{
    HTML(p->b, "<div class=\"middle\"><h1 dir=\"auto\">");
    html_text(p->b, title);
    HTML(p->b, "</h1>\n");
}

/* The form of a title. */
static void put_title(Page *p, Str action, const char *act, Text heading, Str title, Text button)
{
    Buf *b = p->b;
    HTML(b, "<section class=\"panel\"><h2>");
    page_text(p, heading);
    HTML(b, "</h2>\n<form method=\"post\"");
    html_link(b, "action", action);
    HTML(b, "><label class=\"field\">");
    page_text(p, TEXT_PLAYLIST_TITLE);
    HTML(b, "<input name=\"title\" maxlength=\"200\" required autocomplete=\"off\"");
    html_attr(b, "value", title);
    HTML(b, "></label>\n<button class=\"button\" name=\"do\"");
    html_attr(b, "value", str_of(act));
    HTML(b, ">");
    page_text(p, button);
    HTML(b, "</button></form></section>\n");
}

static void put_lists(Page *p, const Playlists *lists)
{
    Buf *b = p->b;
    if (!lists->items.n) {
        HTML(b, "<p class=\"empty\">");
        page_text(p, TEXT_NO_PLAYLISTS);
        HTML(b, "</p>\n");
        return;
    }
    HTML(b, "<section class=\"panel files\"><ul>\n");
    for (size_t i = 0; i < lists->items.n; i++) {
        const Playlist *list = &lists->items.p[i];
        HTML(b, "<li><span><a");
        html_link(b, "href", path_of(p->cx, list->id));
        HTML(b, "><bdi>");
        html_text(b, title_of(p, list));
        HTML(b, "</bdi></a> <small>");
        page_fill(p, TEXT_PLAYLIST_VIDEOS, format_count(p->cx, p->language, list->videos));
        HTML(b, "</small></span></li>\n");
    }
    HTML(b, "</ul></section>\n");
}

Err my_playlists_page(Cx *cx, Req *req, Res *res)
{
    Playlists lists = {0};
    if (!cx->viewer.id.n) {
        sign_go(cx, res, S("/auth/login?next=/me/playlists"));
        return OK;
    }
    TRY(list_my_playlists(cx, &lists));
    Page page = page_new(cx, req, res);
    page_begin(&page, &(PageHead){.title = page_word(&page, TEXT_PLAYLISTS),
                                  .path = S("/me/playlists"),
                                  .hidden = true,
                                  .secret = true});
    put_heading(&page, page_word(&page, TEXT_PLAYLISTS));
    put_lists(&page, &lists);
    put_title(&page, S("/me/playlists"), "create", TEXT_PLAYLIST_NEW, S(""), TEXT_PLAYLIST_MAKE);
    HTML(page.b, "</div>\n");
    page_end(&page);
    return OK;
}

/* --- one of them */

static void put_button(Page *p, const char *act, Str before, Text label, const PlaylistVideo *of)
{
    Buf *b = p->b;
    HTML(b, "<form method=\"post\"");
    html_link(b, "action", path_of(p->cx, p->req->params[0]));
    HTML(b, "><input type=\"hidden\" name=\"video\"");
    html_attr(b, "value", of->id);
    HTML(b, "><input type=\"hidden\" name=\"before\"");
    html_attr(b, "value", before);
    HTML(b, "><button class=\"plain\" name=\"do\"");
    html_attr(b, "value", str_of(act));
    html_attr(b, "aria-label",
              arena_fmt(p->cx->arena, STR_FMT ": " STR_FMT, STR_ARG(page_word(p, label)),
                        STR_ARG(of->title)));
    HTML(b, ">");
    page_text(p, label);
    HTML(b, "</button></form>\n");
}

/* Its neighbours, as far as this page has them: up is before the one above, down is before the one
 * after the next, or to the end. */
static void put_video(Page *p, const PlaylistVideoPage *videos, size_t i)
{
    Buf *b = p->b;
    const PlaylistVideo *v = &videos->items.p[i];
    bool next = i + 2 < videos->items.n;
    HTML(b, "<li><span><a");
    html_link(b, "href", arena_fmt(p->cx->arena, "/watch/" STR_FMT, STR_ARG(v->slug)));
    HTML(b, "><bdi>");
    html_text(b, v->title);
    HTML(b, "</bdi></a> <small>");
    if (v->has.duration_ms)
        html_text(b, format_duration(p->cx, v->duration_ms));
    HTML(b, "</small></span>\n<div class=\"acts\">");
    if (i)
        put_button(p, "move", v[-1].id, TEXT_MOVE_UP, v);
    if (next || (i + 1 < videos->items.n && !videos->has.next_cursor))
        put_button(p, "move", next ? v[2].id : S(""), TEXT_MOVE_DOWN, v);
    put_button(p, "take", S(""), TEXT_FORGET, v);
    HTML(b, "</div></li>\n");
}

static void put_videos(Page *p, const Playlist *list, const PlaylistVideoPage *videos)
{
    if (!videos->items.n) {
        HTML(p->b, "<p class=\"empty\">");
        page_text(p, TEXT_PLAYLIST_EMPTY);
        HTML(p->b, "</p>\n");
        return;
    }
    HTML(p->b, "<section class=\"panel files order\"><ol>\n");
    for (size_t i = 0; i < videos->items.n; i++)
        put_video(p, videos, i);
    HTML(p->b, "</ol></section>\n");
    if (videos->has.next_cursor)
        card_more(p, path_of(p->cx, list->id).p, S(""), videos->next_cursor, TEXT_MORE_PLAYLIST);
}

/* A cursor that is none of ours begins at the start. */
static Err find(Cx *cx, Str id, Str cursor, PlaylistVideoPage *out)
{
    ListPlaylistVideosIn in = {
        .id = id, .limit = PAGE_VIDEOS, .cursor = cursor, .has = {.cursor = cursor.n > 0}};
    Err e = list_playlist_videos(cx, &in, out);
    if (e != E_INVALID)
        return e;
    cx->n_faults = 0;
    cx->said[0] = 0;
    in.has.cursor = false;
    return list_playlist_videos(cx, &in, out);
}

static void go_sign_in(Cx *cx, Res *res, Str id)
{
    sign_go(cx, res, arena_fmt(cx->arena, "/auth/login?next=" STR_FMT, STR_ARG(path_of(cx, id))));
}

Err playlist_page(Cx *cx, Req *req, Res *res)
{
    Playlist list = {0};
    PlaylistVideoPage videos = {0};
    if (!cx->viewer.id.n) {
        go_sign_in(cx, res, req->params[0]);
        return OK;
    }
    TRY(get_playlist(cx, &(GetPlaylistIn){.id = req->params[0]}, &list));
    TRY(find(cx, list.id, req_query(cx, req, "cursor"), &videos));
    Page page = page_new(cx, req, res);
    Str title = title_of(&page, &list), path = path_of(cx, list.id);
    page_begin(&page, &(PageHead){.title = title, .path = path, .hidden = true, .secret = true});
    put_heading(&page, title);
    put_videos(&page, &list, &videos);
    if (list.kind == PLAYLIST_KIND_LIST) {
        put_title(&page, path, "rename", TEXT_PLAYLIST_RENAME, list.title, TEXT_PLAYLIST_RENAME);
        HTML(page.b, "<form method=\"post\"");
        html_link(page.b, "action", path);
        HTML(page.b, "><button class=\"button second\" name=\"do\" value=\"delete\">");
        page_text(&page, TEXT_PLAYLIST_DELETE);
        HTML(page.b, "</button></form>\n");
    }
    HTML(page.b, "<p><a href=\"/me/playlists\">");
    page_text(&page, TEXT_PLAYLISTS);
    HTML(page.b, "</a></p></div>\n");
    page_end(&page);
    return OK;
}

/* --- what the forms do */

static Err title_given(Cx *cx, const Req *req, Str *out)
{
    const Path body = {.name = S("body")}, at = {.up = &body, .name = S("title")};
    *out = (Str){0};
    check_text(cx, &at, &PLAYLIST_NEW.fields[0], req_form(cx, req, "title"), out);
    return cx->n_faults ? fail(cx, E_INVALID, "a playlist has a title of 200 characters at most")
                        : OK;
}

Err add_playlist_page(Cx *cx, Req *req, Res *res)
{
    Playlist made = {0};
    Str title = {0};
    if (!cx->viewer.id.n) {
        sign_go(cx, res, S("/auth/login?next=/me/playlists"));
        return OK;
    }
    if (!(cx->viewer.scopes & SCOPE_ME_WRITE))
        return fail(cx, E_FORBIDDEN, "this account may not do that now");
    TRY(title_given(cx, req, &title));
    TRY(create_playlist(cx, &(CreatePlaylistIn){.body = {.title = title}}, &made));
    cx->status = 0; /* the page's own */
    sign_go(cx, res, path_of(cx, made.id));
    return OK;
}

static Err move(Cx *cx, Str list, Str video, Str before)
{
    return move_playlist_video(
        cx, &(MovePlaylistVideoIn){.id = list,
                                   .video_id = video,
                                   .body = {.before = before, .has = {.before = before.n > 0}}});
}

static Err act(Cx *cx, const Req *req, Str id, Str wish)
{
    Str video = req_form(cx, req, "video"), title = {0};
    Playlist changed = {0};
    if (str_eq(wish, S("take")))
        return drop_playlist_video(cx, &(DropPlaylistVideoIn){.id = id, .video_id = video});
    if (str_eq(wish, S("move")))
        return move(cx, id, video, req_form(cx, req, "before"));
    if (str_eq(wish, S("delete")))
        return delete_playlist(cx, &(DeletePlaylistIn){.id = id});
    if (!str_eq(wish, S("rename")))
        return fail(cx, E_INVALID, "the buttons of this page say what they do");
    TRY(title_given(cx, req, &title));
    return update_playlist(cx, &(UpdatePlaylistIn){.id = id, .body = {.title = title}}, &changed);
}

Err change_playlist_page(Cx *cx, Req *req, Res *res)
{
    Str id = req->params[0], wish = req_form(cx, req, "do");
    if (!cx->viewer.id.n) { /* the session ended since the page was loaded */
        go_sign_in(cx, res, id);
        return OK;
    }
    if (!(cx->viewer.scopes & SCOPE_ME_WRITE))
        return fail(cx, E_FORBIDDEN, "this account may not do that now");
    TRY(act(cx, req, id, wish));
    cx->status = 0; /* the page's own */
    sign_go(cx, res, str_eq(wish, S("delete")) ? S("/me/playlists") : path_of(cx, id));
    return OK;
}
