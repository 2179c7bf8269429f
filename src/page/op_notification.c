/* /me/notifications: what one was told of, shows one follows, and what one wants to be told of. */
#include "base/id.h"
#include "community/inbox.h"
#include "contract.h"
#include "db/db.h"
#include "page/card.h"
#include "page/format.h"
#include "page/notice.h"

enum { PAGE_ITEMS = 30, PAGE_FOLLOWS = 100 };

typedef struct Told {
    NotificationPage page;
    FollowPage follows;
    NotificationSettings settings;
    PushSubscriptions browsers;
} Told;

static void begin_form(Page *p, const char *act, const char *name, Str value)
{
    Buf *b = p->b;
    HTML(b, "<form method=\"post\" action=\"/me/notifications\"><input type=\"hidden\" "
            "name=\"do\"");
    html_attr(b, "value", str_of(act));
    HTML(b, ">");
    if (value.n) {
        HTML(b, "<input type=\"hidden\"");
        html_attr(b, "name", str_of(name));
        html_attr(b, "value", value);
        HTML(b, ">");
    }
}

static void end_form(Page *p, Text label, Str of)
{
    Buf *b = p->b;
    HTML(b, "<button class=\"button second\"");
    if (of.n)
        html_attr(b, "aria-label",
                  arena_fmt(p->cx->arena, STR_FMT ": " STR_FMT, STR_ARG(page_word(p, label)),
                            STR_ARG(of)));
    HTML(b, ">");
    page_text(p, label);
    HTML(b, "</button></form>\n");
}

static void put_heading(Page *p, Text text)
{
    HTML(p->b, "<h2>");
    page_text(p, text);
    HTML(p->b, "</h2>\n");
}

/* --- the inbox */

/* Its button marks it as read and leads on; what was read is a link alone. */
static void put_item(Page *p, const Notification *n)
{
    Buf *b = p->b;
    HTML(b, "<li><span>");
    if (!n->read) {
        HTML(b, "<span class=\"badge\">");
        page_text(p, TEXT_IS_UNREAD);
        HTML(b, "</span> ");
    }
    html_text(b, notice_words(p->cx, p->language, n));
    HTML(b, ": <bdi>");
    if (n->read) {
        HTML(b, "<a");
        html_link(b, "href", page_path(p, n->url));
        HTML(b, ">");
    }
    html_text(b, n->video_title);
    if (n->read)
        HTML(b, "</a>");
    HTML(b, "</bdi> <small>");
    put_moment(p, n->created_at, true);
    HTML(b, "</small></span>\n");
    if (!n->read) {
        begin_form(p, "open", "id", n->id);
        end_form(p, TEXT_OPEN, n->video_title);
    }
    HTML(b, "</li>\n");
}

static void put_inbox(Page *p, const NotificationPage *page)
{
    if (!page->items.n) {
        HTML(p->b, "<p class=\"empty\">");
        page_text(p, TEXT_NO_NOTIFICATIONS);
        HTML(p->b, "</p>\n");
        return;
    }
    HTML(p->b, "<section class=\"panel files\"><ul>\n");
    for (size_t i = 0; i < page->items.n; i++)
        put_item(p, &page->items.p[i]);
    HTML(p->b, "</ul></section>\n");
    if (page->has.next_cursor)
        card_more(p, "/me/notifications", (Str){0}, page->next_cursor, TEXT_MORE_NOTIFICATIONS);
    if (page->unread) {
        HTML(p->b, "<div class=\"ways\">\n");
        begin_form(p, "read", NULL, (Str){0});
        end_form(p, TEXT_READ_ALL, (Str){0});
        HTML(p->b, "</div>\n");
    }
}

/* --- shows */

static void put_follows(Page *p, const FollowPage *page)
{
    Buf *b = p->b;
    HTML(b, "<section class=\"panel files\">");
    put_heading(p, TEXT_FOLLOWS);
    if (!page->items.n) {
        HTML(b, "<p class=\"hint\">");
        page_text(p, TEXT_NO_FOLLOWS);
        HTML(b, "</p>\n");
    }
    HTML(b, "<ul>\n");
    for (size_t i = 0; i < page->items.n; i++) {
        const Follow *f = &page->items.p[i];
        HTML(b, "<li><span><bdi>");
        html_text(b, f->title);
        HTML(b, "</bdi></span>\n");
        begin_form(p, "unfollow", "show", f->slug);
        end_form(p, TEXT_UNFOLLOW, f->title);
        HTML(b, "</li>\n");
    }
    HTML(b, "</ul></section>\n");
}

/* --- what to be told of */

static void put_box(Page *p, const char *name, bool on, Text label)
{
    Buf *b = p->b;
    HTML(b, "<label><input type=\"checkbox\" value=\"on\"");
    html_attr(b, "name", str_of(name));
    if (on)
        HTML(b, " checked");
    HTML(b, "> ");
    page_text(p, label);
    HTML(b, "</label>\n");
}

static void put_settings(Page *p, const NotificationSettings *s)
{
    Buf *b = p->b;
    HTML(b, "<section class=\"panel wishes\">");
    put_heading(p, TEXT_TELL_ME);
    begin_form(p, "settings", NULL, (Str){0});
    HTML(b, "<fieldset class=\"choices\"><legend>");
    page_text(p, TEXT_TELL_HERE);
    HTML(b, "</legend>\n");
    put_box(p, "episodes", s->episodes, TEXT_TELL_EPISODES);
    put_box(p, "replies", s->replies, TEXT_TELL_REPLIES);
    HTML(b, "</fieldset>\n<fieldset class=\"choices\"><legend>");
    page_text(p, TEXT_TELL_PUSH);
    HTML(b, "</legend>\n");
    put_box(p, "push-episodes", s->push_episodes, TEXT_TELL_EPISODES);
    put_box(p, "push-replies", s->push_replies, TEXT_TELL_REPLIES);
    HTML(b, "</fieldset>\n");
    end_form(p, TEXT_SAVE, (Str){0});
    HTML(b, "</section>\n");
}

/* The button needs notify.js, which shows it where the browser can. */
static void put_browsers(Page *p, const PushSubscriptions *all)
{
    Buf *b = p->b;
    HTML(b, "<section class=\"panel files\">");
    put_heading(p, TEXT_PUSH_BROWSERS);
    HTML(b, "<ul>\n");
    for (size_t i = 0; i < all->items.n; i++) {
        const PushSubscription *s = &all->items.p[i];
        HTML(b, "<li><span><bdi>");
        html_text(b, s->service);
        HTML(b, "</bdi> <small>");
        put_moment(p, s->created_at, true);
        HTML(b, "</small></span>\n");
        begin_form(p, "forget", "id", s->id);
        end_form(p, TEXT_FORGET, s->service);
        HTML(b, "</li>\n");
    }
    HTML(b, "</ul>\n");
    if (!all->items.n) {
        HTML(b, "<p class=\"hint\">");
        page_text(p, TEXT_PUSH_NONE);
        HTML(b, "</p>\n");
    }
    HTML(b, "<div");
    html_attr_int(b, "data-push", (int64_t)all->items.n);
    html_attr(b, "data-on", page_word(p, TEXT_PUSH_IS_ON));
    html_attr(b, "data-denied", page_word(p, TEXT_PUSH_DENIED));
    html_attr(b, "data-failed", page_word(p, TEXT_PUSH_FAILED));
    HTML(b, "><button type=\"button\" class=\"button\" hidden>");
    page_text(p, TEXT_PUSH_ON);
    HTML(b, "</button><p role=\"status\"></p></div></section>\n");
}

/* --- the page */

/* A cursor that is none of ours begins at the start. */
static Err find(Cx *cx, Str cursor, Told *out)
{
    ListMyNotificationsIn in = {
        .limit = PAGE_ITEMS, .cursor = cursor, .has = {.cursor = cursor.n > 0}};
    Err e = list_my_notifications(cx, &in, &out->page);
    if (e == E_INVALID) {
        cx->n_faults = 0;
        cx->said[0] = 0;
        in.has.cursor = false;
        e = list_my_notifications(cx, &in, &out->page);
    }
    TRY(e);
    TRY(list_my_follows(cx, &(ListMyFollowsIn){.limit = PAGE_FOLLOWS}, &out->follows));
    TRY(get_my_notification_settings(cx, &out->settings));
    return list_my_push_subscriptions(cx, &out->browsers);
}

Err my_notifications_page(Cx *cx, Req *req, Res *res)
{
    Told told = {0};
    if (!cx->viewer.id.n)
        return page_go(cx, res, S("/auth/login?next=/me/notifications"));
    TRY(find(cx, req_query(cx, req, "cursor"), &told));
    Page page = page_new(cx, req, res);
    page_begin(&page, &(PageHead){.title = page_word(&page, TEXT_NOTIFICATIONS),
                                  .path = S("/me/notifications"),
                                  .hidden = true,
                                  .secret = true,
                                  .clock = true,
                                  .notify = true});
    HTML(page.b, "<div class=\"middle\"><h1>");
    page_text(&page, TEXT_NOTIFICATIONS);
    HTML(page.b, "</h1>\n");
    put_inbox(&page, &told.page);
    put_follows(&page, &told.follows);
    put_settings(&page, &told.settings);
    put_browsers(&page, &told.browsers);
    HTML(page.b, "</div>\n");
    page_end(&page);
    return OK;
}

/* --- its buttons */

static bool ticked(Cx *cx, const Req *req, const char *name)
{
    return str_eq(req_form(cx, req, name), S("on"));
}

static Err settle(Cx *cx, const Req *req)
{
    NotificationSettings out = {0};
    NotificationWish wish = {.episodes = ticked(cx, req, "episodes"),
                             .replies = ticked(cx, req, "replies"),
                             .push_episodes = ticked(cx, req, "push-episodes"),
                             .push_replies = ticked(cx, req, "push-replies")};
    return set_my_notification_settings(cx, &(SetMyNotificationSettingsIn){.body = wish}, &out);
}

/* Read, and on to the page it is about. */
static Err open_one(Cx *cx, Str id, Str *where)
{
    Notification one = {0};
    Err e = inbox_news(cx, id, &one);
    if (!e)
        *where = one.url;
    if (e && e != E_NOT_FOUND)
        return e;
    return read_my_notification(cx, &(ReadMyNotificationIn){.id = id});
}

static Err act(Cx *cx, const Req *req, Str *where)
{
    Str wish = req_form(cx, req, "do"), id = req_form(cx, req, "id");
    if (id.n && !id_valid(id))
        return fail(cx, E_NOT_FOUND, "there is nothing of that name");
    if (str_eq(wish, S("open")))
        return open_one(cx, id, where);
    if (str_eq(wish, S("read")))
        return read_my_notifications(cx);
    if (str_eq(wish, S("settings")))
        return settle(cx, req);
    if (str_eq(wish, S("forget")))
        return delete_push_subscription(cx, &(DeletePushSubscriptionIn){.id = id});
    if (str_eq(wish, S("unfollow")))
        return unfollow_show(cx, &(UnfollowShowIn){.slug = req_form(cx, req, "show")});
    return fail(cx, E_INVALID, "the buttons of this page say what they do");
}

Err change_notifications_page(Cx *cx, Req *req, Res *res)
{
    Str where = S("/me/notifications");
    if (!cx->viewer.id.n) /* the session ended since the page was loaded */
        return page_go(cx, res, S("/auth/login?next=/me/notifications"));
    if (!(cx->viewer.scopes & SCOPE_ME_WRITE))
        return fail(cx, E_FORBIDDEN, "this account may not do that now");
    TRY(act(cx, req, &where));
    Page page = {.cx = cx};
    return page_go(cx, res, page_path(&page, where));
}
