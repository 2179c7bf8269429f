/* The table of commands. */
#include "base/log.h"
#include "media/jail.h"
#include "role/command.h"

#include <stdio.h>
#include <string.h>

static const char *const no_flags[] = {NULL};
static const char *const account_flags[] = {"role=", "password-stdin", NULL};
static const char *const token_flags[] = {"ttl=", NULL};
static const char *const import_flags[] = {"title=", "show=", "publish", "wait", NULL};
static const char *const flag_flags[] = {"tier=", "account=", "percent=", NULL};
static const char *const quota_flags[] = {"files=", "bytes=", "reset", "refund=", "direct", NULL};
static const char *const client_flags[] = {"name=", NULL};
static const char *const doctor_flags[] = {"fix", NULL};
static const char *const backup_flags[] = {"keep=", "link", "list", "verify", "at=", NULL};
static const char *const restore_flags[] = {"at=", "force", NULL};

static const Command commands[] = {
    {"serve", cmd_serve, "", "answer requests and do the queue's work", no_flags},
    {"account", cmd_account, "add NAME --role ROLE [--password-stdin]",
     "make an account: fan, premium, sponsor, editor, moderator or admin", account_flags},
    {"token", cmd_token, "NAME [--ttl 1h]", "print a bearer token for an account", token_flags},
    {"quota", cmd_quota, "NAME [--files N] [--bytes SIZE] [--reset] [--refund DOWNLOAD] [--direct]",
     "what an account may download in a day; another allowance than its tier's, a refund, or "
     "signed addresses again before its pause is over",
     quota_flags},
    {"import", cmd_import, "FILE --title TITLE [--show SLUG] [--publish] [--wait]",
     "make a video of a file on this machine", import_flags},
    {"flag", cmd_flag,
     "list | get KEY [--tier T] [--account NAME] | set KEY VALUE [--tier T] [--account NAME] "
     "[--percent N] | reset KEY",
     "tell and set the feature flags: for everybody, a tier, an account, a share of the accounts",
     flag_flags},
    {"client", cmd_client, "list | add ID URI... [--name NAME] | remove ID",
     "the programs that may ask people to sign in here: OpenID Connect clients and where they are "
     "sent back to",
     client_flags},
    {"key", cmd_key, "list | rotate | revoke ID",
     "the keys of the built-in issuer: the next one signs, or one is worth nothing any more",
     no_flags},
    {"logs", cmd_logs, "ingest FILE...",
     "hold the access logs of who sends signed addresses against the downloads: who used one far "
     "too often gets none for a while, what failed there is refunded",
     no_flags},
    {"doctor", cmd_doctor, "[--fix]",
     "check that database, blobs and indexes agree, and what the machine lacks", doctor_flags},
    {"backup", cmd_backup, "DIR [--keep N] [--link] | DIR --list | DIR --verify [--at NAME]",
     "copy database, blobs and half-sent uploads into DIR while the hub serves; or look whether "
     "what was copied is whole",
     backup_flags},
    {"restore", cmd_restore, "DIR --data FOLDER [--at NAME] [--force]",
     "make a data folder of a backup, the newest or the one of that name", restore_flags},
    {"config", cmd_config, "", "print every setting, its value and where it came from", no_flags},
    {"migrate", cmd_migrate, "", "bring the database to the schema of this program", no_flags},
};

static void print_help(FILE *to)
{
    fputs("hub " HUB_VERSION ", a video hub for one brand.\n\nusage: hub COMMAND [options]\n\n",
          to);
    for (size_t i = 0; i < COUNT(commands); i++)
        fprintf(to, "  hub %s %s\n      %s\n", commands[i].name, commands[i].usage,
                commands[i].help);
    fputs("  hub version\n  hub help\n\nsettings, as --name VALUE, HUB_NAME in the environment, or "
          "`name = VALUE` in "
          "hub.conf (--config FILE):\n\n",
          to);
    for (size_t i = 0; i < conf_row_count; i++) {
        char name[48];
        snprintf(name, sizeof name, "--%s", conf_rows[i].key);
        for (char *p = name; *p; p++)
            *p = *p == '_' ? '-' : *p;
        fprintf(to, "  %-30s %-12s %s [%s]\n", name, conf_rows[i].unit, conf_rows[i].help,
                conf_rows[i].def);
    }
}

static const Command *command_named(const char *name)
{
    for (size_t i = 0; i < COUNT(commands); i++)
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    return NULL;
}

/* The command's name: the first argument that is one. Options may stand before it. */
static const Command *find_command(int argc, char **argv)
{
    const Command *c = NULL;
    for (int i = 1; i < argc && !c; i++)
        c = argv[i][0] == '-' ? NULL : command_named(argv[i]);
    return c;
}

/* Its own options may stand before it, too. */
static void command_first(int argc, char **argv, const char *name)
{
    int at = 1;
    while (at < argc && strcmp(argv[at], name) != 0)
        at++;
    if (at == argc)
        return;
    char *found = argv[at];
    memmove(argv + 2, argv + 1, (size_t)(at - 1) * sizeof *argv);
    argv[1] = found;
}

static int run(Cx *cx, const Command *c, int argc, char **argv)
{
    App app = {.lock = -1};
    Err e = conf_load(cx, &argc, argv, c->flags, &app.conf);
    if (!e)
        command_first(argc, argv, c->name);
    if (!e && (argc < 2 || strcmp(argv[1], c->name) != 0))
        e = fail(cx, E_INVALID, "unknown argument '%s'; hub help lists what there is",
                 argc < 2 ? "" : argv[1]);
    if (!e)
        e = c->run(cx, &app, argc, argv);
    if (e)
        fprintf(stderr, "hub: %s\n", cx->said);
    return e == E_INVALID ? 2 : e ? 1 : 0;
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "jail-exec") == 0)
        return jail_main(argc, argv);
    if (argc > 1 && (strcmp(argv[1], "version") == 0 || strcmp(argv[1], "--version") == 0))
        return puts("hub " HUB_VERSION) < 0;
    if (argc > 1 && (strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0)) {
        print_help(stdout);
        return 0;
    }
    const Command *c = find_command(argc, argv);
    if (!c) {
        fprintf(stderr, "hub: %s\n",
                argc > 1 ? "no such command; hub help lists them"
                         : "which command? hub help lists them");
        return 2;
    }
    Cx cx = {.arena = arena_new()};
    int code = run(&cx, c, argc, argv);
    arena_free(cx.arena);
    return code;
}
