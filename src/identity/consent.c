#include "identity/consent.h"

#include "base/fault.h"
#include "base/id.h"
#include "db/db.h"

Err consent_note(Cx *cx, Purpose purpose, bool granted)
{
    if (bug("noledger"))
        return OK;
    return db_run(cx, SQL_CONSENT_ADD,
                  ARGS(V(id_new(cx)), V(cx->viewer.id), V(enum_str(&PURPOSE, (int)purpose)),
                       V((int64_t)CONSENT_TEXT), V(granted), V(cx->now)),
                  NULL);
}

Err consent_imply(Cx *cx, Purpose purpose, bool granted)
{
    int64_t held = 0;
    TRY(db_int(cx, SQL_CONSENT_HELD, ARGS(V(cx->viewer.id), V(enum_str(&PURPOSE, (int)purpose))),
               &held));
    return granted == (held > 0) ? OK : consent_note(cx, purpose, granted);
}
