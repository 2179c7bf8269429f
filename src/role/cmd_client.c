#include "identity/client.h"
#include "role/command.h"
#include "role/open.h"

#include <stdio.h>
#include <string.h>

typedef struct Wanted {
    const char *what;
    Str id, name;
    StrList uris;
} Wanted;

static Err list(Cx *cx)
{
    OauthClientRows rows = {0};
    TRY(db_list(cx, SQL_OAUTH_CLIENT_LIST, NO_ARGS, &OAUTH_CLIENT_ROW, &rows.items));
    for (size_t i = 0; i < rows.items.n; i++) {
        const OauthClientRow *row = &rows.items.p[i];
        printf("%.*s (%.*s)\n", STR_ARG(row->id), STR_ARG(row->name));
        for (size_t k = 0; k < row->redirect_uris.n; k++)
            printf("    %.*s\n", STR_ARG(row->redirect_uris.p[k]));
    }
    return OK;
}

static Err run(Cx *cx, void *arg)
{
    const Wanted *w = arg;
    if (strcmp(w->what, "list") == 0)
        return list(cx);
    if (strcmp(w->what, "remove") == 0)
        return client_remove(cx, w->id);
    TRY(client_add(cx, w->id, w->name.n ? w->name : w->id, &w->uris));
    printf("Client %.*s may ask people to sign in: issuer %.*s, response type code, PKCE S256, no "
           "secret.\n",
           STR_ARG(w->id), STR_ARG(cx->app->public_url));
    return OK;
}

Err cmd_client(Cx *cx, App *app, int argc, char **argv)
{
    Wanted w = {.name = flag_take(&argc, argv, "--name", true)};
    w.what = argc > 2 ? argv[2] : "";
    bool add = strcmp(w.what, "add") == 0 && argc > 4;
    if (!add && !(strcmp(w.what, "list") == 0 && argc == 3) &&
        !(strcmp(w.what, "remove") == 0 && argc == 4))
        return fail(cx, E_INVALID,
                    "usage: hub client list | add ID URI... [--name NAME] | remove ID");
    w.id = argc > 3 ? str_of(argv[3]) : (Str){0};
    w.uris = (StrList){arena_array(cx->arena, Str, (size_t)argc), 0};
    for (int i = 4; i < argc; i++)
        w.uris.p[w.uris.n++] = str_of(argv[i]);
    TRY(app_open(cx, false, app));
    Err e = app_run(cx, run, &w);
    app_close(cx, app);
    return e;
}
