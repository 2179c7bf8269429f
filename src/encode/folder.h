/* folder.h - a fresh folder for one attempt at one job, under data/work; nobody else writes there. */
#ifndef HUB_FOLDER_H
#define HUB_FOLDER_H

#include "contract.h"

/* Made empty; the path is absolute. E_FULL, E_UNAVAILABLE. */
Err work_folder(Cx *cx, const JobRow *job, Str *path);
void work_folder_drop(const char *path); /* with the plain files in it */
/* Removes all of them: what a process that died left. Before any worker starts. */
Err work_folder_sweep(Cx *cx);

#endif
