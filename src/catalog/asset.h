/* asset.h - a file that can be downloaded: of a video (its original, what was made of it, what an
 * editor added) or of a show.
 *
 * Who sees the video sees its assets; those of a show are seen by everybody. The media type is that
 * of the content, and the file name's extension follows it.
 */
#ifndef HUB_ASSET_H
#define HUB_ASSET_H

#include "contract.h"
#include "sql.h"

/* E_NOT_FOUND for what the viewer may not see, exactly as for what is not there. */
Err asset_visible(Cx *cx, Str id, Asset *out);

/* In an open unit: `blobs` is a statement over one argument; their files go after the rows. */
Err blobs_later(Cx *cx, Sql blobs, Str of);

#endif
