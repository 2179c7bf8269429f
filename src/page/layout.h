/* layout.h - the frame of every page: head, header with search and sign-in, footer.
 *
 * A page is begun after all that can fail is done, so a half-written page is never sent. Belongs to
 * one answer.
 */
#ifndef HUB_LAYOUT_H
#define HUB_LAYOUT_H

#include "page/html.h"
#include "page/language.h"

typedef struct Page {
    Cx *cx;
    const Req *req;
    Res *res;
    Buf *b; /* the answer's body */
    Language language;
    bool framed; /* has neither header nor footer */
} Page;

/* What differs between pages; texts are not yet escaped. */
typedef struct PageHead {
    Str title;        /* empty: the brand alone */
    Str description;  /* empty: the brand's tagline */
    Str path;         /* for canonical and og:url, encoded; empty: neither */
    Str query;        /* what the language links keep; empty: the request's own */
    Str words;        /* in the search box */
    Str image;        /* og:image, absolute, 1200 x 630; empty: none */
    const char *kind; /* og:type; NULL: website */
    bool hidden;      /* from search engines */
    bool secret;      /* the address is a capability: no cache, no referrer for others */
    bool player;      /* with player.js and gate.js */
    bool talk;        /* with talk.js */
    bool clock;       /* with clock.js: moments by the reader's clock */
    bool notify;      /* with notify.js */
    bool feed;        /* names the RSS feed */
    Str framed_by; /* the screen alone, for frames of these sites; empty: a whole page, for none */
    bool form;     /* this is the sign-in form: no link to itself */
} PageHead;

Page page_new(Cx *cx, const Req *req, Res *res); /* chooses the language */
void page_begin(Page *p, const PageHead *head);  /* up to <main> */
void page_end(Page *p);

Err page_go(Cx *cx, Res *res, Str path);   /* 303, in place of a page; OK */
void page_text(Page *p, Text text);        /* escaped */
void page_fill(Page *p, Text text, Str a); /* with one %s */
Str page_word(const Page *p, Text text);   /* for attributes */
Str page_path(const Page *p, Str url);     /* of an address of ours, without scheme and host */
Str page_sign_in(const Page *p);           /* the form's address, with this page as next */

#endif
