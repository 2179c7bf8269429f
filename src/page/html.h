/* html.h - HTML being written: what is data is escaped by construction.
 *
 * Only literals of the program reach the page as they stand (HTML); every Str goes through one of
 * the functions, which also mend what is not UTF-8 (U+FFFD) and drop control characters. Values of
 * attributes are always quoted. There is no way to write data into a script that runs, a style or a
 * comment, and no page has any. WHATWG HTML 13.1.2. Pure.
 */
#ifndef HUB_HTML_H
#define HUB_HTML_H

#include "base/buf.h"

#define HTML(b, literal) buf_put((b), "" literal "", sizeof(literal) - 1)

void html_text(Buf *b, Str s);
void html_attr(Buf *b, const char *name, Str value); /*  name="value" with a blank before it */
void html_attr_int(Buf *b, const char *name, int64_t value);
/* href, src or action: a path of ours, a query, a fragment or an http(s) address; anything else
 * becomes "#". */
void html_link(Buf *b, const char *name, Str address);
/* A data block for programs that read pages (JSON-LD 1.1, 7); `json` is whole and ours. What would
 * end it is written as JSON escapes, so no text in it gets out. */
void html_json_ld(Buf *b, Str json);
/* Text people typed: blank lines part paragraphs, line ends break lines. */
void html_paragraphs(Buf *b, Str s);

#endif
