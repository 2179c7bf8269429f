/* A small disk that is full: who may make a tmpfs sees it for real, others skip with a word. */
#include "room.h"
#include "test.h"

#include "db/store.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <unistd.h>

static const int64_t RESERVE = 1 << 20;

static bool small_disk(Room *room)
{
    if (mount("tmpfs", room->folder, "tmpfs", 0, "size=8m") == 0)
        return true;
    printf("skipped: a tmpfs cannot be mounted here (%s): %s\n", strerrordesc_np(errno), test_case);
    return false;
}

static void small_disk_gone(Room *room)
{
    room_stop(room);
    umount(room->folder);
    rmdir(room->folder);
}

static bool reserve_is_there(const Room *room)
{
    char path[100];
    snprintf(path, sizeof path, "%s/reserve", room->folder);
    return access(path, F_OK) == 0;
}

static void fill(const Room *room, const char *name, bool there)
{
    static const char zeros[1 << 16];
    char path[100];
    snprintf(path, sizeof path, "%s/%s", room->folder, name);
    unlink(path);
    int fd = there ? open(path, O_CREAT | O_WRONLY, 0600) : -1;
    while (fd >= 0 && write(fd, zeros, sizeof zeros) > 0)
        ;
    if (fd >= 0)
        close(fd);
}

static Err add(Cx *cx, int64_t id)
{
    static char body[4000];
    memset(body, 'x', sizeof body);
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(db_run(cx, SQL_ITEM_ADD, ARGS(V(id), V(1), V(((Str){body, sizeof body}))), NULL));
    return tx_commit(&tx);
}

static Err drop(Cx *cx, int64_t up_to)
{
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(db_run(cx, SQL_ITEM_DROP, ARGS(V(up_to)), NULL));
    return tx_commit(&tx);
}

static Err settled(Cx *cx, Err e)
{
    Err end = db_settle(cx);
    return e ? e : end;
}

/* Items kept before the disk was full. */
static int64_t until_full(Cx *cx)
{
    for (int64_t id = 1; id < 100000; id++) {
        Err e = settled(cx, add(cx, id));
        arena_reset(cx->arena);
        if (e)
            return e == E_FULL ? id - 1 : -1;
    }
    return -1;
}

TEST(a_full_disk_refuses_and_the_reserve_lets_deletes_make_room)
{
    Room room = room_empty();
    if (!small_disk(&room)) {
        room_close(&room);
        return;
    }
    int applied = 0;
    room_start(&room, &(DbConf){.turnstile = true, .reserve = RESERVE, .wal_pages = 200});
    CHECK(db_migrate(&room.cx, &applied) == OK && reserve_is_there(&room));
    int64_t kept = until_full(&room.cx), there = 0, refused = 0, wrong = 0;
    CHECK(kept > 100 && strstr(room.cx.said, "full"));
    CHECK(db_int(&room.cx, SQL_ITEM_AT, ARGS(V(kept + 1)), &there) == OK && !there);
    for (int64_t id = 20; id <= kept / 2; id += 20) /* a delete needs room in the log, too */
        refused += settled(&room.cx, drop(&room.cx, id)) != OK;
    CHECK(refused == 0 && !reserve_is_there(&room) && db_stats(room.db).full > 0);
    for (int64_t id = 1; id <= kept; id++) /* what was acknowledged is there, no more, no less */
        wrong +=
            db_int(&room.cx, SQL_ITEM_AT, ARGS(V(id)), &there) || there != (id > kept / 40 * 20);
    CHECK(wrong == 0);
    CHECK(settled(&room.cx, add(&room.cx, 1)) == OK); /* in the room of the deleted */
    CHECK(db_check(&room.cx) == OK);
    small_disk_gone(&room);
}

TEST(the_reserve_comes_back_when_there_is_room)
{
    Room room = room_empty();
    if (!small_disk(&room)) {
        room_close(&room);
        return;
    }
    int applied = 0;
    room_start(&room, &(DbConf){.turnstile = true, .reserve = RESERVE});
    CHECK(db_migrate(&room.cx, &applied) == OK);
    fill(&room, "filler", true);
    CHECK(until_full(&room.cx) >= 0 && db_stats(room.db).full > 0);
    fill(&room, "filler", false);
    CHECK(settled(&room.cx, add(&room.cx, 50000)) == OK); /* at once, without a restart */
    for (int i = 0; i < 100 && !reserve_is_there(&room); i++)
        usleep(100000);
    CHECK(reserve_is_there(&room) && db_check(&room.cx) == OK);
    small_disk_gone(&room);
}
