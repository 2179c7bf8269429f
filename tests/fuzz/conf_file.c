/* Any bytes as hub.conf: read or refused with a sentence that is text. */
#include "base/conf.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char path[] = "/tmp/hub-fuzz-conf-XXXXXX";
    static int fd = -1;
    if (fd < 0)
        fd = mkstemp(path);
    if (fd < 0 || ftruncate(fd, 0) != 0 || pwrite(fd, data, size, 0) != (ssize_t)size)
        abort();
    Cx cx = {.arena = arena_new()};
    Conf conf = {0};
    char hub[] = "hub", serve[] = "serve", config[] = "--config";
    char *argv[] = {hub, serve, config, path, NULL};
    int argc = 4;
    Err e = conf_load(&cx, &argc, argv, NULL, &conf);
    assert(e == OK ? argc == 2 && conf.workers >= 0 : cx.said[0]);
    Str text = {(const char *)data, size};
    int64_t n = 0;
    assert(!conf_read_size(text, &n) || n >= 0);
    assert(!conf_read_time(text, &n) || n >= 0);
    arena_free(cx.arena);
    return 0;
}
