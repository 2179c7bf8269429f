/* The browsers one is signed in with. */
#include "base/fault.h"
#include "common/app.h"
#include "contract.h"
#include "db/db.h"
#include "identity/known_browser.h"

Err list_my_sessions(Cx *cx, Sessions *out)
{
    return db_list(cx, SQL_SESSION_LIST,
                   ARGS(V(cx->viewer.session), V(cx->viewer.id), V(cx->now),
                        V(cx->now - cx->app->conf.session_max)),
                   &SESSION, &out->items);
}

Err end_my_session(Cx *cx, const EndMySessionIn *in)
{
    int64_t ended = 0;
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    Str whose = cx->viewer.id;
    if (bug("anysession"))
        TRY(db_text(cx, SQL_SESSION_OF, ARGS(V(in->id)), &whose));
    TRY(db_run(cx, SQL_SESSION_END, ARGS(V(cx->now), V(in->id), V(whose)), &ended));
    if (!ended)
        return fail(cx, E_NOT_FOUND, "there is no such session of yours");
    return tx_commit(&tx);
}

Err end_my_sessions(Cx *cx)
{
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(db_run(cx, SQL_SESSION_END_OTHERS,
               ARGS(V(cx->now), V(cx->viewer.id), V(cx->viewer.session)), NULL));
    TRY(known_forget_others(cx, cx->viewer.id));
    return tx_commit(&tx);
}
