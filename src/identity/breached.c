#include "identity/breached.h"

#include "base/hash.h"
#include "blob/blob.h"

#include <ctype.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HEX = 2 * SHA1_BYTES, LINE_MAX_BYTES = 128 };

typedef struct List {
    int fd;
    int64_t size;
} List;

static void list_close(const List *l)
{
    if (l->fd >= 0)
        close(l->fd);
}

static Err list_open(Cx *cx, Str path, List *out)
{
    struct stat st;
    out->fd = open(arena_str(cx->arena, path).p, O_RDONLY | O_CLOEXEC);
    if (out->fd < 0 || fstat(out->fd, &st) != 0)
        return fail_io(cx, "opening", path);
    out->size = st.st_size;
    return OK;
}

/* The line that begins at or after `at`; *end: where the next one begins. False: there is none. */
static bool line_from(const List *l, int64_t at, char hash[HEX], int64_t *end)
{
    char text[2 * LINE_MAX_BYTES + 1] = {0};
    ssize_t n = pread(l->fd, text, sizeof text - 1, at ? at - 1 : 0);
    char *line = text;
    if (n <= 0)
        return false;
    if (at) { /* the byte before tells whether a line begins here */
        line = strchr(text, '\n');
        if (!line)
            return false;
        line++;
    }
    if (text + n - line < HEX)
        return false;
    for (int i = 0; i < HEX; i++)
        hash[i] = (char)toupper((unsigned char)line[i]);
    const char *stop = strchr(line, '\n');
    *end = stop ? (at ? at - 1 : 0) + (stop + 1 - text) : l->size;
    return true;
}

static bool find(const List *l, const char *wanted)
{
    int64_t low = 0, high = l->size;
    while (low < high) {
        char hash[HEX];
        int64_t middle = low + (high - low) / 2, end = 0;
        if (!line_from(l, middle, hash, &end)) {
            high = middle;
            continue;
        }
        int order = memcmp(wanted, hash, HEX);
        if (order == 0)
            return true;
        if (order < 0)
            high = middle;
        else
            low = end;
    }
    return false;
}

Err breached_check_list(Cx *cx, Str path)
{
    CLEANUP(list_close) List l = {.fd = -1};
    char hash[HEX];
    int64_t end = 0;
    if (!path.n)
        return OK;
    TRY(list_open(cx, path, &l));
    bool good = line_from(&l, 0, hash, &end);
    for (int i = 0; good && i < HEX; i++)
        good = isxdigit((unsigned char)hash[i]);
    return good ? OK
                : fail(cx, E_INVALID,
                       "--password-list: each line begins with a SHA-1 of 40 "
                       "hexadecimal digits, in order");
}

Err breached_find(Cx *cx, Str path, Str password, bool *out)
{
    CLEANUP(list_close) List l = {.fd = -1};
    uint8_t sum[64];
    *out = false;
    if (!path.n)
        return OK;
    Digest *d = digest_open(DIGEST_SHA1);
    digest_add(d, password.p, password.n);
    (void)digest_close(d, sum);
    char wanted[HEX];
    Str hex = hex_text(cx->arena, sum, SHA1_BYTES);
    for (int i = 0; i < HEX; i++)
        wanted[i] = (char)toupper((unsigned char)hex.p[i]);
    if (list_open(cx, path, &l))
        return fail(cx, E_INTERNAL, "the list of breached passwords cannot be read");
    *out = find(&l, wanted);
    return OK;
}
