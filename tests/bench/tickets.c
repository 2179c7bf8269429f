/* tickets DATABASE UNIT ASSETS ACCOUNT UNITS SECONDS: what the hub's database does for tickets,
 * through the SQLite library alone, UNITS tickets a commit.
 *
 * WAL, synchronous=FULL and foreign keys as in the hub; SQLite's own checkpoints. UNIT has for each
 * statement a line of what its parameters are and a line of SQL; ASSETS a line for each id. One
 * thread: SQLite has one writer. Prints tickets and seconds.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { STATEMENTS = 24, VALUES = 12, ID = 26, LINE = 4096, DAY = 20000 };

typedef struct Value {
    const char *name;
    char text[48];
    long long number; /* when there is no text */
} Value;

typedef struct Statement {
    sqlite3_stmt *st;
    const Value *values[VALUES];
} Statement;

enum { TICKET, GRANT, EVENT, SECRET, ASSET, ACCOUNT, NOW, UNTIL };
static Value values[] = {{"ticket", "", 0},
                         {"grant", "", 0},
                         {"event", "", 0},
                         {"secret", "", 0},
                         {"asset", "", 0},
                         {"account", "", 0},
                         {"now", "", 0},
                         {"until", "", 0},
                         {"day", "", DAY},
                         {"size", "", 1 << 20},
                         {"zero", "", 0},
                         {"one", "", 1},
                         {"ten", "", 10},
                         {"big", "", 1LL << 60},
                         {"reserve", "reserve", 0},
                         {"topic", "download.granted", 0},
                         {"payload", "{\"download\":\"0\",\"sizeBytes\":1048576}", 0}};

static double seconds_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void need(int good, const char *said)
{
    if (good)
        return;
    fprintf(stderr, "tickets: %s\n", said);
    exit(1);
}

static const Value *value_of(const char *name)
{
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        if (!strcmp(values[i].name, name))
            return &values[i];
    need(0, name);
    return NULL;
}

static size_t read_unit(const char *path, sqlite3 *db, Statement *out)
{
    char names[LINE], sql[LINE];
    FILE *f = fopen(path, "r");
    size_t n = 0;
    need(f != NULL, path);
    while (n < STATEMENTS && fgets(names, LINE, f) && fgets(sql, LINE, f)) {
        size_t have = 0;
        for (char *rest = NULL, *name = strtok_r(names, " \n", &rest); name && have < VALUES;
             name = strtok_r(NULL, " \n", &rest))
            out[n].values[have++] = value_of(name);
        need(!sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &out[n].st, NULL),
             sqlite3_errmsg(db));
        n++;
    }
    fclose(f);
    return n;
}

static void run(sqlite3 *db, const Statement *s)
{
    char at[8];
    for (int i = 0; i < VALUES && s->values[i]; i++) {
        const Value *v = s->values[i];
        snprintf(at, sizeof at, "$%d", i + 1);
        int n = sqlite3_bind_parameter_index(s->st, at);
        if (*v->text)
            sqlite3_bind_text(s->st, n, v->text, -1, SQLITE_STATIC);
        else
            sqlite3_bind_int64(s->st, n, v->number);
    }
    int rc = sqlite3_step(s->st);
    while (rc == SQLITE_ROW)
        rc = sqlite3_step(s->st);
    need(rc == SQLITE_DONE, sqlite3_errmsg(db));
    sqlite3_reset(s->st);
}

/* In text order and time order, as the hub's ids are. */
static void next_unit(long long n, const char *asset)
{
    long long now = (long long)time(NULL) * 1000;
    snprintf(values[TICKET].text, sizeof values[TICKET].text, "7%025lld", n);
    snprintf(values[GRANT].text, sizeof values[GRANT].text, "7%025lld", n);
    snprintf(values[EVENT].text, sizeof values[EVENT].text, "7%025lld", n);
    snprintf(values[SECRET].text, sizeof values[SECRET].text, "%032llx",
             (unsigned long long)n * 0x9e3779b97f4a7c15ULL);
    snprintf(values[ASSET].text, sizeof values[ASSET].text, "%.26s", asset);
    values[NOW].number = now;
    values[UNTIL].number = now + 7 * 86400000LL;
}

static long long count(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *st = NULL;
    need(!sqlite3_prepare_v2(db, sql, -1, &st, NULL) && sqlite3_step(st) == SQLITE_ROW,
         sqlite3_errmsg(db));
    long long n = sqlite3_column_int64(st, 0);
    sqlite3_finalize(st);
    return n;
}

int main(int argc, char **argv)
{
    static Statement unit[STATEMENTS];
    char asset[64];
    sqlite3 *db = NULL;
    FILE *assets = argc == 7 ? fopen(argv[3], "r") : NULL;
    if (!assets) {
        fputs("usage: tickets DATABASE UNIT ASSETS ACCOUNT UNITS SECONDS\n", stderr);
        return 2;
    }
    snprintf(values[ACCOUNT].text, sizeof values[ACCOUNT].text, "%s", argv[4]);
    need(!sqlite3_open(argv[1], &db) &&
             !sqlite3_exec(db,
                           "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                           "PRAGMA foreign_keys=ON; PRAGMA cache_size=-4096",
                           NULL, NULL, NULL),
         sqlite3_errmsg(db));
    size_t n = read_unit(argv[2], db, unit);
    long long before = count(db, "SELECT count(*) FROM download"), made = 0, each = atoll(argv[5]);
    for (long long skip = 0; skip < before; skip++)
        need(fgets(asset, sizeof asset, assets) != NULL, "more assets are needed");
    double start = seconds_now(), end = start + strtod(argv[6], NULL);
    while (seconds_now() < end) {
        sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
        for (long long i = 0; i < each; i++, made++) {
            need(fgets(asset, sizeof asset, assets) != NULL, "more assets are needed");
            next_unit(before + made + 1, asset);
            for (size_t s = 0; s < n; s++)
                run(db, &unit[s]);
        }
        need(!sqlite3_exec(db, "COMMIT", NULL, NULL, NULL), sqlite3_errmsg(db));
    }
    need(count(db, "SELECT count(*) FROM download") == before + made, "tickets without a download");
    printf("%lld %f\n", made, seconds_now() - start);
    for (size_t s = 0; s < n; s++)
        sqlite3_finalize(unit[s].st);
    return sqlite3_close(db) != SQLITE_OK;
}
