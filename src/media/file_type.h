/* file_type.h - what a file is, by its first bytes alone: never by its name or what was said of it.
 *
 * Only what the hub takes as an asset is known here; everything else is NULL. That the rest of the
 * file keeps its promise is for the tools to find out. Pure; any thread.
 */
#ifndef HUB_MEDIA_FILE_TYPE_H
#define HUB_MEDIA_FILE_TYPE_H

#include "base/str.h"

enum { FILE_TYPE_HEAD = 4096 }; /* bytes to show */

typedef enum FileKind { FILE_DOCUMENT, FILE_TRACK, FILE_IMAGE } FileKind;

typedef struct FileType {
    FileKind kind;
    const char *media_type;
    const char *extensions[4]; /* the usual one first; NULL ends */
} FileType;

/* `head` is the start of the file, FILE_TYPE_HEAD bytes of it unless it is shorter. */
const FileType *file_type(Str head);
const FileType *file_type_of(Str media_type); /* NULL: not one of ours */

#endif
