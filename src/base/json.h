/* json.h - JSON text of another program, looked into by name.
 *
 * For documents that no Shape describes, such as what ffprobe prints. A Json is one value, borrowed
 * from the document it was opened with and good until that is closed. Looking for what is not there
 * gives the absent value, so chains of json_member need no checks between. One thread at a time.
 */
#ifndef HUB_JSON_H
#define HUB_JSON_H

#include "base/cx.h"

typedef struct Json {
    void *at; /* NULL: absent */
} Json;

typedef enum JsonKind {
    JSON_ABSENT,
    JSON_IS_NULL,
    JSON_IS_BOOL,
    JSON_IS_NUMBER,
    JSON_IS_TEXT,
    JSON_IS_LIST,
    JSON_IS_OBJECT
} JsonKind;

enum { JSON_DEPTH_MAX = 32 };
/* Counted by brackets alone, before anything is parsed: a worker's stack is not jansson's to use.
 */
bool json_too_deep(Str json);

/* RFC 8259, without duplicate names, 32 deep at most. E_MALFORMED when it does not hold. */
Err json_open(Cx *cx, Str text, Json *document);
void json_close(Json *document); /* for CLEANUP too; the absent value is fine */

JsonKind json_kind(Json value);
Json json_member(Json object, const char *name);
Json json_item(Json list, size_t i);
size_t json_count(Json value); /* items of a list, members of an object; else 0 */

Str json_text(Json value);                    /* {0} when it is no string */
bool json_whole(Json value, int64_t *number); /* an integer; else false and *number as it was */
bool json_flag(Json value);                   /* true, or a number that is not 0 */

/* Members in the document's order: start with {0}, ends with false. */
typedef struct JsonMember {
    void *step;
    Str name;
    Json value;
} JsonMember;
bool json_next(Json object, JsonMember *member);

#endif
