/* parse.h - the bytes of a request head into a Req, by RFC 9112; what is doubtful is refused.
 *
 * All text of a Head borrows from the bytes it was parsed from; head_move re-bases it when these
 * are copied. Knows no socket and allocates nothing; any thread.
 */
#ifndef HUB_PARSE_H
#define HUB_PARSE_H

#include "http/req.h"

enum { HEAD_MAX = 16 << 10 };

/* Fields that may come once only, and others the wire itself looks at. */
typedef enum Known {
    H_OTHER,
#define KNOWN(id, name, once) H_##id,
#include "http/known.def"
#undef KNOWN
    KNOWN_COUNT
} Known;

typedef struct Head {
    Req req;
    int8_t at[KNOWN_COUNT]; /* index of the first such header + 1; 0: not there */
    bool chunked;
    bool keep_alive; /* the client lets the connection stay */
    bool expects;    /* 100-continue */
    bool repeated;   /* a name stands twice: see head_join */
    bool asterisk;   /* OPTIONS * */
} Head;

/* Looks for the end of a head in p[0, n). *seen is how far earlier calls came (0 at first). */
typedef enum HeadScan { HEAD_MORE, HEAD_WHOLE, HEAD_BAD, HEAD_LONG } HeadScan;
HeadScan head_scan(const char *p, size_t n, size_t *seen, size_t *head_n);

/* OK or the refusal, with *why its sentence: E_MALFORMED, E_URI_TOO_LONG, E_HEAD_TOO_LARGE,
 * E_NOT_DONE, E_HTTP_VERSION. On a refusal only what was read so far is set. */
Err head_parse(const char *p, size_t n, Head *out, const char **why);

/* Of a known field; p == NULL: not there. */
Str head_value(const Head *head, Known which);
/* The bytes it was parsed from now stand at `to`. */
void head_move(Head *head, const char *from, const char *to);
/* Joins the values of repeated names by ", ", RFC 9110 5.3; the text goes to `room`, HEAD_MAX
 * bytes. */
void head_join(Head *head, char *room);

#endif
