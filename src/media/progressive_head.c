#include "media/progressive_head.h"

#include <assert.h>

enum { MOVIE_SCALE = 1000, TRACK_SHOWN = 3 /* enabled, in the movie */, SELF_CONTAINED = 1 };

/* The head being written, and the boxes that are open in it. */
typedef struct Writer {
    Head *head;
    int64_t tables; /* bytes of those referred to so far */
    struct {
        size_t at;
        int64_t tables;
    } open[HEAD_DEPTH];
    size_t depth;
} Writer;

static void u(Writer *w, size_t bytes, uint64_t value)
{
    for (size_t i = bytes; i-- > 0;)
        buf_byte(&w->head->frame, (char)(uint8_t)(value >> 8 * i));
}

static void text(Writer *w, Str s)
{
    buf_put(&w->head->frame, s.p, s.n);
}

static void begin(Writer *w, const char *type)
{
    assert(w->depth < HEAD_DEPTH);
    w->open[w->depth].at = w->head->frame.n;
    w->open[w->depth++].tables = w->tables;
    u(w, 4, 0);
    buf_put(&w->head->frame, type, 4);
}

static void begin_full(Writer *w, const char *type, unsigned version, unsigned flags)
{
    begin(w, type);
    u(w, 1, version);
    u(w, 3, flags);
}

static void end(Writer *w)
{
    Buf *b = &w->head->frame;
    size_t at = w->open[--w->depth].at;
    if (b->full)
        return;
    uint64_t size = b->n - at + (uint64_t)(w->tables - w->open[w->depth].tables);
    Buf to = {.p = b->p + at, .cap = 4, .max = 4};
    for (size_t i = 4; i-- > 0;)
        buf_byte(&to, (char)(uint8_t)(size >> 8 * i));
}

static void refer(Writer *w, const Buf *table)
{
    Head *h = w->head;
    assert(h->n < HEAD_TABLES);
    h->tables[h->n].at = h->frame.n;
    h->tables[h->n++].bytes = table;
    w->tables += (int64_t)table->n;
}

/* Unity, as 14496-12 section 6.2.2 has it. */
static void matrix(Writer *w)
{
    static const uint32_t unity[] = {0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000};
    for (size_t i = 0; i < COUNT(unity); i++)
        u(w, 4, unity[i]);
}

/* Rounded up: a track that ends earlier than its last sample loses it. */
static int64_t movie_units(const MediaTrack *track, int64_t units)
{
    return (units * MOVIE_SCALE + track->timescale - 1) / track->timescale;
}

static int64_t late(const HeadTrack *t)
{
    return t->media_time < 0 ? movie_units(t->track, -t->media_time) : 0;
}

static int64_t presented(const HeadTrack *t)
{
    int64_t from = t->media_time > 0 ? t->media_time : 0;
    return movie_units(t->track, t->table->duration + t->first_shift - from);
}

static void put_type(Writer *w, bool video)
{
    begin(w, "ftyp");
    text(w, video ? S("isom") : S("M4A "));
    u(w, 4, 512);
    text(w, video ? S("isomiso2iso4avc1mp42") : S("M4A isommp42"));
    end(w);
}

static void put_movie(Writer *w, int64_t duration)
{
    begin_full(w, "mvhd", 0, 0);
    u(w, 8, 0); /* made and changed: not told */
    u(w, 4, MOVIE_SCALE);
    u(w, 4, (uint64_t)duration);
    u(w, 4, 0x10000);
    u(w, 2, 0x100);
    text(w, (Str){"\0\0\0\0\0\0\0\0\0", 10});
    matrix(w);
    for (int i = 0; i < 6; i++)
        u(w, 4, 0);
    u(w, 4, 3); /* the next track, had it one */
    end(w);
}

static void put_track_head(Writer *w, const HeadTrack *t, unsigned id)
{
    bool video = t->track->kind == MEDIA_VIDEO;
    begin_full(w, "tkhd", 0, TRACK_SHOWN);
    u(w, 8, 0);
    u(w, 4, id);
    u(w, 4, 0);
    u(w, 4, (uint64_t)(late(t) + presented(t)));
    u(w, 8, 0);
    u(w, 2, 0);
    u(w, 2, video ? 0 : 1); /* sounds are alternatives of each other */
    u(w, 2, video ? 0 : 0x100);
    u(w, 2, 0);
    matrix(w);
    u(w, 4, (uint64_t)t->track->width << 16);
    u(w, 4, (uint64_t)t->track->height << 16);
    end(w);
}

static void put_edits(Writer *w, const HeadTrack *t)
{
    begin(w, "edts");
    begin_full(w, "elst", 0, 0);
    u(w, 4, late(t) ? 2 : 1);
    if (late(t)) {
        u(w, 4, (uint64_t)late(t));
        u(w, 4, UINT32_MAX); /* nothing */
        u(w, 4, 0x10000);
    }
    u(w, 4, (uint64_t)presented(t));
    u(w, 4, (uint64_t)(t->media_time > 0 ? t->media_time : 0));
    u(w, 4, 0x10000);
    end(w);
    end(w);
}

/* ISO 639-2/T of an RFC 5646 tag, in three groups of five bits; "und" where there is none. */
static unsigned packed_language(Str tag)
{
    static const struct {
        const char *two, *three;
    } known[] = {{"ar", "ara"}, {"de", "deu"}, {"en", "eng"}, {"es", "spa"}, {"fr", "fra"},
                 {"hi", "hin"}, {"id", "ind"}, {"it", "ita"}, {"ja", "jpn"}, {"jv", "jav"},
                 {"ko", "kor"}, {"ms", "msa"}, {"nl", "nld"}, {"pt", "por"}, {"ru", "rus"},
                 {"su", "sun"}, {"ta", "tam"}, {"th", "tha"}, {"tl", "tgl"}, {"tr", "tur"},
                 {"ur", "urd"}, {"vi", "vie"}, {"zh", "zho"}};
    Str rest = {0}, first = str_cut(tag, '-', &rest), three = S("und");
    bool plain = first.n == 3;
    for (size_t i = 0; i < first.n; i++)
        plain = plain && first.p[i] >= 'a' && first.p[i] <= 'z';
    if (plain)
        three = first;
    for (size_t i = 0; i < COUNT(known); i++)
        if (str_eq(first, str_of(known[i].two)))
            three = str_of(known[i].three);
    return (unsigned)(three.p[0] - 0x60) << 10 | (unsigned)(three.p[1] - 0x60) << 5 |
           (unsigned)(three.p[2] - 0x60);
}

static void put_media_head(Writer *w, const HeadTrack *t)
{
    int64_t duration = t->table->duration;
    size_t wide = duration > UINT32_MAX ? 8 : 4;
    begin_full(w, "mdhd", wide == 8, 0);
    u(w, wide, 0);
    u(w, wide, 0);
    u(w, 4, (uint64_t)t->track->timescale);
    u(w, wide, (uint64_t)duration);
    u(w, 2, packed_language(t->track->language));
    u(w, 2, 0);
    end(w);
    begin_full(w, "hdlr", 0, 0);
    u(w, 4, 0);
    text(w, t->track->kind == MEDIA_VIDEO ? S("vide") : S("soun"));
    text(w, (Str){"\0\0\0\0\0\0\0\0\0\0\0", 12});
    text(w, t->track->kind == MEDIA_VIDEO ? S("Picture\0") : S("Sound\0"));
    end(w);
    if (!t->track->language.n)
        return;
    begin_full(w, "elng", 0, 0);
    text(w, t->track->language);
    u(w, 1, 0);
    end(w);
}

static void put_media_info(Writer *w, bool video)
{
    begin_full(w, video ? "vmhd" : "smhd", 0, video ? 1 : 0);
    u(w, video ? 8 : 4, 0);
    end(w);
    begin(w, "dinf");
    begin_full(w, "dref", 0, 0);
    u(w, 4, 1);
    begin_full(w, "url ", 0, SELF_CONTAINED);
    end(w);
    end(w);
    end(w);
}

static void put_table(Writer *w, const char *type, unsigned version, const Buf *entries,
                      size_t entry)
{
    begin_full(w, type, version, 0);
    if (memcmp(type, "stsz", 4) == 0)
        u(w, 4, 0); /* sizes differ */
    u(w, 4, entries->n / entry);
    refer(w, entries);
    end(w);
}

static void put_samples(Writer *w, const HeadTrack *t)
{
    SampleTable *table = t->table;
    begin(w, "stbl");
    begin(w, "stsd");
    text(w, t->description);
    end(w);
    put_table(w, "stts", 0, &table->times, 8);
    if (table->shifted)
        put_table(w, "ctts", table->negative, &table->shifts, 8);
    if (t->track->kind == MEDIA_VIDEO)
        put_table(w, "stss", 0, &table->keys, 4);
    put_table(w, "stsz", 0, &table->sizes, 4);
    put_table(w, "stsc", 0, &table->groups, 12);
    put_table(w, "co64", 0, &table->chunks, 8);
    end(w);
}

static void put_track(Writer *w, const HeadTrack *t, unsigned id)
{
    begin(w, "trak");
    put_track_head(w, t, id);
    put_edits(w, t);
    begin(w, "mdia");
    put_media_head(w, t);
    begin(w, "minf");
    put_media_info(w, t->track->kind == MEDIA_VIDEO);
    put_samples(w, t);
    end(w);
    end(w);
    end(w);
}

/* Sums stay below 2^63, and what is written in 32 bits fits them. */
static bool times_fit(const HeadTrack *t)
{
    int64_t most = MP4_TIME_MAX;
    return t->table->duration > 0 && t->table->duration < most && t->first_shift > INT32_MIN &&
           t->first_shift <= INT32_MAX && t->media_time > -INT32_MAX && t->media_time < INT32_MAX &&
           t->table->duration + t->first_shift > t->media_time &&
           late(t) + presented(t) < UINT32_MAX;
}

bool head_make(Head *head, const HeadTrack *tracks, size_t n, int64_t body)
{
    int64_t longest = 0;
    *head = (Head){.frame = BUF(HEAD_FRAME_MAX)};
    Writer w = {.head = head};
    for (size_t i = 0; i < n; i++) {
        if (!times_fit(&tracks[i]))
            return false;
        int64_t is = late(&tracks[i]) + presented(&tracks[i]);
        longest = is > longest ? is : longest;
    }
    put_type(&w, tracks[0].track->kind == MEDIA_VIDEO);
    begin(&w, "moov");
    put_movie(&w, longest);
    for (size_t i = 0; i < n; i++)
        put_track(&w, &tracks[i], (unsigned)i + 1);
    end(&w);
    u(&w, 4, 1); /* the size follows in 64 bits */
    text(&w, S("mdat"));
    u(&w, 8, (uint64_t)body + 16);
    head->size = (int64_t)head->frame.n + w.tables;
    return !head->frame.full;
}

void head_free(Head *head)
{
    buf_free(&head->frame);
}
