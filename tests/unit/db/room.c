#include "room.h"

#include "db/store.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NEVER_US = 60000000 }; /* no batch of a test ends by the clock */

static void must(Cx *cx, Err e)
{
    if (!e)
        return;
    printf("%s: %s\n", err_kind(e)->name, cx->said);
    abort();
}

Room room_empty(void)
{
    Room room = {.folder = "/tmp/hub-db-test-XXXXXX"};
    if (!mkdtemp(room.folder))
        abort();
    snprintf(room.path, sizeof room.path, "%s/hub.db", room.folder);
    return room;
}

void room_start(Room *room, const DbConf *conf)
{
    DbConf mine = conf ? *conf : (DbConf){.turnstile = true, .batch_us = NEVER_US};
    mine.path = room->path;
    room->cx = (Cx){.arena = arena_new()};
    must(&room->cx, db_open(&room->cx, &mine, &room->db));
    room->cx.conn = conn_open(room->db);
}

void room_stop(Room *room)
{
    if (!room->db)
        return;
    room_cx_end(&room->cx);
    db_close(room->db);
    room->db = NULL;
}

Room room_open(void)
{
    Room room = room_empty();
    int applied = 0;
    room_start(&room, NULL);
    must(&room.cx, db_migrate(&room.cx, &applied));
    return room;
}

void room_close(Room *room)
{
    room_stop(room);
    DIR *dir = opendir(room->folder);
    for (struct dirent *e; dir && (e = readdir(dir));)
        unlinkat(dirfd(dir), e->d_name, 0);
    if (dir)
        closedir(dir);
    rmdir(room->folder);
}

Cx room_cx(Db *db)
{
    return (Cx){.arena = arena_new(), .conn = conn_open(db)};
}

void room_cx_end(Cx *cx)
{
    conn_close(cx->conn);
    arena_free(cx->arena);
}

bool room_aborts(void (*work)(Room *room))
{
    Room room CLEANUP(room_close) = room_empty();
    fflush(stdout);
    pid_t child = fork();
    if (!child) {
        int applied = 0;
        fclose(stderr); /* what the assert says */
        room_start(&room, NULL);
        must(&room.cx, db_migrate(&room.cx, &applied));
        work(&room);
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

void room_wait_waiting(Db *db, int n)
{
    for (bool there = false; !there; usleep(200)) {
        pthread_mutex_lock(&db->mu);
        there = db->waiting >= n;
        pthread_mutex_unlock(&db->mu);
    }
}

Err room_note(Cx *cx, int64_t id, const char *body)
{
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(db_run(cx, SQL_NOTE_ADD, ARGS(V(id), V(str_of(body))), NULL));
    return tx_commit(&tx);
}

int64_t room_notes(Cx *cx)
{
    int64_t n = -1;
    must(cx, db_int(cx, SQL_NOTE_COUNT, NO_ARGS, &n));
    return n;
}
