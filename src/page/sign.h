/* sign.h - what the pages about signing up, in and back in have in common: forms that work without
 * JavaScript, refused when they come from another site. */
#ifndef HUB_SIGN_H
#define HUB_SIGN_H

#include "identity/password.h"
#include "identity/recovery.h"
#include "page/layout.h"

/* A form from another site is refused by Origin or Sec-Fetch-Site, which every browser sends with a
 * POST; a client that sends neither is no browser. E_FORBIDDEN; E_MEDIA_TYPE: it is no form. */
Err form_check(Cx *cx, const Req *req);
Err sign_check(Cx *cx, const Req *req); /* the same; E_FORBIDDEN also where nobody can sign in */
/* E_NOT_FOUND where another issuer signs people in: passwords and codes are its business. */
Err sign_is_ours(Cx *cx);
Str sign_name(Cx *cx, Str typed);         /* account names are lower case; longer than any: {0} */
void sign_go(Cx *cx, Res *res, Str path); /* 303 */
/* 429 or 401 with the form again, by what the error says; another error is itself. */
Err sign_refused(Cx *cx, Res *res, Err e);

void sign_begin(Page *p, Text title, const char *path, Str next); /* up to below the heading */
void sign_end(Page *p);
void sign_notice(Page *p, Text text, Str value); /* an alert; value: for its %s, or {0} */
void sign_password_notice(Page *p, PasswordFault fault);
void sign_wait_notice(Page *p); /* too many guesses, and when the next one may come */

/* Whether this page can set a cookie; if not it says so. */
bool sign_possible(Page *p);

typedef struct SignField {
    Text label;
    const char *name, *type, *fill; /* of autocomplete */
    Str value;
    bool focus;
} SignField;
void sign_form(Page *p, const char *action); /* <form …> */
void sign_field(Page *p, const SignField *field);
void sign_hidden(Page *p, const char *name, Str value);
void sign_button(Page *p, Text label); /* and </form> */

/* The whole page of fresh recovery codes, shown this once. */
void sign_codes(Cx *cx, const Req *req, Res *res, const Str codes[static RECOVERY_CODES], Str next);

#endif
