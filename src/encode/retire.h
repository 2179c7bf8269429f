/* retire.h - encodes that end before they are done, or that a newer one has replaced.
 *
 * Files go after the rows that named them, by drop-blob jobs of the same unit. An original that
 * several encodes share goes with the last of them.
 */
#ifndef HUB_RETIRE_H
#define HUB_RETIRE_H

#include "contract.h"

/* In an open unit: the encode failed, for `reason`, and its jobs are gone, so that whoever works on
 * one finds the fence lost. What it made goes; the version before it plays again where this one
 * did. Only a shown video without such keeps what is ready. E_CONFLICT: it is over already. */
Err encode_cancel(Cx *cx, const EncodeRow *encode, Str reason);

/* In the unit that makes `except` the version that plays: the older ones stay until the last stream
 * address of them has expired, then a drop-encode job takes them. Saying it again changes nothing.
 */
Err encode_retire(Cx *cx, Str video, Str except);

/* The drop-encode job: rows and files of the encode; settled. Put off by a day while somebody has a
 * ticket for a file of it, or it may have to play again. */
Err encode_drop(Cx *cx, const JobRow *job, const EncodeRow *encode);

#endif
