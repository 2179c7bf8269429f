#include "catalog/search_text.h"

#include "catalog/analyse.h"
#include "contract.h"
#include "db/db.h"

enum {
    MISTYPED_LEAST = 4, /* bytes; with fewer letters every word is like another */
    WORDS_JSON = 1 << 20,
};

static void put_words(Cx *cx, Buf *b, Str text)
{
    Words words = words_of(cx->arena, text);
    for (size_t i = 0; i < words.n; i++) {
        if (words.p[i].text.n < MISTYPED_LEAST)
            continue;
        buf_byte(b, b->n ? ',' : '[');
        buf_json_str(b, words.p[i].text);
    }
}

static Err add_words(Cx *cx, const VideoText *t)
{
    Buf b CLEANUP(buf_free) = BUF(WORDS_JSON);
    int64_t added = 0;
    put_words(cx, &b, t->title);
    put_words(cx, &b, t->has.show ? t->show : S(""));
    put_words(cx, &b, t->tags);
    put_words(cx, &b, t->description);
    if (!b.n)
        return OK;
    buf_byte(&b, ']');
    if (b.full)
        return fail(cx, E_INVALID, "the texts of a video hold too many words");
    Str words = arena_str(cx->arena, (Str){b.p, b.n});
    TRY(db_run(cx, SQL_SEARCH_WORDS_ADD, ARGS(V(words)), &added));
    return added ? db_run(cx, SQL_SEARCH_WORDS_TEXT, NO_ARGS, NULL) : OK;
}

Str search_tag(Cx *cx, Str tag)
{
    return analysed(cx->arena, tag);
}

/* A list in JSON. */
static Str tag_terms(Cx *cx, const StrList *tags)
{
    Buf b CLEANUP(buf_free) = BUF(WORDS_JSON);
    for (size_t i = 0; i < tags->n; i++) {
        Str terms = search_tag(cx, tags->p[i]);
        if (!terms.n)
            continue;
        buf_byte(&b, b.n ? ',' : '[');
        buf_json_str(&b, terms);
    }
    if (!b.n || b.full)
        return S("[]");
    buf_byte(&b, ']');
    return arena_str(cx->arena, (Str){b.p, b.n});
}

static Err write_one(Cx *cx, const VideoText *t)
{
    Arena *a = cx->arena;
    TRY(db_run(cx, SQL_VIDEO_TEXT_PUT,
               ARGS(V(t->n), V(analysed(a, t->title)),
                    V(t->has.show ? analysed(a, t->show) : S("")), V(analysed(a, t->tags)),
                    V(analysed(a, t->description))),
               NULL));
    TRY(db_run(cx, SQL_VIDEO_TAGS_DROP, ARGS(V(t->n)), NULL));
    if (t->tag_list.n)
        TRY(db_run(cx, SQL_VIDEO_TAGS_PUT, ARGS(V(t->n), V(tag_terms(cx, &t->tag_list))), NULL));
    return add_words(cx, t);
}

Err search_text_write(Cx *cx, Str video)
{
    VideoText text = {0};
    TRY(db_one(cx, SQL_VIDEO_TEXT_SOURCE, ARGS(V(video)), &VIDEO_TEXT, &text));
    return write_one(cx, &text);
}

Err search_text_show(Cx *cx, Str slug)
{
    BlobRows videos = {0};
    TRY(db_list(cx, SQL_VIDEO_TEXT_OF_SHOW, ARGS(V(slug)), &BLOB_ROW, &videos.items));
    for (size_t i = 0; i < videos.items.n; i++)
        TRY(search_text_write(cx, videos.items.p[i].key));
    return OK;
}

/* Those after *done; *done stays when there is none left, and the version is noted. */
static Err write_chunk(Cx *cx, int64_t *done, bool *more)
{
    VideoTexts chunk = {0};
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(db_list(cx, SQL_VIDEO_TEXT_SOURCES, ARGS(V(*done)), &VIDEO_TEXT, &chunk.items));
    for (size_t i = 0; i < chunk.items.n; i++)
        TRY(write_one(cx, &chunk.items.p[i]));
    *more = chunk.items.n > 0;
    if (*more)
        *done = chunk.items.p[chunk.items.n - 1].n;
    TRY(db_run(cx, SQL_SEARCH_STATE_SET,
               ARGS(V(*more ? 0 : ANALYSIS_VERSION), V(*more ? *done : 0)), NULL));
    TRY(tx_commit(&tx));
    return db_settle(cx);
}

/* Each chunk's texts have an arena of their own: a long list must not be in memory at once. */
static Err write_from(Cx *cx, int64_t done)
{
    Arena *whole = cx->arena;
    Err e = OK;
    bool more = true;
    while (more && !e) {
        cx->arena = arena_new();
        e = write_chunk(cx, &done, &more);
        arena_free(cx->arena);
    }
    cx->arena = whole;
    return e;
}

Err search_text_renew(Cx *cx)
{
    int64_t version = 0, done = 0;
    TRY(db_int(cx, SQL_SEARCH_STATE, NO_ARGS, &version));
    if (version == ANALYSIS_VERSION)
        return OK;
    TRY(db_int(cx, SQL_SEARCH_DONE, NO_ARGS, &done));
    return write_from(cx, done);
}

Err search_text_all(Cx *cx)
{
    return write_from(cx, 0);
}
