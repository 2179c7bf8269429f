#include "page/download.h"

#include "base/zone.h"
#include "common/app.h"
#include "page/card.h"
#include "page/format.h"

void put_row(Page *p, Text label)
{
    HTML(p->b, "<dt>");
    page_text(p, label);
    HTML(p->b, "</dt><dd>");
}

void put_ticket_form(Page *p, const TicketForm *form)
{
    Buf *b = p->b;
    HTML(b, "<form method=\"post\"");
    html_link(b, "action", arena_fmt(p->cx->arena, "/d/" STR_FMT, STR_ARG(form->ticket)));
    HTML(b, ">");
    if (form->from_list)
        HTML(b, "<input type=\"hidden\" name=\"from\" value=\"list\">");
    HTML(b, "<button name=\"do\"");
    html_attr(b, "class", form->first ? S("button") : S("button second"));
    html_attr(b, "value", str_of(form->act));
    if (form->of.n)
        html_attr(b, "aria-label",
                  arena_fmt(p->cx->arena, STR_FMT ": " STR_FMT, STR_ARG(page_word(p, form->label)),
                            STR_ARG(form->of)));
    HTML(b, ">");
    page_text(p, form->label);
    HTML(b, "</button></form>\n");
}

static void put_utc(Page *p, int64_t ms)
{
    if (zone_at(p->cx->app->conf.time_zone, ms).offset_s == 0)
        return;
    HTML(p->b, " <small>(");
    html_text(p->b, format_moment(p->cx, p->language, S("UTC"), ms));
    HTML(p->b, ")</small>");
}

void put_expiry(Page *p, int64_t ms)
{
    put_moment(p, ms, true);
    put_utc(p, ms);
    if (ms > p->cx->now) { /* true in every zone */
        HTML(p->b, "<br><small>");
        html_text(p->b, format_until(p->cx, p->language, ms - p->cx->now));
        HTML(p->b, "</small>");
    }
}

static int64_t left_of(const QuotaCount *c)
{
    int64_t left = c->max - c->used - c->reserved;
    return left > 0 ? left : 0;
}

void put_allowance(Page *p, const Quota *q)
{
    Str parts[2] = {format_count(p->cx, p->language, left_of(&q->files)),
                    format_size(p->cx, p->language, left_of(&q->bytes))};
    put_row(p, TEXT_LEFT_TODAY);
    if (!q->files.has.max && !q->bytes.has.max) {
        page_text(p, TEXT_NO_LIMIT);
        HTML(p->b, "</dd>\n");
        return;
    }
    if (q->files.has.max)
        page_fill(p, TEXT_LEFT_FILES, parts[0]);
    if (q->files.has.max && q->bytes.has.max)
        HTML(p->b, ", ");
    if (q->bytes.has.max)
        html_text(p->b, parts[1]);
    HTML(p->b, " <small>(");
    page_text(p, TEXT_LEFT_UNTIL);
    HTML(p->b, " ");
    put_moment(p, q->files.resets_at, true);
    HTML(p->b, ")</small></dd>\n");
}
