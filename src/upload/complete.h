/* complete.h - the last byte of an upload is there: what is done with the file, by its purpose. */
#ifndef HUB_COMPLETE_H
#define HUB_COMPLETE_H

#include "contract.h"

/* The synced file at `path` is handed on: an original to be encoded, an asset or a poster to be
 * looked at by a worker; captions are read at once. E_MEDIA_REFUSED: they cannot be, and the upload
 * says so from now on. Settled. The file may then go. */
Err upload_complete(Cx *cx, const UploadRow *row, const char *path);

#endif
