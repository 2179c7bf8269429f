/* Any bytes as what visitors and editors write: it stays inert in a page, a header and a command
 * line. */
#include "page/html.h"
#include "page/language.h"
#include "page/next.h"
#include "page/shell.h"

#include <assert.h>

static void check_inert(const Buf *b)
{
    for (size_t i = 0; i < b->n; i++)
        assert(b->p[i] != '<' && b->p[i] != '>' && b->p[i] != '"' && b->p[i] != '\'' &&
               b->p[i] != 0);
}

static void check_word(Str word)
{
    assert(word.n >= 2 && word.p[0] == word.p[word.n - 1]);
    for (size_t i = 0; i < word.n; i++)
        assert((unsigned char)word.p[i] >= ' ');
    for (size_t i = 1; word.p[0] == '"' && i + 1 < word.n; i++)
        assert(!strchr("\"$`\\!", word.p[i]));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Str text = {(const char *)data, size < 2000 ? size : 2000};
    Language language = INDONESIAN;
    Cx cx = {.arena = arena_new()};
    Buf plain CLEANUP(buf_free) = BUF(1 << 16), lines CLEANUP(buf_free) = BUF(1 << 16);
    html_text(&plain, text);
    check_inert(&plain);
    html_paragraphs(&lines, text);
    html_link(&lines, "href", text);
    Str next = next_path(text);
    assert(next.p[0] == '/' && (next.n == 1 || (next.p[1] != '/' && next.p[1] != '\\')));
    (void)language_accepted(text, &language);
    assert(language < LANGUAGES);
    check_word(shell_file(&cx, text));
    arena_free(cx.arena);
    return 0;
}
