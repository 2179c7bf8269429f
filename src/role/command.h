/* command.h - what `hub NAME …` does; one function a command, one row of main.c's table.
 *
 * argv holds what is left after the settings were taken out: argv[0] is the program, argv[1] the
 * command. E_INVALID: wrong use (exit 2); any other error: exit 1; the sentence goes to stderr.
 */
#ifndef HUB_COMMAND_H
#define HUB_COMMAND_H

#include "common/app.h"

typedef struct Command {
    const char *name;
    Err (*run)(Cx *cx, App *app, int argc, char **argv);
    const char *usage, *help;
    const char *const *flags; /* its own, NULL-ended; '=' at the end of those with a value */
} Command;

Err cmd_serve(Cx *cx, App *app, int argc, char **argv);
Err cmd_migrate(Cx *cx, App *app, int argc, char **argv);
Err cmd_account(Cx *cx, App *app, int argc, char **argv);
Err cmd_token(Cx *cx, App *app, int argc, char **argv);
Err cmd_import(Cx *cx, App *app, int argc, char **argv);
Err cmd_doctor(Cx *cx, App *app, int argc, char **argv);
Err cmd_flag(Cx *cx, App *app, int argc, char **argv);
Err cmd_quota(Cx *cx, App *app, int argc, char **argv);
Err cmd_logs(Cx *cx, App *app, int argc, char **argv);
Err cmd_backup(Cx *cx, App *app, int argc, char **argv);
Err cmd_restore(Cx *cx, App *app, int argc, char **argv);
Err cmd_client(Cx *cx, App *app, int argc, char **argv);
Err cmd_key(Cx *cx, App *app, int argc, char **argv);
Err cmd_config(Cx *cx, App *app, int argc, char **argv);

/* --name VALUE or --name=VALUE taken out of argv; p == NULL: not given. For a switch: "" when
 * given. */
Str flag_take(int *argc, char **argv, const char *name, bool has_value);

#endif
