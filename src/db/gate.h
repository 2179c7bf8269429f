/* gate.h - the turnstile between processes, because SQLite's lock has no queue.
 *
 * An flock on `<database>-turn`. The server passes it before each BEGIN and holds nothing; the
 * command line holds it for its unit, so the server's next batch waits for it. Without it a command
 * beside a busy server takes half a second a unit. Used by whoever holds the writer.
 */
#ifndef HUB_GATE_H
#define HUB_GATE_H

#include <stdbool.h>

typedef struct Gate Gate;

Gate *gate_open(const char *database, bool pass); /* NULL: errno says why */
void gate_close(Gate *gate);                      /* NULL is fine */
bool gate_enter(Gate *gate, int patience_ms);     /* false: somebody held it all the time */
void gate_leave(Gate *gate);

#endif
