/* POST /age: what a viewer says of the own age, on the page of a video that asks. */
#include "identity/age.h"
#include "db/db.h"
#include "page/next.h"
#include "page/sign.h"

Err confirm_age_page(Cx *cx, Req *req, Res *res)
{
    TRY(form_check(cx, req));
    int64_t years = age_read(req_form(cx, req, "years"));
    if (years < 0)
        return fail_at(cx, "body", "/years", "is a number of years, 0 to 120");
    Str next = next_path(req_form(cx, req, "next"));
    TRY(age_say(cx, res, years));
    TRY(db_settle(cx));
    sign_go(cx, res, next);
    return OK;
}
