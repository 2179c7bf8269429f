/* version.c - has anything been committed since we last looked?
 *
 * `PRAGMA data_version` is exact and takes two file locks: 2 us alone, 6 us when two threads ask.
 * But its answer comes from the first 48 bytes of the wal-index, which every commit of any process
 * rewrites (sqlite.org/walformat.html, 2.1: a change counter, the last frame, running checksums)
 * and every reader compares to know whether its cache is stale. So do we, on the mapping that this
 * connection has anyway. A read torn by a commit under way only counts as one change more.
 * Where the wal-index has another form the pragma is asked.
 */
#include "db/store.h"

#include <string.h>

enum { INDEX_VERSION = 3007000, INDEX_REGION = 32768 };

/* The connection's own mapping lives until it is closed; there is none before its first read. */
static const uint32_t *find_index(Conn *conn)
{
    sqlite3_file *file = NULL;
    volatile void *at = NULL;
    sqlite3_file_control(conn->lite, "main", SQLITE_FCNTL_FILE_POINTER, &file);
    if (!file || !file->pMethods || file->pMethods->iVersion < 2)
        return NULL;
    if (file->pMethods->xShmMap(file, 0, INDEX_REGION, 0, &at) != SQLITE_OK || !at)
        return NULL;
    const uint32_t *words = (const uint32_t *)(uintptr_t)at;
    return __atomic_load_n(words, __ATOMIC_RELAXED) == INDEX_VERSION ? words : NULL;
}

static uint32_t ask_sqlite(Conn *conn)
{
    sqlite3_stmt **st = &conn->words[WORD_VERSION];
    if (!*st && word(conn, WORD_VERSION))
        return 0;
    uint32_t version = 0;
    if (sqlite3_step(*st) == SQLITE_ROW)
        version = (uint32_t)sqlite3_column_int64(*st, 0);
    sqlite3_reset(*st);
    return version;
}

uint32_t db_version(Conn *conn)
{
    if (!conn->index) {
        uint32_t version = ask_sqlite(conn);
        if (version && !conn->index_sought) {
            conn->index = find_index(conn);
            conn->index_sought = true;
        }
        if (!conn->index)
            return version;
    }
    uint32_t now[INDEX_WORDS];
    for (int i = 0; i < INDEX_WORDS; i++)
        now[i] = __atomic_load_n(&conn->index[i], __ATOMIC_ACQUIRE); /* reads come after */
    if (memcmp(now, conn->index_seen, sizeof now) != 0) {
        memcpy(conn->index_seen, now, sizeof now);
        conn->version++;
    }
    return conn->version;
}
