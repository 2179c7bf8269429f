/* embed.h - a video within pages of other sites: who may show it, and what they write to do so. */
#ifndef HUB_EMBED_H
#define HUB_EMBED_H

#include "common/app.h"

enum { EMBED_WIDTH = 640, EMBED_HEIGHT = 360 };

/* The setting `--embed`: `*`, `off`, or origins with commas between them. */
bool embed_allowed(const App *app);
Str embed_ancestors(Cx *cx); /* of frame-ancestors, Content Security Policy 3; empty: none may */
Str embed_url(Cx *cx, Str slug);
/* The <iframe> to paste, escaped as HTML; in pixels of CSS. */
Str embed_code(Cx *cx, Str slug, Str title, int64_t width, int64_t height);

#endif
