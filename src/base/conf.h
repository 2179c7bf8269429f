/* conf.h - every setting, once: conf.def makes the flags, the environment, hub.conf, `hub config`
 * and the docs.
 *
 * Immutable after conf_load; may be read from any thread. Sources in order of precedence: flag,
 * environment (HUB_MAX_UPLOAD, HUB_MAX_UPLOAD_FILE names a file that holds it), hub.conf, default.
 */
#ifndef HUB_CONF_H
#define HUB_CONF_H

#include "base/cx.h"

enum { CONF_ROOM = 120 }; /* settings there may be */

typedef enum ConfKind {
    CONF_TEXT,
    CONF_SECRET, /* a text that no argument, no hub.conf and no list of settings holds */
    CONF_COUNT,
    CONF_BYTES,
    CONF_MS,
    CONF_FLAG
} ConfKind;

/* Str for TEXT and SECRET, int64_t for COUNT, BYTES and MS, bool for FLAG */
#define CONF_TYPE_TEXT Str
#define CONF_TYPE_SECRET Str
#define CONF_TYPE_COUNT int64_t
#define CONF_TYPE_BYTES int64_t
#define CONF_TYPE_MS int64_t
#define CONF_TYPE_FLAG bool

typedef struct Conf {
#define CONF(key, kind, def, unit, help) CONF_TYPE_##kind key;
#include "base/conf.def"
#undef CONF
    Str config_file;                /* read, or would be */
    const char *sources[CONF_ROOM]; /* default, file, environment, flag; by the table's order */
    Str texts[CONF_ROOM];           /* as written; of a secret only whether it is set */
} Conf;

typedef struct ConfRow {
    const char *key; /* max_upload */
    ConfKind kind;
    const char *def, *unit, *help;
    size_t at; /* in Conf */
} ConfRow;
extern const ConfRow conf_rows[];
extern const size_t conf_row_count;

/* Takes the settings out of argv (before or after other arguments, `--key value` or `--key=value`;
 * flags of kind FLAG may stand alone), leaves the rest in *argc and argv. What is said lives in
 * cx->arena, which must outlive *conf. E_INVALID with the sentence in cx->said: unknown environment
 * names are let be, unknown lines of hub.conf are not. `extra` are the flags a command takes
 * itself, NULL-ended, each with '=' at its end when it takes a value. */
Err conf_load(Cx *cx, int *argc, char **argv, const char *const *extra, Conf *conf);

bool conf_read_size(Str text, int64_t *bytes); /* 4GiB, 10MB, 512 */
bool conf_read_time(Str text, int64_t *ms);    /* 10s, 5min, 6h, 7d, 250ms */

#endif
