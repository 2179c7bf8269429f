/* progressive.c - the media room's plain MP4 from the command line, for tests/media/progressive.py.
 *
 * usage: progressive VIDEO AUDIO MAP OUT     `-` for no picture or no sound. Indexes the fragmented
 * files, writes head and map to the new file MAP, opens it as a splice and reads the whole of it
 * out to OUT. `progressive open MAP OUT FILE...`: the reading out alone. Prints `size N`; a refusal
 * as "refused: SENTENCE".
 */
#include "media/progressive.h"
#include "program.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void copy(FILE *to, int from, int64_t at, int64_t n)
{
    static char chunk[1 << 16];
    while (n > 0) {
        size_t want = n < (int64_t)sizeof chunk ? (size_t)n : sizeof chunk;
        if (pread(from, chunk, want, at) != (ssize_t)want || fwrite(chunk, 1, want, to) != want)
            abort();
        at += (int64_t)want;
        n -= (int64_t)want;
    }
}

static Err read_out(Cx *cx, const char *map, const char *const *paths, size_t n, const char *to)
{
    int files[SPLICE_FILES] = {0}, fd = open(map, O_RDONLY | O_CLOEXEC);
    int64_t at = 0, offset = 0, length = 0;
    Splice splice = SPLICE_NONE;
    for (size_t i = 0; i < n; i++)
        files[i] = open(paths[i], O_RDONLY | O_CLOEXEC);
    TRY(progressive_open(cx, fd, files, n, &splice));
    FILE *f = fopen(to, "we");
    if (!f)
        abort();
    for (; splice_find(&splice, at, &fd, &offset, &length); at += length)
        copy(f, fd, offset, length);
    if (at != splice_size(&splice) || fclose(f))
        abort();
    printf("runs %zu\nread %lld\n", splice.n, (long long)at);
    splice_close(&splice);
    return OK;
}

static Err make(Cx *cx, char **argv)
{
    MediaTrack tracks[2] = {0};
    ProgressiveTrack given[2] = {0};
    const char *paths[2] = {0};
    size_t n = 0;
    int64_t size = 0;
    for (size_t i = 0; i < 2; i++) {
        if (argv[i][0] == '-')
            continue;
        TRY(program_index(cx, argv[i], &tracks[i]));
        given[i] = (ProgressiveTrack){argv[i], &tracks[i]};
        paths[n++] = argv[i];
    }
    tracks[1].language = S("id");
    TRY(progressive_write(cx, given[0].path ? &given[0] : NULL, given[1].path ? &given[1] : NULL,
                          argv[2], &size));
    printf("size %lld\n", (long long)size);
    return read_out(cx, argv[2], paths, n, argv[3]);
}

static Err run(Cx *cx, MediaLimits *limits, int argc, char **argv)
{
    (void)limits;
    if (argc < 5)
        return E_INVALID;
    if (strcmp(argv[1], "open") == 0)
        return read_out(cx, argv[2], (const char *const *)(argv + 4), (size_t)argc - 4, argv[3]);
    return make(cx, argv + 1);
}

const Program PROGRAM = {run, E_MEDIA_REFUSED, "refused"};
