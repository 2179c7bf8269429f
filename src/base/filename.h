/* filename.h - a stranger's file name, made fit to be shown and saved by others. Pure; any thread.
 */
#ifndef HUB_FILENAME_H
#define HUB_FILENAME_H

#include "base/cx.h"

enum { FILENAME_MAX_BYTES = 200 };

/* What is left of `name`: no folder, no control character, nothing that turns the direction of text
 * or cannot be seen (so that "\u202Efdp.exe" does not read as exe.pdf), FILENAME_MAX_BYTES at most;
 * `otherwise` when nothing is left. */
Str filename_safe(Cx *cx, Str name, Str otherwise);

/* The name with the first of `extensions` (without dots, NULL-ended) for its own, unless it ends in
 * one of them already. Another short extension is replaced, as "a.pdf.exe" that is a PDF should not
 * be run. Still FILENAME_MAX_BYTES at most. */
Str filename_with(Cx *cx, Str name, const char *const *extensions);

/* What stands after the last dot, if that looks like an extension: a letter, then letters or
 * digits, 5 at most. {0}: nothing of the kind. */
Str filename_extension(Str name);

#endif
