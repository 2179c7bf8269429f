/* tool.h - one run of ffmpeg, ffprobe or pdftoppm in the jail, and what its end means for the file.
 *
 * The options that shut a hostile file's doors (protocols, formats, codecs, streams, pixels) are
 * written here once, and belong before every input. Blocks its thread; any number at a time.
 */
#ifndef HUB_MEDIA_TOOL_H
#define HUB_MEDIA_TOOL_H

#include "base/buf.h"
#include "media/limits.h"

enum { TOOL_ARGS_MAX = 384 };

/* Arguments being gathered; the texts live in cx->arena. Too many are a bug. */
typedef struct ToolArgs {
    size_t n;
    const char *p[TOOL_ARGS_MAX];
} ToolArgs;

void args_add(ToolArgs *args, const char *arg);
void args_pair(ToolArgs *args, const char *name, const char *value);
void args_fmt(Cx *cx, ToolArgs *args, const char *name, const char *fmt, ...) PRINTF_LIKE(4, 5);

/* The guarded input: options, -i and the path, as ffmpeg and ffprobe both take them. */
void args_input(Cx *cx, ToolArgs *args, const MediaLimits *limits, const char *path);

/* The same for a file of one kind that was recognized by its content: its demuxer and its decoder,
 * and no others. */
void args_picture(Cx *cx, ToolArgs *args, const MediaLimits *limits, const char *demuxer,
                  const char *decoder, const char *path);

typedef struct Tool {
    const MediaLimits *limits;
    ToolArgs args;           /* args.p[0] is the tool */
    const char *original;    /* the file it reads */
    const char *what;        /* the original should be, in refusals; NULL: "video" */
    bool poppler;            /* pdftoppm: reads fonts, says what is wrong in plain lines */
    const char *folder;      /* where it may write; NULL: nowhere */
    int64_t seconds;         /* of wall clock, and of computing */
    int64_t memory_bytes;    /* 0: limits->memory_bytes */
    int64_t file_bytes;      /* the largest file it may write */
    Buf *out;                /* gathers its output; NULL: it is read as -progress */
    const MediaWatch *watch; /* NULL is fine */
    int64_t frames;          /* what 100 percent is; 0: unknown */
    void *who;               /* given to err_line */
    void (*err_line)(void *, Str line); /* each line of its errors, level first; NULL is fine */
} Tool;

typedef struct ToolEnd {
    int64_t frames;           /* written, as -progress told last */
    int64_t out_ms;           /* likewise */
    int64_t packets, decoded; /* of the first input's video, read and decoded; -1: not told */
    int64_t cpu_ms, wall_ms, memory_bytes;
    bool cut, estimated; /* a music file is shorter than its head says; its length was guessed */
    int64_t complaints;  /* lines that said that something is wrong */
    Str complaint;       /* what it said was wrong, cleaned for people; empty: nothing */
} ToolEnd;

/* OK when it exited with 0, which is not yet success. Else as transcode.h says. */
Err tool_run(Cx *cx, const Tool *tool, ToolEnd *end);

#endif
