#include "encode/plan.h"

#include "base/id.h"
#include "db/db.h"

enum { HEAVY_SIDE = 1440, LEAST_REST = 4 /* a last chunk shorter than 1/4 joins the one before */ };

int64_t plan_frames(const Attempt *a)
{
    return transcode_frames(&a->probe, &a->ladder.rungs[0]);
}

void plan_chunks(const Attempt *a, int64_t *frames, int64_t *chunks)
{
    const Rung *r = &a->ladder.rungs[0];
    int64_t all = plan_frames(a), ms = a->cx->app->conf.chunk;
    double gop_ms = (double)r->gop * 1000 * r->fps_den / r->fps_num;
    int64_t each = (int64_t)((double)ms / gop_ms + 0.5) * r->gop;
    *frames = 0;
    *chunks = 1;
    if (each <= 0 || all <= 2 * each || !transcode_can_span(&a->probe))
        return;
    *frames = each;
    *chunks = all / each + (all % each > each / LEAST_REST);
}

static bool heavy(const Attempt *a)
{
    int64_t width = 0, height = 0;
    probe_shown(&a->probe, &width, &height);
    return (width < height ? width : height) > HEAVY_SIDE;
}

Err plan_job(Attempt *a, const char *kind, Str detail, int priority)
{
    bool picture = strcmp(kind, "encode") == 0;
    return queue_add(a->cx, &(JobNew){.kind = kind,
                                      .subject = a->encode.id,
                                      .detail = detail,
                                      .owner = a->encode.owner,
                                      .priority = priority,
                                      .heavy = picture && heavy(a)});
}

/* The first chunk goes before the others: it brings the sound with it, and then an editor's preview
 * can begin; and nobody's long video stands before another's first picture. */
Err plan_pass(Attempt *a, const char *pass, int priority)
{
    if (a->encode.chunks == 1)
        return plan_job(a, "encode", str_of(pass), priority);
    for (int64_t n = 0; n < a->encode.chunks; n++)
        TRY(plan_job(a, "encode", arena_fmt(a->cx->arena, "%s:%lld", pass, (long long)n),
                     priority + (n > 0)));
    return OK;
}

/* --- renditions */

static Err add_picture(Attempt *a, int position, const Rung *r)
{
    Cx *cx = a->cx;
    return db_run(cx, SQL_RENDITION_ADD,
                  ARGS(V(id_new(cx)), V(a->encode.id), V(position), V(str_of(r->name)),
                       V(S("video")), V(position == 0 ? S("early") : S("ladder")), V(true),
                       V((int64_t)0), V((int64_t)r->width), V((int64_t)r->height),
                       V((int64_t)r->fps_num), V((int64_t)r->fps_den)),
                  NULL);
}

static Err add_sound(Attempt *a, int position, size_t i, size_t main)
{
    Cx *cx = a->cx;
    Str name = i == main ? S("audio") : arena_fmt(cx->arena, "audio%zu", i < main ? i + 2 : i + 1);
    return db_run(cx, SQL_RENDITION_ADD,
                  ARGS(V(id_new(cx)), V(a->encode.id), V(position), V(name), V(S("audio")),
                       V(S("audio")), V(i == main), V((int64_t)i), V((int64_t)0), V((int64_t)0),
                       V((int64_t)0), V((int64_t)1)),
                  NULL);
}

static size_t main_sound(const Probe *probe)
{
    for (size_t i = 0; i < probe->n_audio; i++)
        if (probe->audio[i].is_default)
            return i;
    return 0;
}

Err plan_renditions(Attempt *a)
{
    int position = 0;
    size_t main = main_sound(&a->probe);
    TRY(add_picture(a, position++, &a->ladder.rungs[0]));
    if (a->probe.n_audio)
        TRY(add_sound(a, position++, main, main));
    for (size_t i = 1; i < a->ladder.n; i++)
        TRY(add_picture(a, position++, &a->ladder.rungs[i]));
    for (size_t i = 0; i < a->probe.n_audio; i++)
        if (i != main)
            TRY(add_sound(a, position++, i, main));
    return OK;
}

/* --- what follows what */

Err plan_main_sound(Attempt *a)
{
    int64_t asked = 0;
    if (!a->probe.n_audio)
        return OK;
    TRY(db_int(a->cx, SQL_JOB_ASKED, ARGS(V(a->encode.id), V(S("audio")), V(S("audio"))), &asked));
    return asked ? OK : plan_job(a, "audio", S("audio"), JOB_URGENT);
}

Err plan_after(Attempt *a, Str pass)
{
    RenditionRows all = {0};
    if (!str_eq(pass, S("early")))
        return OK;
    TRY(encode_renditions(a->cx, a->encode.id, &all));
    for (size_t i = 0; i < all.items.n; i++) {
        const RenditionRow *r = &all.items.p[i];
        bool waits = str_eq(r->state, S("waiting"));
        if (str_eq(r->pass, S("audio")) && waits && r->is_default)
            TRY(plan_main_sound(a));
        else if (str_eq(r->pass, S("audio")) && waits)
            TRY(plan_job(a, "audio", r->name, JOB_SOON));
    }
    TRY(plan_job(a, "pictures", (Str){0}, JOB_SOON));
    if (a->probe.n_texts)
        TRY(plan_job(a, "texts", (Str){0}, JOB_SOON));
    return a->ladder.n > 1 ? plan_pass(a, "ladder", JOB_NORMAL) : OK;
}

Err plan_last(Attempt *a)
{
    RenditionRows all = {0};
    TRY(plan_job(a, "storyboard", (Str){0}, JOB_LATER));
    TRY(plan_job(a, "clip", (Str){0}, JOB_LATER));
    TRY(encode_renditions(a->cx, a->encode.id, &all));
    for (size_t i = 0; i < all.items.n; i++)
        if (all.items.p[i].is_default)
            TRY(plan_job(a, "file", all.items.p[i].name, JOB_LATER));
    return OK;
}
