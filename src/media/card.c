/* Share cards: the poster over a blurred self, the title below it. The title reaches the tool in
 * files of its own, so that no sign in it means anything. */
#include "base/fault.h"
#include "base/file.h"
#include "media/card_text.h"
#include "media/still_run.h"

#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    CARD_SIDE_MIN = 200,
    CARD_SIDE_MAX = 4096,
    CARD_QUALITY = 4,
    FONT_MAX = 32 << 20,
    HEAD_MAX = 64 << 10
};

/* Where all of it stands, in pixels. */
typedef struct Layout {
    int32_t width, height;
    int32_t poster_w, poster_h, poster_y;
    int32_t line, first; /* from line to line; the first baseline */
    CardText text;
} Layout;

static void lay_out(const Picture *poster, Layout *l)
{
    int32_t margin = l->width / 18, gap = l->text.n ? margin : 0;
    l->line = l->text.size * 5 / 4;
    int32_t text = l->line * (int32_t)l->text.n, box = l->height - 2 * margin - gap - text;
    int64_t w = l->width, h = poster->height * l->width / poster->width;
    if (h > box) {
        h = box;
        w = poster->width * box / poster->height;
    }
    l->poster_w = w < 2 ? 2 : (int32_t)(w / 2 * 2);
    l->poster_h = h < 2 ? 2 : (int32_t)(h / 2 * 2);
    l->poster_y = (l->height - l->poster_h - gap - text) / 2;
    l->first = l->poster_y + l->poster_h + gap + l->text.size;
}

static Err put_file(Cx *cx, const StillJob *job, const char *name, Str content)
{
    return file_make(still_path(cx, job, name), content.p, content.n)
               ? OK
               : file_failed(cx, "a card cannot be written");
}

static Err read_font(Cx *cx, const char *path, Font *font)
{
    Str file = {0};
    int64_t bytes = 0;
    char real[PATH_MAX]; /* fonts are often links */
    if (!path || path[0] != '/' || !realpath(path, real) || access(real, R_OK))
        return fail(cx, E_UNAVAILABLE, "brand-font names no font that is there: %s",
                    path && *path ? path : "it is not set");
    TRY(still_head(cx, real, FONT_MAX, &file, &bytes));
    if (bytes > FONT_MAX || !font_open(file, font))
        return fail(cx, E_UNAVAILABLE, "brand-font names no TrueType or OpenType font: %s", path);
    return OK;
}

static Str title_name(Cx *cx, size_t line)
{
    return arena_fmt(cx->arena, "title-%zu.txt", line + 1);
}

/* The background is blurred small, which is the same and cheaper. Each line stands on its own
 * baseline: drawtext otherwise sets it by its tallest letter. */
static Str card_filter(Cx *cx, const Layout *l)
{
    Str f = arena_fmt(cx->arena,
                      "split[a][b];[a]scale=%d:%d:force_original_aspect_ratio=increase,crop=%d:%d,"
                      "gblur=sigma=4,scale=%d:%d:flags=bicubic,lutyuv=y=val*0.42[back];"
                      "[b]scale=%d:%d:flags=bicubic[front];[back][front]overlay=(W-w)/2:%d",
                      l->width / 8, l->height / 8, l->width / 8, l->height / 8, l->width, l->height,
                      l->poster_w, l->poster_h, l->poster_y);
    for (size_t i = 0; i < l->text.n; i++) {
        Str name = title_name(cx, i);
        f = arena_fmt(cx->arena,
                      STR_FMT ",drawtext=fontfile=font:textfile=" STR_FMT
                              ":expansion=%s:fontsize=%d:fontcolor=white:x=(w-text_w)/2:"
                              "y=%d-ascent:shadowcolor=black@0.6:shadowx=2:shadowy=2",
                      STR_ARG(f), STR_ARG(name), bug("expansion") ? "normal" : "none", l->text.size,
                      l->first + (int32_t)i * l->line);
    }
    return arena_fmt(cx->arena, STR_FMT ",setsar=1", STR_ARG(f));
}

static Err draw(Cx *cx, const StillJob *job, const char *poster, const Layout *l, Still *out)
{
    Tool tool = still_tool(job, poster, "a picture");
    ToolEnd end = {0};
    Still still = {0};
    /* one for each size: the first may be on its way into the store */
    const char *name = arena_fmt(cx->arena, "card-%dx%d.jpg", l->width, l->height).p;
    args_picture(cx, &tool.args, job->limits, "jpeg_pipe", "mjpeg", poster);
    still_jpeg_args(cx, &tool.args, card_filter(cx, l).p, CARD_QUALITY, name);
    TRY(tool_run(cx, &tool, &end));
    TRY(still_take(cx, job, name, &still));
    if (still.width != l->width || still.height != l->height)
        return fail(cx, E_MEDIA_REFUSED, "the card is not what was asked for");
    *out = still;
    return OK;
}

Err still_card(Cx *cx, const StillJob *job, const char *poster, const char *font_path, Str title,
               int32_t width, int32_t height, Still *out)
{
    Font font = {0};
    Str head = {0};
    int64_t bytes = 0;
    Picture picture = {0};
    Layout l = {.width = width / 2 * 2, .height = height / 2 * 2};
    if (width < CARD_SIDE_MIN || height < CARD_SIDE_MIN || width > CARD_SIDE_MAX ||
        height > CARD_SIDE_MAX || width > 3 * height)
        return fail(cx, E_INTERNAL, "a card cannot be %d x %d", width, height);
    TRY(read_font(cx, font_path, &font));
    TRY(still_head(cx, poster, HEAD_MAX, &head, &bytes));
    if (!picture_read(head, &picture) || picture.kind != PICTURE_JPEG || picture.width < 1 ||
        picture.height < 1)
        return fail(cx, E_MEDIA_REFUSED, "the poster is no picture");
    card_wrap(cx->arena, &font, title, l.width * 8 / 9, &l.text);
    lay_out(&picture, &l);
    TRY(put_file(cx, job, "font", font.file));
    for (size_t i = 0; i < l.text.n; i++)
        TRY(put_file(cx, job, title_name(cx, i).p, l.text.lines[i]));
    Err bad = draw(cx, job, poster, &l, out);
    unlink(still_path(cx, job, "font"));
    for (size_t i = 0; i < l.text.n; i++)
        unlink(still_path(cx, job, title_name(cx, i).p));
    return bad;
}
