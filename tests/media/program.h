/* program.h - the programs that take the media room by the hand from outside: what all of them
 * begin and end with. tests only. */
#ifndef HUB_TEST_PROGRAM_H
#define HUB_TEST_PROGRAM_H

#include "media/limits.h"
#include "media/track.h"

/* `run` returns E_INVALID without a sentence for arguments that it does not know: exit 2. What it
 * refuses is printed as "WORD: SENTENCE" with exit 3, any other failure as "failed: SENTENCE" with
 * exit 1. Each is also what the tests confine: `NAME jail-exec …`. */
typedef struct Program {
    Err (*run)(Cx *cx, MediaLimits *limits, int argc, char **argv);
    Err refusal;
    const char *word;
} Program;

extern const Program PROGRAM; /* each has one */

Err program_index(Cx *cx, const char *path, MediaTrack *out);

#endif
