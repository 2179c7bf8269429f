/* folder.h - a fresh folder for one attempt at one job, under data/attempts; nobody else writes
 * there.
 */
#ifndef HUB_FOLDER_H
#define HUB_FOLDER_H

#include "contract.h"

/* Made empty; the path is absolute. E_FULL, E_UNAVAILABLE. */
Err attempt_folder(Cx *cx, const JobRow *job, Str *path);
void attempt_folder_drop(const char *path); /* with the plain files in it */
/* Removes those whose job nobody holds: what a process that died left. */
Err attempt_folder_sweep(Cx *cx);

#endif
