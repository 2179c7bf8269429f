/* room.h - a migrated store in a folder of its own, gone when it leaves scope.
 *
 * One Room a test, one thread's Cx in it; other threads take their own with room_cx.
 */
#ifndef HUB_ROOM_H
#define HUB_ROOM_H

#include "db/db.h"

typedef struct Room {
    char folder[64], path[80];
    Db *db;
    Cx cx;
} Room;

Room room_empty(void); /* the folder alone; nothing is open */
Room room_open(void);  /* a migrated store and a Cx */
void room_close(Room *room);

void room_start(Room *room,
                const DbConf *conf); /* NULL: of a server, without a reserve or a clock */
void room_stop(Room *room);

Cx room_cx(Db *db);
void room_cx_end(Cx *cx);

/* True when the work ended in an assert (SIGABRT), in a process and a store of its own. */
bool room_aborts(void (*work)(Room *room));
/* Waits until so many stand before the writer. */
void room_wait_waiting(Db *db, int n);
/* Adds a note in a unit of its own, not settled. */
Err room_note(Cx *cx, int64_t id, const char *body);
int64_t room_notes(Cx *cx); /* how many there are */

#endif
