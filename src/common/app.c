#include "common/app.h"

Str app_url(Cx *cx, Str path)
{
    return arena_fmt(cx->arena, STR_FMT STR_FMT, STR_ARG(cx->app->public_url), STR_ARG(path));
}
