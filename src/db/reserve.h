/* reserve.h - a file of nothing beside the database, given up when the disk is full.
 *
 * SQLite needs room to delete, too. The first time the store hits a full disk the file `reserve`
 * goes, so that what makes room can be committed; it comes back when twice its size is free. The
 * committer alone touches it after db_open.
 */
#ifndef HUB_RESERVE_H
#define HUB_RESERVE_H

#include <stdbool.h>
#include <stdint.h>

typedef struct Reserve Reserve;

Reserve *reserve_open(const char *database, int64_t bytes); /* makes the file when there is room */
void reserve_close(Reserve *r);                             /* the file stays; NULL is fine */
bool reserve_spend(Reserve *r); /* true: there was one, its room is free */
void reserve_renew(Reserve *r); /* cheap; looks once a second at most */

#endif
