/* file.h - bytes of files, all of them: what read(2) and write(2) leave undone is done here.
 *
 * What fails leaves its reason in errno, as callers differ in what that means to them. Any thread.
 */
#ifndef HUB_FILE_H
#define HUB_FILE_H

#include "base/cx.h"

#include <sys/types.h>

/* The whole of what is open at fd, from where it stands, in the arena and with a NUL behind it.
 * False over `most` bytes: EFBIG. */
bool file_read(Arena *arena, int fd, size_t most, Str *out);
/* The same by name; `flags` beside those for reading: O_NOFOLLOW, or 0 where links are welcome. */
bool file_read_path(Arena *arena, const char *path, int flags, size_t most, Str *out);

/* n bytes from `at` on, fewer only where the file ends before; -1: errno says. */
ssize_t file_read_part(int fd, int64_t at, void *to, size_t n);

bool file_write(int fd, const void *from, size_t n);
/* A file of ours with these bytes, over the one there was; never through a link. */
bool file_make(const char *path, const void *from, size_t n);

/* What errno means to a file of our own: E_FULL, or E_INTERNAL; "doing: why". */
Err file_failed(Cx *cx, const char *doing);

#endif
