#include "media/progressive.h"

#include "base/file.h"
#include "media/mp4_walk.h"
#include "media/progressive_head.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TRACKS = 2, PRIMING = 1024 /* samples of silence that our AAC encoder puts in front */ };

/* How the file of head and map begins. */
typedef struct Prefix {
    char magic[8];
    uint32_t n, head; /* runs; bytes */
    int64_t sizes[TRACKS];
} Prefix;
static_assert(sizeof(Prefix) == 32, "written as it is");

static const char magic[8] = {'h', 'u', 'b', 'p', 'm', 'p', '4', '1'};

/* One track's file while its samples are gathered. */
typedef struct Source {
    const MediaTrack *track;
    Mp4Walk walk; /* of the part that is looked at */
    Mp4Defaults defaults;
    Str description;
    SampleTable table;
    int64_t origin; /* decode time of the first sample, were the rest in step with it */
    int64_t first_shift, end;
    size_t fragments;
} Source;

typedef struct Making {
    Source sources[TRACKS];
    HeadTrack heads[TRACKS];
    size_t n;
    Buf runs;
    int64_t body; /* bytes placed so far */
    Head head;
    int out;
} Making;

static Err refuse(Cx *cx, const char *what)
{
    return fail(cx, E_MEDIA_REFUSED, "an encoded file is not what its index says: %s", what);
}

static void making_end(Making *m)
{
    for (size_t i = 0; i < m->n; i++) {
        Source *s = &m->sources[i];
        if (s->walk.fd >= 0)
            close(s->walk.fd);
        walk_end(&s->walk);
        table_free(&s->table);
    }
    buf_free(&m->runs);
    head_free(&m->head);
    if (m->out >= 0)
        close(m->out);
}

/* --- reading the tracks' files */

static Err open_source(Cx *cx, const ProgressiveTrack *from, Source *s)
{
    struct stat is = {0};
    s->walk.fd = open(from->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (s->walk.fd < 0 || fstat(s->walk.fd, &is))
        return fail(cx, E_INTERNAL, "opening what was encoded: %s", strerror(errno));
    if (!S_ISREG(is.st_mode) || is.st_size != from->track->total_bytes)
        return refuse(cx, "its size");
    return OK;
}

/* The box stsd is taken over as it is; it has one entry, so that every sample is of that. */
static Err take_description(Cx *cx, Cursor moov, Str *out)
{
    static const uint32_t path[] = {BOX('t', 'r', 'a', 'k'), BOX('m', 'd', 'i', 'a'),
                                    BOX('m', 'i', 'n', 'f'), BOX('s', 't', 'b', 'l'),
                                    BOX('s', 't', 's', 'd')};
    Cursor body = box_path(moov, path, COUNT(path)), list = body, entry = {0};
    uint32_t type = 0;
    cursor_skip(&list, 4);
    uint64_t entries = cursor_take(&list, 4);
    if (entries != 1 || body.n > STSD_MAX || !box_next(&list, &type, &entry) || list.n)
        return refuse(cx, "its sample description");
    *out = arena_str(cx->arena, (Str){(const char *)body.p, body.n});
    return OK;
}

static Err take_init(Cx *cx, Source *s)
{
    const MediaTrack *t = s->track;
    MediaTrack is = {0};
    Cursor moov = {0};
    bool more = true;
    s->walk.size = t->init_size;
    do {
        TRY(walk_next(cx, &s->walk, &more));
        if (!more)
            return refuse(cx, "it has no head");
    } while (s->walk.type != BOX('m', 'o', 'o', 'v'));
    TRY(walk_body(cx, &s->walk, &moov));
    TRY(mp4_read_head(cx, moov, &is, &s->defaults));
    if (is.kind != t->kind || is.timescale != t->timescale || !str_eq(is.codecs, t->codecs) ||
        is.width != t->width || is.height != t->height || is.rate != t->rate)
        return refuse(cx, "its head");
    return take_description(cx, moov, &s->description);
}

/* Fragments follow each other in time: what is missing or too much between two goes to the last
 * sample before. */
static bool keep_step(Source *s, int64_t start)
{
    if (s->fragments++ == 0) {
        s->origin = start;
        return true;
    }
    int64_t gap = start - s->origin - s->table.duration;
    return gap == 0 || table_stretch(&s->table, gap);
}

/* The moof just found and the mdat behind it; `by`: from the file to the mdat's body being made. */
static Err take_fragment(Cx *cx, Source *s, int64_t by, int64_t *start, int64_t *duration)
{
    int64_t moof_at = s->walk.box_at;
    Cursor moof = {0};
    Mp4Sample one = {0};
    bool more = false, first = s->fragments == 0;
    TRY(walk_body(cx, &s->walk, &moof));
    Mp4Samples all = mp4_samples(moof, &s->defaults);
    TRY(walk_next(cx, &s->walk, &more));
    if (!more || s->walk.type != BOX('m', 'd', 'a', 't') || all.bad || !keep_step(s, all.start))
        return refuse(cx, "a fragment");
    *start = all.start;
    *duration = 0;
    while (mp4_samples_next(&all, &one)) {
        int64_t at = moof_at + one.at;
        if (at < s->walk.body_at || at > s->walk.at || one.size > s->walk.at - at)
            return refuse(cx, "a sample is not in its fragment");
        if (!table_add(&s->table, &one, at + by))
            return refuse(cx, "it has too many samples");
        *duration += one.duration;
        if (first)
            s->first_shift = one.shift;
        first = false;
    }
    return all.bad ? refuse(cx, "the samples of a fragment") : OK;
}

static Err take_segment(Cx *cx, Source *s, const MediaSegment *segment, int64_t by)
{
    int64_t start = -1, duration = 0;
    bool more = true;
    if (segment->offset < s->end || segment->size <= 0 ||
        segment->size > s->track->total_bytes - segment->offset)
        return refuse(cx, "a segment is out of order");
    s->walk.at = segment->offset;
    s->walk.size = s->end = segment->offset + segment->size;
    for (;;) {
        int64_t its_start = 0, its_duration = 0;
        TRY(walk_next(cx, &s->walk, &more));
        if (!more)
            break;
        if (s->walk.type == BOX('m', 'd', 'a', 't'))
            return refuse(cx, "a segment begins amid a fragment");
        if (s->walk.type != BOX('m', 'o', 'o', 'f'))
            continue;
        TRY(take_fragment(cx, s, by, &its_start, &its_duration));
        start = start < 0 ? its_start : start;
        duration += its_duration;
    }
    if (start != segment->start || duration != segment->duration)
        return refuse(cx, "the times of a segment");
    return OK;
}

static void add_run(Making *m, int64_t file, const MediaSegment *segment)
{
    SpliceRun *last = (SpliceRun *)(void *)(m->runs.p + m->runs.n) - 1;
    m->body += segment->size;
    bool goes_on = m->runs.n > sizeof *last && last->file == file &&
                   last->at + (last->end - last[-1].end) == segment->offset;
    if (goes_on) {
        last->end = m->body;
        return;
    }
    SpliceRun run = {m->body, segment->offset, file};
    buf_put(&m->runs, (const char *)&run, sizeof run);
}

/* A segment of each track in turn, so that a player reads on in one place. */
static Err take_segments(Cx *cx, Making *m)
{
    bool more = true;
    SpliceRun head = {0};
    buf_put(&m->runs, (const char *)&head, sizeof head);
    for (size_t k = 0; more; k++) {
        more = false;
        for (size_t i = 0; i < m->n; i++) {
            Source *s = &m->sources[i];
            if (k >= s->track->n)
                continue;
            const MediaSegment *segment = &s->track->segments[k];
            more = true;
            TRY(take_segment(cx, s, segment, m->body - segment->offset));
            add_run(m, (int64_t)i + 1, segment);
        }
    }
    return m->runs.full ? refuse(cx, "it has too many segments") : OK;
}

static Err take_all(Cx *cx, Making *m)
{
    for (size_t i = 0; i < m->n; i++)
        TRY(take_init(cx, &m->sources[i]));
    for (size_t i = 0; i < m->n; i++)
        m->sources[i].end = m->sources[i].track->init_size;
    TRY(take_segments(cx, m));
    for (size_t i = 0; i < m->n; i++) {
        Source *s = &m->sources[i];
        table_end(&s->table);
        bool video = s->track->kind == MEDIA_VIDEO;
        if (s->table.n == 0 || s->table.n != s->track->samples)
            return refuse(cx, "how many samples it has");
        if (video && (!s->table.keys.n || s->origin + s->first_shift != s->track->first))
            return refuse(cx, "when its first picture is shown");
    }
    return OK;
}

/* --- what is written */

/* Which moment of the sound is heard at 0: the one in step with the first picture. Without a
 * picture, and where the priming could not stand before it, the first behind the priming. */
static int64_t heard_first(const Source *sound, const Source *picture)
{
    const MediaTrack *t = sound->track;
    int64_t priming = t->rate ? PRIMING * t->timescale / t->rate : 0;
    if (!picture)
        return priming;
    double seconds = (double)picture->track->first / (double)picture->track->timescale;
    int64_t shown = (int64_t)(seconds * (double)t->timescale + 0.5);
    return sound->origin == 0 && shown < priming ? priming : shown - sound->origin;
}

static Err make_head(Cx *cx, Making *m)
{
    for (size_t i = 0; i < m->n; i++) {
        Source *s = &m->sources[i];
        bool video = s->track->kind == MEDIA_VIDEO;
        m->heads[i] = (HeadTrack){.track = s->track,
                                  .description = s->description,
                                  .table = &s->table,
                                  .first_shift = s->first_shift,
                                  .media_time = video ? s->first_shift
                                                      : heard_first(s, i ? &m->sources[0] : NULL)};
    }
    if (!head_make(&m->head, m->heads, m->n, m->body))
        return refuse(cx, "its times");
    for (size_t i = 0; i < m->n; i++)
        table_move(&m->sources[i].table, m->head.size);
    SpliceRun *runs = (SpliceRun *)(void *)m->runs.p;
    size_t n = m->runs.n / sizeof *runs;
    for (size_t i = 0; i < n; i++)
        runs[i].end += m->head.size;
    runs[0].at = (int64_t)(sizeof(Prefix) + m->runs.n);
    return OK;
}

static Err put(Cx *cx, int fd, const void *from, size_t n)
{
    return file_write(fd, from, n) ? OK : file_failed(cx, "writing the head of a download");
}

static Err write_file(Cx *cx, const Making *m)
{
    Prefix prefix = {.n = (uint32_t)(m->runs.n / sizeof(SpliceRun)),
                     .head = (uint32_t)m->head.size};
    size_t at = 0;
    memcpy(prefix.magic, magic, sizeof magic);
    for (size_t i = 0; i < m->n; i++)
        prefix.sizes[i] = m->sources[i].track->total_bytes;
    TRY(put(cx, m->out, &prefix, sizeof prefix));
    TRY(put(cx, m->out, m->runs.p, m->runs.n));
    for (size_t i = 0; i < m->head.n; i++) {
        const Buf *table = m->head.tables[i].bytes;
        TRY(put(cx, m->out, m->head.frame.p + at, m->head.tables[i].at - at));
        TRY(put(cx, m->out, table->p, table->n));
        at = m->head.tables[i].at;
    }
    return put(cx, m->out, m->head.frame.p + at, m->head.frame.n - at);
}

Err progressive_write(Cx *cx, const ProgressiveTrack *video, const ProgressiveTrack *audio,
                      const char *to, int64_t *size)
{
    CLEANUP(making_end) Making m = {.runs = BUF(SPLICE_RUNS_MAX * sizeof(SpliceRun)), .out = -1};
    const ProgressiveTrack *given[] = {video, audio};
    assert(video || audio);
    for (size_t i = 0; i < COUNT(given); i++) {
        if (!given[i])
            continue;
        assert(given[i]->track->kind == (i ? MEDIA_AUDIO : MEDIA_VIDEO));
        Source *s = &m.sources[m.n++];
        *s = (Source){.track = given[i]->track, .walk = {.fd = -1}, .table = table_new()};
        TRY(open_source(cx, given[i], s));
    }
    TRY(take_all(cx, &m));
    TRY(make_head(cx, &m));
    m.out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (m.out < 0)
        return file_failed(cx, "making the head of a download");
    Err e = write_file(cx, &m);
    if (e)
        (void)unlink(to);
    else
        *size = m.head.size + m.body;
    return e;
}

/* --- opening it */

static Err read_prefix(Cx *cx, int fd, size_t n, Prefix *out, SpliceRun *first, SpliceRun *last)
{
    Prefix p = {0};
    struct stat is = {0};
    ssize_t want = sizeof *first;
    if (fstat(fd, &is) || pread(fd, &p, sizeof p, 0) != sizeof p ||
        memcmp(p.magic, magic, sizeof magic) != 0)
        return fail(cx, E_INTERNAL, "the head of a download is none");
    int64_t head_at = (int64_t)(sizeof p + p.n * sizeof *first);
    if (p.n < 2 || p.n > SPLICE_RUNS_MAX || is.st_size != head_at + p.head || n < 1 || n > TRACKS ||
        (p.sizes[1] != 0) != (n == 2))
        return fail(cx, E_INTERNAL, "the head of a download does not hold together");
    int64_t last_at = head_at - want;
    if (pread(fd, first, sizeof *first, sizeof p) != want ||
        pread(fd, last, sizeof *last, last_at) != want)
        return fail(cx, E_INTERNAL, "the head of a download cannot be read");
    if (first->end != p.head || first->at != head_at || first->file != 0)
        return fail(cx, E_INTERNAL, "a download does not begin with its head");
    *out = p;
    return OK;
}

static Err open_splice(Cx *cx, Splice *s, size_t n)
{
    Prefix p = {0};
    SpliceRun first = {0}, last = {0};
    TRY(read_prefix(cx, s->fds[0], n, &p, &first, &last));
    s->n = p.n;
    s->runs_at = sizeof p;
    s->size = last.end;
    for (size_t i = 0; i < n; i++) {
        struct stat is = {0};
        if (fstat(s->fds[i + 1], &is) || is.st_size != p.sizes[i])
            return fail(cx, E_INTERNAL, "a track of a download is not the one it was made of");
    }
    return splice_check(cx, s);
}

Err progressive_open(Cx *cx, int fd, const int *files, size_t n, Splice *out)
{
    Splice s = SPLICE_NONE;
    s.fds[0] = fd;
    for (size_t i = 0; i < n; i++) {
        if (i < SPLICE_FILES - 1)
            s.fds[i + 1] = files[i];
        else
            close(files[i]);
    }
    Err e = n < SPLICE_FILES ? open_splice(cx, &s, n)
                             : fail(cx, E_INTERNAL, "a download has %zu tracks", n);
    if (e)
        splice_close(&s);
    else
        *out = s;
    return e;
}
