#include "page/notice.h"

#include "base/buf.h"

/* A phone shows no more of a text, and a message has a ceiling. */
enum { MESSAGE_MAX = 3072, PART_MAX = 240 };

Str notice_words(Cx *cx, Language language, const Notification *n)
{
    if (n->kind == NOTIFICATION_KIND_REPLY)
        return text_fill(cx, language, TEXT_TOLD_REPLY, &n->author, 1);
    return text_fill(cx, language, TEXT_TOLD_EPISODE, &n->show_title, 1);
}

static Str cut(Str text)
{
    size_t n = 0;
    for (size_t step = 0; n < text.n; n += step) {
        step = utf8_next(text.p + n, str_end(text));
        step = step ? step : 1;
        if (n + step > PART_MAX)
            break;
    }
    return (Str){text.p, n};
}

static void put_part(Buf *b, const char *name, Str text)
{
    buf_byte(b, b->n ? ',' : '{');
    buf_json_str(b, str_of(name));
    buf_byte(b, ':');
    buf_json_str(b, text);
}

Str notice_message(Cx *cx, Language language, const Notification *n)
{
    Buf b CLEANUP(buf_free) = BUF(MESSAGE_MAX);
    put_part(&b, "title", cut(notice_words(cx, language, n)));
    put_part(&b, "body", cut(n->video_title));
    put_part(&b, "tag", n->id);
    put_part(&b, "url", n->url);
    buf_byte(&b, '}');
    return arena_str(cx->arena, (Str){b.p, b.n});
}
