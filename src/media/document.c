/* The first page of a PDF, drawn by poppler's pdftoppm; nothing in it is run. */
#include "media/still_run.h"

#include <unistd.h>

enum { HEAD = 1024, PDF_SECONDS = 30 };

Err still_pdf(Cx *cx, const StillJob *job, const char *pdftoppm, const char *pdf, Still *out)
{
    Str head = {0};
    int64_t bytes = 0;
    ToolEnd end = {0};
    const char *page = still_path(cx, job, "page.jpg");
    TRY(still_head(cx, pdf, HEAD, &head, &bytes));
    if (head.n == 0 || !memmem(head.p, head.n, "%PDF-", 5)) /* readers look that far */
        return fail(cx, E_MEDIA_REFUSED, "it is not a PDF");
    Tool tool = {.limits = job->limits,
                 .original = pdf,
                 .what = "a PDF",
                 .poppler = true,
                 .folder = job->folder,
                 .seconds = PDF_SECONDS,
                 .file_bytes = STILL_FILE_MAX,
                 .watch = &job->watch};
    args_add(&tool.args, pdftoppm);
    args_pair(&tool.args, "-f", "1");
    args_pair(&tool.args, "-l", "1");
    args_pair(&tool.args, "-singlefile", "-jpeg");
    args_fmt(cx, &tool.args, "-scale-to", "%d", STILL_SIDE);
    args_pair(&tool.args, pdf, "page");
    TRY(tool_run(cx, &tool, &end));
    if (access(page, F_OK))
        return fail(cx, E_MEDIA_REFUSED, "the PDF has no page that can be drawn");
    Err bad = still_image_as(cx, job, page, "document.jpg", out);
    unlink(page);
    return bad;
}
