#include "base/conf.h"

#include "base/file.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

const ConfRow conf_rows[] = {
#define CONF(key, kind, def, unit, help) {#key, CONF_##kind, def, unit, help, offsetof(Conf, key)},
#include "base/conf.def"
#undef CONF
};
const size_t conf_row_count = COUNT(conf_rows);
static_assert(COUNT(conf_rows) <= CONF_ROOM, "Conf needs more room");

enum { FILE_MAX = 64 << 10 };

/* digits, then one of the units; the unit text is what stands after the digits */
static bool read_amount(Str text, int64_t *value, Str *unit)
{
    size_t i = 0;
    int64_t sum = 0;
    for (; i < text.n && text.p[i] >= '0' && text.p[i] <= '9'; i++)
        if (__builtin_mul_overflow(sum, 10, &sum) ||
            __builtin_add_overflow(sum, text.p[i] - '0', &sum))
            return false;
    *value = sum;
    *unit = (Str){text.p + i, text.n - i};
    return i > 0;
}

typedef struct Unit {
    const char *name;
    int64_t times;
} Unit;

static bool scale(Str text, const Unit *units, size_t n, int64_t *out)
{
    Str unit = {0};
    int64_t value = 0;
    if (!read_amount(text, &value, &unit))
        return false;
    for (size_t i = 0; i < n; i++)
        if (str_eq(unit, str_of(units[i].name)))
            return !__builtin_mul_overflow(value, units[i].times, out);
    return false;
}

bool conf_read_size(Str text, int64_t *bytes)
{
    static const Unit units[] = {
        {"", 1},
        {"B", 1},
        {"KiB", 1ll << 10},
        {"MiB", 1ll << 20},
        {"GiB", 1ll << 30},
        {"TiB", 1ll << 40},
        {"kB", 1000},
        {"MB", 1000000},
        {"GB", 1000000000},
        {"TB", 1000000000000ll},
    };
    return scale(text, units, COUNT(units), bytes);
}

bool conf_read_time(Str text, int64_t *ms)
{
    static const Unit units[] = {
        {"ms", 1}, {"s", 1000}, {"min", 60000}, {"h", 3600000ll}, {"d", 86400000ll}};
    return scale(text, units, COUNT(units), ms);
}

static bool store(const ConfRow *row, Str text, Conf *conf)
{
    char *to = (char *)conf + row->at;
    Str unit = {0};
    int64_t n = 0;
    bool on = str_eq(text, S("on")), good = true;
    switch (row->kind) {
    case CONF_TEXT:
    case CONF_SECRET:
        memcpy(to, &text, sizeof text);
        break;
    case CONF_COUNT:
        good = read_amount(text, &n, &unit) && !unit.n;
        break;
    case CONF_BYTES:
        good = conf_read_size(text, &n);
        break;
    case CONF_MS:
        good = conf_read_time(text, &n);
        break;
    case CONF_FLAG:
        good = on || str_eq(text, S("off"));
        memcpy(to, &on, sizeof on);
        break;
    }
    if (good && row->kind > CONF_SECRET && row->kind != CONF_FLAG)
        memcpy(to, &n, sizeof n);
    return good;
}

/* Others on the machine see arguments, and hub.conf is copied about. */
static bool stays_secret(const char *source)
{
    return strcmp(source, "environment") == 0 || strcmp(source, "default") == 0;
}

static Err set(Cx *cx, size_t i, Str text, const char *source, Conf *conf)
{
    static const char *const wanted[] = {[CONF_TEXT] = "a text",
                                         [CONF_SECRET] = "a text",
                                         [CONF_COUNT] = "a whole number",
                                         [CONF_BYTES] = "a size like 4GiB",
                                         [CONF_MS] = "a time like 30s, 5min or 7d",
                                         [CONF_FLAG] = "on or off"};
    const ConfRow *row = &conf_rows[i];
    bool secret = row->kind == CONF_SECRET;
    if (secret && !stays_secret(source))
        return fail(cx, E_INVALID, "%s is a secret: set it by the environment or a file it names",
                    row->key);
    if (!store(row, text, conf))
        return fail(cx, E_INVALID, "%s (%s): '" STR_FMT "' is not %s", row->key, source,
                    STR_ARG(text), wanted[row->kind]);
    conf->sources[i] = source;
    conf->texts[i] = !secret ? text : text.n ? S("(set)") : text;
    return OK;
}

/* max-upload and max_upload are one name */
static bool is_named(const char *key, Str name)
{
    size_t n = strlen(key);
    if (n != name.n)
        return false;
    for (size_t i = 0; i < n; i++)
        if (key[i] != (name.p[i] == '-' ? '_' : name.p[i]))
            return false;
    return true;
}

static size_t row_named(Str name)
{
    size_t i = 0;
    while (i < conf_row_count && !is_named(conf_rows[i].key, name))
        i++;
    return i;
}

static Err read_whole(Cx *cx, const char *path, Str *out)
{
    if (file_read_path(cx->arena, path, 0, FILE_MAX, out))
        return OK;
    if (errno == EFBIG)
        return fail(cx, E_INVALID, "%s is over %d bytes", path, FILE_MAX);
    return fail(cx, errno == ENOENT ? E_NOT_FOUND : E_INVALID, "%s: %s", path, strerror(errno));
}

static Str trim(Str s)
{
    while (s.n && (s.p[0] == ' ' || s.p[0] == '\t'))
        s = (Str){s.p + 1, s.n - 1};
    while (s.n && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t' || s.p[s.n - 1] == '\r' ||
                   s.p[s.n - 1] == '\n'))
        s.n--;
    return s;
}

static Err from_file(Cx *cx, Conf *conf, bool must)
{
    Str text = {0};
    Err e = read_whole(cx, conf->config_file.p, &text);
    if (e == E_NOT_FOUND && !must)
        return OK;
    TRY(e);
    int number = 0;
    for (Str rest = text, line; rest.n;) {
        line = trim(str_cut(rest, '\n', &rest));
        number++;
        if (!line.n || line.p[0] == '#')
            continue;
        Str value = {0}, key = trim(str_cut(line, '=', &value));
        size_t i = row_named(key);
        if (!value.p || i == conf_row_count)
            return fail(cx, E_INVALID,
                        STR_FMT ":%d: '" STR_FMT "' is no setting; hub config lists them",
                        STR_ARG(conf->config_file), number, STR_ARG(key));
        TRY(set(cx, i, arena_str(cx->arena, trim(value)), "file", conf));
    }
    return OK;
}

static Err from_environment(Cx *cx, Conf *conf)
{
    for (size_t i = 0; i < conf_row_count; i++) {
        char name[64] = "HUB_";
        size_t n = 4;
        for (const char *p = conf_rows[i].key; *p && n < sizeof name - 6; p++)
            name[n++] = *p == '_' ? '_' : (char)(*p - 'a' + 'A');
        const char *value = getenv(name);
        if (value) {
            TRY(set(cx, i, str_of(value), "environment", conf));
            continue;
        }
        memcpy(name + n, "_FILE", 6);
        if ((value = getenv(name))) {
            Str text = {0};
            TRY(read_whole(cx, value, &text));
            TRY(set(cx, i, trim(text), "environment", conf));
        }
    }
    return OK;
}

typedef struct Flag {
    size_t row;
    Str value;
} Flag;

static bool is_extra(Str name, const char *const *extra, bool *takes_value)
{
    for (; extra && *extra; extra++) {
        Str e = str_of(*extra);
        *takes_value = str_ends(e, S("="));
        e.n -= *takes_value;
        if (str_eq(e, name))
            return true;
    }
    return false;
}

/* One argument that begins with --; what is not a setting stays in argv. */
static Err take_flag(Cx *cx, int *i, int argc, char **argv, const char *const *extra, int *kept,
                     Flag *out)
{
    Str value = {0}, name = str_cut(str_of(argv[*i] + 2), '=', &value);
    bool takes_value = false;
    size_t row = row_named(name);
    bool theirs = is_extra(name, extra, &takes_value); /* account add --role is not serve --role */
    bool ours = !theirs && (row < conf_row_count || str_eq(name, S("config")));
    if (!ours && !theirs)
        return fail(cx, E_INVALID, "unknown option --" STR_FMT "; hub help lists the options",
                    STR_ARG(name));
    out->row = SIZE_MAX;
    if (!ours) {
        argv[(*kept)++] = argv[*i];
        if (takes_value && !value.p) {
            if (*i + 1 >= argc)
                return fail(cx, E_INVALID, "--" STR_FMT " needs a value", STR_ARG(name));
            argv[(*kept)++] = argv[++*i];
        }
        return OK;
    }
    bool alone = row < conf_row_count && conf_rows[row].kind == CONF_FLAG && !value.p;
    bool next_is_switch =
        *i + 1 < argc && (strcmp(argv[*i + 1], "on") == 0 || strcmp(argv[*i + 1], "off") == 0);
    if (alone && !next_is_switch)
        value = S("on");
    else if (!value.p && *i + 1 >= argc)
        return fail(cx, E_INVALID, "--" STR_FMT " needs a value", STR_ARG(name));
    else if (!value.p)
        value = str_of(argv[++*i]);
    *out = (Flag){row, value};
    return OK;
}

Err conf_load(Cx *cx, int *argc, char **argv, const char *const *extra, Conf *conf)
{
    *conf = (Conf){0};
    Flag *flags = arena_array(cx->arena, Flag, (size_t)*argc + 1);
    size_t n_flags = 0;
    int kept = 1, last = *argc;
    Str config = {0};
    for (int i = 1; i < last; i++) {
        if (strcmp(argv[i], "--") == 0 || strncmp(argv[i], "--", 2) != 0) {
            argv[kept++] = argv[i];
            continue;
        }
        TRY(take_flag(cx, &i, last, argv, extra, &kept, &flags[n_flags]));
        if (flags[n_flags].row == conf_row_count)
            config = flags[n_flags].value;
        else if (flags[n_flags].row != SIZE_MAX)
            n_flags++;
    }
    *argc = kept;
    for (size_t i = 0; i < conf_row_count; i++)
        TRY(set(cx, i, str_of(conf_rows[i].def), "default", conf));
    TRY(from_environment(cx, conf));
    for (size_t i = 0; i < n_flags; i++) /* now, for --data; and again, over the file */
        TRY(set(cx, flags[i].row, flags[i].value, "flag", conf));
    conf->config_file =
        config.n ? config : arena_fmt(cx->arena, STR_FMT "/hub.conf", STR_ARG(conf->data));
    TRY(from_file(cx, conf, config.n > 0));
    TRY(from_environment(cx, conf));
    for (size_t i = 0; i < n_flags; i++)
        TRY(set(cx, flags[i].row, flags[i].value, "flag", conf));
    return OK;
}
