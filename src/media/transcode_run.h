/* transcode_run.h - what all runs of ffmpeg for one job have in common; for transcode*.c and
 * passthrough.c alone. */
#ifndef HUB_MEDIA_TRANSCODE_RUN_H
#define HUB_MEDIA_TRANSCODE_RUN_H

#include "media/tool.h"
#include "media/transcode.h"

/* Unless a span's frames count from somewhere else. */
enum { TRANSCODE_FROM_START = -1 };

/* The tool's name, how it tells what it does, and the guarded input. `seek_ms`: from a key frame
 * there or before, with times that still count from the start of the file. */
void transcode_begin(Cx *cx, const TranscodeJob *job, int64_t seek_ms, ToolArgs *args);

/* No data, tags or chapters of the original's; into the fragmented MP4 at `path`. */
void transcode_end(ToolArgs *args, const char *flags, const char *path);

/* {folder}/{name}.mp4, and the index of what lies there. */
const char *transcode_path(Cx *cx, const TranscodeJob *job, const char *name);
Err transcode_index(Cx *cx, const char *path, MediaTrack *out);

int64_t transcode_longest_ms(const Probe *probe);   /* of the file or its picture */
int64_t transcode_read_seconds(const Probe *probe); /* what a run over one sound or text may take */
int64_t transcode_bytes(int64_t ms, int64_t bps);   /* a file may grow to, with room to spare */
void transcode_done(const TranscodeJob *job);       /* tells 100 percent */

#endif
