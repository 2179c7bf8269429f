#include "streaming/version.h"

#include "base/fault.h"
#include "db/db.h"
#include "encode/encode.h"

Err version_find(Cx *cx, const StreamToken *token, Str id, Version *out)
{
    TeaserRow teaser = {0};
    *out = (Version){.token = token, .encode = id, .first = 1};
    if (!token->teaser || bug("teaser-any"))
        return OK;
    Err e = db_one(cx, SQL_STREAM_TEASER, ARGS(V(id), V(token->video), V(token->preview)),
                   &TEASER_ROW, &teaser);
    if (e == E_NOT_FOUND)
        return fail(cx, e, "there is no such version");
    TRY(e);
    *out = (Version){token, teaser.encode, teaser.first, teaser.segments};
    return OK;
}

Err version_rendition(Cx *cx, const Version *v, Str name, RenditionRow *row)
{
    Err e = db_one(cx, SQL_STREAM_RENDITION,
                   ARGS(V(v->encode), V(name), V(v->token->video), V(v->token->preview)),
                   &RENDITION_ROW, row);
    return e == E_NOT_FOUND ? fail(cx, e, "there is no such rendition") : e;
}

/* Of a teaser only its own segments; their times stay those of the whole. */
static Err cut(Cx *cx, const Version *v, MediaTrack *t)
{
    if (!v->n || !t->n)
        return OK;
    int64_t delay = t->first - t->segments[0].start;
    size_t from = (size_t)v->first - 1;
    if (from >= t->n)
        return fail(cx, E_NOT_FOUND, "there is no such rendition");
    t->segments += from;
    t->n = t->n - from < (size_t)v->n ? t->n - from : (size_t)v->n;
    t->first = t->segments[0].start + delay;
    track_measure(t);
    return OK;
}

Err version_track(Cx *cx, const Version *v, const RenditionRow *row, MediaTrack *out, bool *growing)
{
    bool ready = str_eq(row->state, S("ready"));
    TRY(ready ? encode_track(cx, row, true, out) : encode_track_growing(cx, row, out));
    *growing = !ready;
    if (!out->n)
        return fail(cx, E_NOT_FOUND, "there is no such rendition");
    return cut(cx, v, out);
}

/* What is cut from a growing picture's end is cut from its sound too. */
static void keep_step(Presentation *p, MediaTrack *audios)
{
    size_t least = p->videos[0].n;
    for (size_t i = 1; i < p->n_videos; i++)
        least = p->videos[i].n < least ? p->videos[i].n : least;
    for (size_t i = 0; p->growing && i < p->n_audios; i++)
        audios[i].n = audios[i].n < least ? audios[i].n : least;
}

static MediaText text_of(const CaptionRow *c)
{
    return (MediaText){.name = c->name,
                       .language = c->language,
                       .label = c->label,
                       .sdh = str_eq(c->kind, S("captions")),
                       .is_default = c->is_default};
}

Err version_captions(Cx *cx, Str video, CaptionRows *out)
{
    return db_list(cx, SQL_STREAM_CAPTIONS, ARGS(V(video)), &CAPTION_ROW, &out->items);
}

static Err put_texts(Cx *cx, const Version *v, Presentation *p)
{
    CaptionRows rows = {0};
    TRY(version_captions(cx, v->token->video, &rows));
    MediaText *texts = arena_array(cx->arena, MediaText, rows.items.n);
    for (size_t i = 0; i < rows.items.n; i++)
        texts[i] = text_of(&rows.items.p[i]);
    p->texts = texts;
    p->n_texts = rows.items.n;
    return OK;
}

static Err put_track(Cx *cx, const Version *v, const RenditionRow *row, Presentation *p,
                     MediaTrack *videos, MediaTrack *audios)
{
    bool sound = str_eq(row->kind, S("audio")), growing = false;
    size_t *n = sound ? &p->n_audios : &p->n_videos;
    MediaTrack *to = (sound ? audios : videos) + *n;
    if (*n == VERSION_TRACKS)
        return OK;
    Err e = version_track(cx, v, row, to, &growing);
    if (e == E_NOT_FOUND) /* nothing of it yet */
        return OK;
    TRY(e);
    p->growing = p->growing || growing;
    ++*n;
    return OK;
}

/* A preview shows what grows only while nothing is ready: then a rendition that ends differs. */
static bool seen(const RenditionRow *row, bool any_ready, bool preview)
{
    if (str_eq(row->state, S("ready")) || bug("show-unready"))
        return true;
    return preview && !any_ready && str_eq(row->pass, S("early"));
}

static bool has_ready_picture(const RenditionRows *rows)
{
    for (size_t i = 0; i < rows->items.n; i++)
        if (str_eq(rows->items.p[i].state, S("ready")) && str_eq(rows->items.p[i].kind, S("video")))
            return true;
    return false;
}

Err version_presentation(Cx *cx, const Version *v, Presentation *out)
{
    RenditionRows rows = {0};
    int64_t there = 0;
    MediaTrack *videos = arena_array(cx->arena, MediaTrack, VERSION_TRACKS);
    MediaTrack *audios = arena_array(cx->arena, MediaTrack, VERSION_TRACKS);
    Presentation p = {.videos = videos, .audios = audios};
    TRY(db_int(cx, SQL_STREAM_VERSION, ARGS(V(v->encode), V(v->token->video), V(v->token->preview)),
               &there));
    if (there)
        TRY(encode_renditions(cx, v->encode, &rows));
    bool ready = has_ready_picture(&rows);
    for (size_t i = 0; i < rows.items.n; i++)
        if (seen(&rows.items.p[i], ready, v->token->preview))
            TRY(put_track(cx, v, &rows.items.p[i], &p, videos, audios));
    if (!p.n_videos)
        return fail(cx, E_NOT_FOUND, "there is no such version");
    keep_step(&p, audios);
    p.duration_ms = track_duration_ms(&videos[0]);
    TRY(put_texts(cx, v, &p));
    *out = p;
    return OK;
}

static Err init_slice(Cx *cx, const Version *v, Str name, SliceRow *out)
{
    RenditionRow row = {0};
    TRY(version_rendition(cx, v, name, &row));
    if (str_eq(row.state, S("ready"))) {
        *out = (SliceRow){.blob = row.blob, .at = 0, .size = row.init_size};
        return OK;
    }
    Err e = db_one(cx, SQL_CHUNK_INIT, ARGS(V(row.id)), &SLICE_ROW, out);
    return e == E_NOT_FOUND ? fail(cx, e, "there is no such rendition") : e;
}

Err version_slice(Cx *cx, const Version *v, Str name, int64_t n, SliceRow *out)
{
    if (!n)
        return init_slice(cx, v, name, out);
    if (v->n && n > v->n)
        return fail(cx, E_NOT_FOUND, "there is no such segment");
    n += v->first - 1;
    Err e = db_one(cx, SQL_STREAM_SEGMENT,
                   ARGS(V(v->encode), V(name), V(n), V(v->token->video), V(v->token->preview)),
                   &SLICE_ROW, out);
    if (e == E_NOT_FOUND && v->token->preview)
        e = db_one(cx, SQL_STREAM_CHUNK_SEGMENT,
                   ARGS(V(v->encode), V(name), V(n), V(v->token->video)), &SLICE_ROW, out);
    return e == E_NOT_FOUND ? fail(cx, e, "there is no such segment") : e;
}
