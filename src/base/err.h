/* err.h - what can go wrong, as the client will hear it.
 *
 * A function that can fail returns Err and gives its result through its last
 * parameters, untouched on failure. The kind decides the HTTP status and the
 * problem+json type (err.def); the sentence is kept in cx by fail().
 */
#ifndef HUB_ERR_H
#define HUB_ERR_H

#include "base/attr.h"

/* version 14 does not know attributes of an enum */
/* clang-format off */
typedef enum [[nodiscard]] Err {
    OK = 0,
#define ERR(name, status, slug, title, title_id, help, help_id) E_##name,
#include "base/err.def"
#undef ERR
    ERR_COUNT
} Err;
/* clang-format on */

#define ERR_BIT(e) (1ull << (e)) /* a set of errors fits 64 bits */

typedef struct ErrKind {
    int status; /* HTTP */
    const char *name, *slug;
    const char *title, *title_id; /* English, Indonesian */
    const char *help, *help_id;   /* the way out */
} ErrKind;

const ErrKind *err_kind(Err e);

/* Returns from the calling function when x fails: the only macro that hides a return. */
#define TRY(x)                                                                                     \
    do {                                                                                           \
        Err try_err_ = (x);                                                                        \
        if (try_err_)                                                                              \
            return try_err_;                                                                       \
    } while (0)

#endif
