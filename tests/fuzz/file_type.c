/* Any bytes as the start of a file, and as its name: what is taken has a type of ours and a name of
 * that type; no name is hidden, has a folder or a control in it. */
#include "base/filename.h"
#include "media/file_type.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_name(Str name, const FileType *type)
{
    bool fits = false;
    Str extension = filename_extension(name);
    assert(name.n >= 1 && name.n <= FILENAME_MAX_BYTES && name.p[0] != '.');
    assert(!memchr(name.p, '/', name.n) && !memchr(name.p, '\\', name.n) &&
           !memchr(name.p, 0, name.n) && !memchr(name.p, '\n', name.n));
    for (const char *p = name.p, *end = str_end(name); p < end;) {
        size_t n = utf8_next(p, end);
        assert(n);
        p += n;
    }
    for (size_t i = 0; type->extensions[i]; i++)
        fits |= extension.n == strlen(type->extensions[i]);
    assert(fits);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const known[] = {"application/pdf", "audio/ogg", "image/jpeg"};
    Cx cx = {.arena = arena_new()};
    Str text = {(const char *)data, size};
    const FileType *type = file_type(text);
    assert(!type || file_type_of(str_of(type->media_type)) == type);
    if (!type)
        type = file_type_of(str_of(known[size % 3]));
    Str safe = filename_safe(&cx, text, S("asset"));
    check_name(filename_with(&cx, safe, type->extensions), type);
    arena_free(cx.arena);
    return 0;
}
