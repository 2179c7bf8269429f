#!/usr/bin/env python3
"""What tools/layers.py and tools/lint.py find in a small house made for it.   From the root."""
import pathlib
import sys
import tempfile

import inside

HEAD = "/* x.h - a thing. */\n#ifndef HUB_X_H\n#define HUB_X_H\n%s#endif\n"
LAYERS = [  # file, text, words that must be told ("" is accepted)
    ("src/catalog/a.c", '#include "base/str.h"\n#include "common/queue.h"\n#include "catalog/b.h"\n#include "sql.h"\n#include "contract.h"\n', ""),
    ("src/base/a.c", '#include "http/req.h"\n', "src/base/a.c:1: base may not include http/req.h"),
    ("src/base/a.c", '\n#include "sql.h"\n', "src/base/a.c:2: base may not include sql.h"),
    ("src/db/a.c", '#include "contract.h"\n', "db may not include contract.h"),
    ("src/db/a.c", '#include "blob/blob.h"\n', "db may not include blob/blob.h"),
    ("src/http/server.h", '#include "db/db.h"\n', ""),
    ("src/http/server.h", '#include "db/store.h"\n', "http may not include db/store.h"),
    ("src/identity/a.c", '#include "catalog/video.h"\n', "identity may not include catalog/video.h"),
    ("src/main.c", '#include "role/api.h"\n#include <stdio.h>\n', ""),
    ("src/role/a.c", '#include "main.h"\n', ""),  # its own header: no room is named
    ("src/attic/a.c", "", "src/attic/a.c:1: 'attic' is no room"),
    ("src/ops/a.c", '#include "attic/a.h"\n', "'attic' is no room"),
    ("src/db/a.c", "#include <sqlite3.h>\n", ""),
    ("src/common/a.c", "#include <sqlite3.h>\n", "<sqlite3.h> belongs to db/"),
    ("src/base/fetch.c", "#include <curl/curl.h>\n", ""),
    ("src/base/json.c", "# include <curl/curl.h>\n", "<curl/curl.h> belongs to base/fetch"),
    ("src/identity/a.c", "#include <argon2.h>\n#include <openssl/rsa.h>\n", "a.c:2: <openssl/rsa.h> belongs to base/"),
    ("src/media/a.c", "#include <seccomp.h>\n#include <linux/landlock.h>\n", ""),
]
LINES = "    one();\n"
LINT = [
    ("src/base/x.h", HEAD % "", ""),
    ("src/base/x.h", HEAD.replace("x.h - a thing.", "things.") % "", "x.h:1: a header begins with"),
    ("src/base/x.h", "/* x.h - a thing. */\n#pragma once\n", "x.h:1: no guard"),
    ("src/base/a.c", "void f(void)\n{\n" + LINES * 40 + "}\n", ""),
    ("src/base/a.c", "void f(void)\n{\n" + LINES * 41 + "}\n", "a.c:1: f: 41 lines, 40 at most"),
    ("tests/a.c", "void f(void)\n{\n" + LINES * 60 + "}\n", ""),
    ("src/base/a.c", "int a;\n" * 800, "800 lines; consider two nouns"),
    ("src/base/a.c", "int a;\n" * 801, "a.c:801: 801 lines, 800 at most"),
    ("src/base/a.c", "    strcpy(a, b);\n", "a.c:1: strcpy is banned"),
    ("src/base/a.c", "    goto out;\n", "goto is banned"),
    ("src/base/a.c", "    system (a);\n", "system is banned"),
    ("src/base/a.c", "    gmtime_r(a, b); // strcpy(\n    say(\"strcpy(a)\"); /* goto */\n", ""),
    ("src/base/a.c", "    run(\"SELECT a FROM b\");\n", "SQL stands in .sql files"),
    ("src/db/a.c", "    run(\"SELECT a FROM b\");\n", ""),
    ("src/base/a.c", "    say(\"Select a video\"); /* \"SELECT a\" */\n", ""),
    ("src/base/a.c", "int a; \n", "a.c:1: blanks at the line's end"),
    ("sql/a.sql", "SELECT 1;\t\n", "a.sql:1: blanks"),
    ("src/base/a.c", "int a; /* TO" "DO */\n", "leftover"),
    ("api/a.yaml", "a: 1", "no line end"),
]


def run(tool, path, text):
    with tempfile.TemporaryDirectory() as d:
        file = pathlib.Path(d, path)
        file.parent.mkdir(parents=True)
        file.write_text(text)
        return inside.run(tool, cwd=d)


failed = []
for tool, rows in (("layers", LAYERS), ("lint", LINT)):
    for path, text, want in rows:
        got = run(tool, path, text)
        passes = not want or "consider" in want
        if (got.returncode == 0) != passes or want not in got.stdout:
            failed.append(f"[{tool}: {path}] wanted '{want}', told: {got.stdout[-300:]}{got.stderr[-300:]}")
print("\n".join(failed), f"test_house: {len(LAYERS) + len(LINT)} rows, {len(failed)} failed")
sys.exit(bool(failed))
