/* commits DATABASE STATEMENT VIDEOS SECONDS: rows of playbacks through the SQLite library alone,
 * one commit each.
 *
 * WAL, synchronous=FULL and foreign keys as in the hub; SQLite's own checkpoints. VIDEOS has lines
 * of "video encode". One thread: SQLite has one writer, more of them only wait for each other.
 * Prints rows and seconds.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { PAIRS = 8192, ID = 26 };

typedef struct Pair {
    char video[ID + 1], encode[ID + 1];
} Pair;

static double seconds_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void need(int rc, int wanted, sqlite3 *db)
{
    if (rc == wanted)
        return;
    fprintf(stderr, "commits: %s\n", sqlite3_errmsg(db));
    exit(1);
}

/* In text order and time order, as the hub's ids are. */
static void make_id(char id[ID + 1], long long n)
{
    snprintf(id, ID + 1, "7%025lld", n);
}

static size_t read_pairs(const char *path, Pair *pairs)
{
    FILE *f = fopen(path, "r");
    size_t n = 0;
    while (f && n < PAIRS && fscanf(f, "%26s %26s", pairs[n].video, pairs[n].encode) == 2)
        n++;
    if (f)
        fclose(f);
    return n;
}

static void add(sqlite3 *db, sqlite3_stmt *st, const Pair *pair, long long n)
{
    char id[ID + 1], visitor[2 * 32 + 1];
    long long now = (long long)time(NULL) * 1000;
    make_id(id, n);
    snprintf(visitor, sizeof visitor, "%064llx", (unsigned long long)n * 0x9e3779b97f4a7c15u);
    sqlite3_bind_text(st, 1, id, ID, SQLITE_STATIC);
    sqlite3_bind_text(st, 2, pair->video, ID, SQLITE_STATIC);
    sqlite3_bind_text(st, 3, pair->encode, ID, SQLITE_STATIC);
    sqlite3_bind_null(st, 4);
    sqlite3_bind_text(st, 5, visitor, sizeof visitor - 1, SQLITE_STATIC);
    sqlite3_bind_int64(st, 6, 0);
    sqlite3_bind_null(st, 7);
    sqlite3_bind_int64(st, 8, 0);
    sqlite3_bind_int64(st, 9, now);
    sqlite3_bind_int64(st, 10, now);
    need(sqlite3_step(st), SQLITE_DONE, db);
    need(sqlite3_reset(st), SQLITE_OK, db);
}

int main(int argc, char **argv)
{
    static Pair pairs[PAIRS];
    sqlite3 *db = NULL;
    sqlite3_stmt *st = NULL;
    long long before = 0, n = 0;
    size_t have = argc == 5 ? read_pairs(argv[3], pairs) : 0;
    if (!have) {
        fputs("usage: commits DATABASE STATEMENT VIDEOS SECONDS\n", stderr);
        return 2;
    }
    need(sqlite3_open(argv[1], &db), SQLITE_OK, db);
    need(sqlite3_exec(db,
                      "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
                      "PRAGMA cache_size=-4096",
                      NULL, NULL, NULL),
         SQLITE_OK, db);
    need(sqlite3_prepare_v3(db, "SELECT count(*) FROM playback", -1, 0, &st, NULL), SQLITE_OK, db);
    need(sqlite3_step(st), SQLITE_ROW, db);
    before = sqlite3_column_int64(st, 0);
    sqlite3_finalize(st);
    need(sqlite3_prepare_v3(db, argv[2], -1, SQLITE_PREPARE_PERSISTENT, &st, NULL), SQLITE_OK, db);
    double start = seconds_now(), end = start + strtod(argv[4], NULL);
    for (; seconds_now() < end; n++)
        add(db, st, &pairs[(size_t)n % have], before + n);
    printf("%lld %f\n", n, seconds_now() - start);
    sqlite3_finalize(st);
    return sqlite3_close(db) != SQLITE_OK;
}
