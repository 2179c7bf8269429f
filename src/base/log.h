/* log.h - JSON lines on stderr: one object a line, UTC, safe against CR, LF and quotes.
 *
 * Events are written at once. Access lines are gathered and written by a background thread at least
 * every second, because one write per request would cost more than the request. Never a secret, a
 * body, a cookie, a token or a full address: callers pass ids. Any thread.
 */
#ifndef HUB_LOG_H
#define HUB_LOG_H

#include "base/buf.h"

typedef enum LogLevel { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR } LogLevel;

typedef struct LogField {
    const char *key;
    enum { LOG_STR, LOG_INT } is;
    Str s;
    int64_t i;
} LogField;

#define LS(k, v) ((LogField){.key = (k), .is = LOG_STR, .s = (v)})
#define LZ(k, v) ((LogField){.key = (k), .is = LOG_STR, .s = str_of(v)})
#define LI(k, v) ((LogField){.key = (k), .is = LOG_INT, .i = (int64_t)(v)})

/* {"ts":…,"level":"info","event":"video.published",…}; log_say(LOG_INFO, "x", LS("id", id)) */
#define log_say(level, event, ...)                                                                 \
    log_fields((level), (event), (const LogField[]){__VA_ARGS__},                                  \
               sizeof((const LogField[]){__VA_ARGS__}) / sizeof(LogField))
void log_fields(LogLevel level, const char *event, const LogField *fields, size_t n);

void log_open(LogLevel least, int fd); /* before any thread; default LOG_INFO on stderr */
void log_close(void);                  /* writes what is gathered */
bool log_wants(LogLevel level);
bool log_level_read(Str name, LogLevel *level); /* debug, info, warn, error */

/* One access line, already JSON without the newline; gathered. */
void log_access(Str json);

#endif
