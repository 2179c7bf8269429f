#include "identity/signing_key.h"
#include "role/command.h"
#include "role/open.h"

#include <stdio.h>
#include <string.h>

typedef struct Wanted {
    const char *what;
    Str id;
} Wanted;

static Err list(Cx *cx)
{
    SigningKeyRows rows = {0};
    TRY(db_list(cx, SQL_SIGNING_KEY_LIST, NO_ARGS, &SIGNING_KEY_ROW, &rows.items));
    for (size_t i = 0; i < rows.items.n; i++) {
        const SigningKeyRow *row = &rows.items.p[i];
        const char *state = row->has.retired_at  ? "verifies"
                            : row->has.active_at ? "signs"
                                                 : "next";
        printf("%.*s %s\n", STR_ARG(row->id), state);
    }
    return OK;
}

static Err run(Cx *cx, void *arg)
{
    const Wanted *w = arg;
    if (strcmp(w->what, "rotate") == 0)
        TRY(signing_key_rotate(cx, true));
    if (strcmp(w->what, "revoke") == 0)
        TRY(signing_key_revoke(cx, w->id));
    return list(cx);
}

Err cmd_key(Cx *cx, App *app, int argc, char **argv)
{
    Wanted w = {.what = argc > 2 ? argv[2] : ""};
    bool revoke = strcmp(w.what, "revoke") == 0 && argc == 4;
    if (!revoke && !((strcmp(w.what, "list") == 0 || strcmp(w.what, "rotate") == 0) && argc == 3))
        return fail(cx, E_INVALID, "usage: hub key list | rotate | revoke ID");
    w.id = revoke ? str_of(argv[3]) : (Str){0};
    TRY(app_open(cx, false, app));
    Err e = app_run(cx, run, &w);
    app_close(cx, app);
    return e;
}
