#include "page/embed.h"

#include "page/html.h"

enum { CODE_MAX = 16 << 10 };

bool embed_allowed(const App *app)
{
    return !str_eq(app->conf.embed, S("off"));
}

Str embed_ancestors(Cx *cx)
{
    Str told = embed_allowed(cx->app) ? arena_str(cx->arena, cx->app->conf.embed) : (Str){0};
    char *to = arena_take(cx->arena, told.n + 1);
    for (size_t i = 0; i < told.n; i++)
        to[i] = told.p[i] == ',' ? ' ' : told.p[i];
    return (Str){to, told.n};
}

Str embed_url(Cx *cx, Str slug)
{
    return app_url(cx, arena_fmt(cx->arena, "/embed/" STR_FMT, STR_ARG(slug)));
}

Str embed_code(Cx *cx, Str slug, Str title, int64_t width, int64_t height)
{
    Buf b CLEANUP(buf_free) = BUF(CODE_MAX);
    HTML(&b, "<iframe");
    html_link(&b, "src", embed_url(cx, slug));
    html_attr_int(&b, "width", width);
    html_attr_int(&b, "height", height);
    html_attr(&b, "title", title);
    HTML(&b, " allow=\"fullscreen; picture-in-picture\" loading=\"lazy\" "
             "style=\"border:0\"></iframe>");
    return b.full ? (Str){0} : arena_str(cx->arena, (Str){b.p, b.n});
}
