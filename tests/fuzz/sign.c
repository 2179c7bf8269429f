/* Any bytes as what people type when they sign in, and as a list of breached passwords: keys and
 * codes read back as they were written, and the search ends. */
#include "common/app.h"
#include "identity/breached.h"
#include "identity/code.h"
#include "identity/second.h"
#include "identity/totp.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void search(Cx *cx, Str text)
{
    char path[40];
    bool found = false;
    int fd = memfd_create("list", MFD_CLOEXEC);
    if (fd < 0 || write(fd, text.p, text.n) != (ssize_t)text.n)
        abort();
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    (void)breached_check_list(cx, str_of(path));
    assert(breached_find(cx, str_of(path), S("a"), &found) == OK);
    close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    App app = {.stream_key = {"0123456789abcdef0123456789abcdef", 32}};
    Cx cx = {.arena = arena_new(), .app = &app, .now = 1700000000000};
    Str text = {(const char *)data, size}, key = {0}, account = {0};
    if (totp_read(&cx, text, &key))
        assert(str_eq(totp_text(&cx, key), text));
    int64_t step = totp_step((Str){"12345678901234567890", TOTP_BYTES}, text, cx.now);
    assert(step < 0 || llabs(step - cx.now / TOTP_STEP_MS) <= 1);
    Str hash = code_hash(&cx, text);
    assert(hash.n == 0 || hash.n == 64);
    assert(second_read(&cx, text, &account) == E_SIGN_IN);
    search(&cx, text);
    arena_free(cx.arena);
    return 0;
}
