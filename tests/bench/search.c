/* search DATABASE QUERIES SECONDS: what FTS5 alone answers, on one core.
 *
 * QUERIES has one MATCH expression a line; each is asked for the rowids of its best 24. Prints how
 * many were answered and the CPU seconds.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { QUERIES = 4096, LINE = 256 };

static void need(int good, const char *said)
{
    if (good)
        return;
    fprintf(stderr, "search: %s\n", said);
    exit(1);
}

static double cpu_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int read_queries(const char *path, char (*lines)[LINE])
{
    int n = 0;
    FILE *f = fopen(path, "r");
    need(f != NULL, "no queries");
    while (n < QUERIES && fgets(lines[n], LINE, f)) {
        lines[n][strcspn(lines[n], "\n")] = 0;
        n++;
    }
    fclose(f);
    return n;
}

int main(int argc, char **argv)
{
    static char lines[QUERIES][LINE];
    sqlite3 *db = NULL;
    sqlite3_stmt *st = NULL;
    need(argc == 4, "search DATABASE QUERIES SECONDS");
    need(sqlite3_open_v2(argv[1], &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK, "no database");
    sqlite3_exec(db, "PRAGMA mmap_size=268435456; PRAGMA cache_size=-65536", NULL, NULL, NULL);
    const char *sql = "SELECT rowid FROM video_text WHERE video_text MATCH ?1"
                      " ORDER BY bm25(video_text, 10, 3, 5, 1) LIMIT 24";
    need(sqlite3_prepare_v2(db, sql, -1, &st, NULL) == SQLITE_OK, "no statement");
    int n = read_queries(argv[2], lines), count = 0;
    need(n > 0, "no queries");
    double began = cpu_now(), least = atof(argv[3]);
    for (; cpu_now() - began < least; count++) {
        sqlite3_bind_text(st, 1, lines[count % n], -1, SQLITE_STATIC);
        while (sqlite3_step(st) == SQLITE_ROW)
            ;
        need(sqlite3_reset(st) == SQLITE_OK, "a query failed");
    }
    printf("%d %.3f\n", count, cpu_now() - began);
    sqlite3_finalize(st);
    sqlite3_close(db);
    return 0;
}
