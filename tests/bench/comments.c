/* comments DATABASE ADD COUNT VIDEOS ACCOUNT SECONDS: rows of comments, each counted, through the
 * SQLite library alone, one commit each.
 *
 * WAL, synchronous=FULL and foreign keys as in the hub; SQLite's own checkpoints. ADD and COUNT are
 * the hub's statements, VIDEOS has lines that begin with an id. One thread: SQLite has one writer.
 * Prints comments and seconds.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { VIDEOS = 8192, ID = 26, STATEMENTS = 2 };

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
    fprintf(stderr, "comments: %s\n", said);
    exit(1);
}

static size_t read_videos(const char *path, char videos[VIDEOS][ID + 1])
{
    FILE *f = fopen(path, "r");
    size_t n = 0;
    need(f != NULL, path);
    while (n < VIDEOS && fscanf(f, "%26s %*s", videos[n]) == 1)
        n++;
    fclose(f);
    return n;
}

static void step(sqlite3 *db, sqlite3_stmt *st)
{
    need(sqlite3_step(st) == SQLITE_DONE, sqlite3_errmsg(db));
    sqlite3_reset(st);
}

/* id, video, parent, account, text, mentions, state, held_for, shown_at, created_at */
static void add(sqlite3 *db, sqlite3_stmt *const *st, const char *video, const char *account,
                long long n)
{
    char id[ID + 1];
    long long now = (long long)time(NULL) * 1000;
    snprintf(id, sizeof id, "7%025lld", n); /* in text order and time order, as the hub's ids */
    const char *texts[] = {id, video, NULL, account, "Bagus sekali, tante!", "[]", "shown", NULL};
    for (int i = 0; i < 8; i++)
        sqlite3_bind_text(st[0], i + 1, texts[i], -1, SQLITE_STATIC);
    sqlite3_bind_int64(st[0], 9, now);
    sqlite3_bind_int64(st[0], 10, now);
    sqlite3_bind_text(st[1], 1, video, ID, SQLITE_STATIC);
    need(!sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), sqlite3_errmsg(db));
    step(db, st[0]);
    step(db, st[1]);
    need(!sqlite3_exec(db, "COMMIT", NULL, NULL, NULL), sqlite3_errmsg(db));
}

int main(int argc, char **argv)
{
    static char videos[VIDEOS][ID + 1];
    sqlite3 *db = NULL;
    sqlite3_stmt *st[STATEMENTS] = {0}, *count = NULL;
    long long n = 0;
    need(argc == 7, "usage: comments DATABASE ADD COUNT VIDEOS ACCOUNT SECONDS");
    size_t have = read_videos(argv[4], videos);
    need(have && !sqlite3_open(argv[1], &db) &&
             !sqlite3_exec(db,
                           "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                           "PRAGMA foreign_keys=ON; PRAGMA cache_size=-4096",
                           NULL, NULL, NULL),
         argv[1]);
    for (int i = 0; i < STATEMENTS; i++)
        need(!sqlite3_prepare_v3(db, argv[2 + i], -1, SQLITE_PREPARE_PERSISTENT, &st[i], NULL),
             sqlite3_errmsg(db));
    need(!sqlite3_prepare_v2(db, "SELECT count(*) FROM comment", -1, &count, NULL) &&
             sqlite3_step(count) == SQLITE_ROW,
         sqlite3_errmsg(db));
    long long before = sqlite3_column_int64(count, 0);
    sqlite3_finalize(count);
    double start = seconds_now(), end = start + strtod(argv[6], NULL);
    for (; seconds_now() < end; n++)
        add(db, st, videos[(size_t)n % have], argv[5], before + n);
    printf("%lld %f\n", n, seconds_now() - start);
    for (int i = 0; i < STATEMENTS; i++)
        sqlite3_finalize(st[i]);
    return sqlite3_close(db) != SQLITE_OK;
}
