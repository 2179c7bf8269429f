/* limits.h - what a file may be, and how far a tool may go with it.
 *
 * Filled once from the settings, then read by every job; immutable, any thread.
 */
#ifndef HUB_MEDIA_LIMITS_H
#define HUB_MEDIA_LIMITS_H

#include "base/cx.h"

typedef enum JailMode { JAIL_BEST, JAIL_REQUIRE, JAIL_OFF } JailMode;

enum {
    MEDIA_STREAMS_MAX = 32,
    MEDIA_AUDIO_MAX = 8,
    MEDIA_TEXT_MAX = 16,
    MEDIA_SIDE_MIN = 16,
    MEDIA_ASPECT_MAX = 10
};

typedef struct MediaLimits {
    int64_t max_pixels;      /* width times height of the coded picture */
    int64_t max_fps;         /* frames a second */
    int64_t max_duration_ms; /* of the longest stream */
    int64_t memory_bytes;    /* address space of one tool */
    int threads;             /* of one tool; 0: as many as there are cores, 8 at most */
    JailMode jail;
    const char *ffmpeg, *ffprobe; /* a path, or a name looked up in PATH */
    const char *self;             /* the program that answers to jail-exec; NULL: /proc/self/exe */
} MediaLimits;

/* Who watches a job: told how far it is, asked whether to stop. Called on the job's own thread. */
typedef struct MediaWatch {
    void *who;
    void (*progress)(void *who, int percent); /* 0 to 100, growing; NULL is fine */
    bool (*cancelled)(void *who);             /* NULL is fine */
} MediaWatch;

#endif
