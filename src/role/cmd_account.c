#include "identity/account.h"
#include "role/command.h"
#include "role/open.h"

#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

enum { LINE_ROOM = 300 };

/* One line of standard input, without its end. */
static Err read_line(Cx *cx, Str *out)
{
    char *line = arena_take(cx->arena, LINE_ROOM);
    if (!fgets(line, LINE_ROOM, stdin))
        return fail(cx, E_INVALID, "no password came on standard input");
    *out = str_of(line);
    while (out->n && (line[out->n - 1] == '\n' || line[out->n - 1] == '\r'))
        out->n--;
    return OK;
}

static Err ask(Cx *cx, const char *prompt, Str *out)
{
    struct termios was, quiet;
    tcgetattr(STDIN_FILENO, &was);
    quiet = was;
    quiet.c_lflag &= ~(tcflag_t)ECHO;
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
    fputs(prompt, stderr); /* when nothing typed is shown, or thrown away, any more */
    Err e = read_line(cx, out);
    tcsetattr(STDIN_FILENO, TCSADRAIN, &was);
    fputc('\n', stderr);
    return e;
}

/* From standard input, from the terminal, or none: then the account has tokens only. */
static Err get_password(Cx *cx, bool from_stdin, Str *out)
{
    Str again = {0};
    if (from_stdin)
        return read_line(cx, out);
    if (!isatty(STDIN_FILENO))
        return OK;
    TRY(ask(cx, "Password (empty: tokens only): ", out));
    if (!out->n)
        return OK;
    TRY(ask(cx, "Again: ", &again));
    return str_eq(*out, again) ? OK : fail(cx, E_INVALID, "the two passwords differ");
}

static Err add(Cx *cx, Str name, Str role, Str password)
{
    Str id = {0};
    TRY(account_add(cx, name, role, password, &id));
    printf("Account %.*s (%.*s) made%s.\n", STR_ARG(name), STR_ARG(role),
           password.n ? "" : ", for tokens only");
    return OK;
}

Err cmd_account(Cx *cx, App *app, int argc, char **argv)
{
    Str role = flag_take(&argc, argv, "--role", true), password = {0};
    bool from_stdin = flag_take(&argc, argv, "--password-stdin", false).p != NULL;
    if (argc != 4 || strcmp(argv[2], "add") != 0 || !role.n)
        return fail(cx, E_INVALID, "usage: hub account add NAME --role ROLE [--password-stdin]");
    TRY(get_password(cx, from_stdin, &password));
    TRY(app_open(cx, false, app));
    Err e = add(cx, str_of(argv[3]), role, password);
    app_close(cx, app);
    return e;
}

static Err print_token(Cx *cx, Str name, int64_t life)
{
    AccountRow row = {0};
    Str secret = {0};
    TRY(account_by_name(cx, name, &row));
    TRY(credential_new(cx, &(CredentialNew){row.id, "token", life, {0}}, &secret));
    printf("%.*s\n", STR_ARG(secret));
    return OK;
}

Err cmd_token(Cx *cx, App *app, int argc, char **argv)
{
    Str ttl = flag_take(&argc, argv, "--ttl", true);
    int64_t life = app->conf.token_life;
    if (argc != 3)
        return fail(cx, E_INVALID, "usage: hub token NAME [--ttl 1h]");
    if (ttl.p && (!conf_read_time(ttl, &life) || life < 1000))
        return fail(cx, E_INVALID, "--ttl is a time like 30min, 1h or 7d");
    TRY(app_open(cx, false, app));
    Err e = print_token(cx, str_of(argv[2]), life);
    app_close(cx, app);
    return e;
}
