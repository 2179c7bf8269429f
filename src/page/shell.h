/* shell.h - a text as one word of a command line that people copy: POSIX sh, and cmd.exe for plain
 * names. Pure. */
#ifndef HUB_SHELL_H
#define HUB_SHELL_H

#include "base/cx.h"

Str shell_word(Cx *cx, Str text);
/* A file name in the present folder, never read as an option. */
Str shell_file(Cx *cx, Str name);

#endif
