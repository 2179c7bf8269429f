#include "role/command.h"

#include <stdio.h>

Err cmd_config(Cx *cx, App *app, int argc, char **argv)
{
    const Conf *c = &app->conf;
    (void)argv;
    if (argc > 2)
        return fail(cx, E_INVALID, "config takes options only");
    printf("# %.*s\n", STR_ARG(c->config_file));
    for (size_t i = 0; i < conf_row_count; i++)
        printf("%-28s %-28.*s %-12s %s\n", conf_rows[i].key, STR_ARG(c->texts[i]), c->sources[i],
               conf_rows[i].help);
    return OK;
}
