/* progress.h - how far a long command has come, on stderr: on a terminal one line that changes,
 * else a line now and then. For one thread.
 */
#ifndef HUB_PROGRESS_H
#define HUB_PROGRESS_H

#include <stdint.h>

/* `what` is one of the program's own texts: another one begins another step. all 0: not known. */
void progress_tell(const char *what, int64_t done, int64_t all);
/* Takes the line back before something else is printed. */
void progress_over(void);

#endif
