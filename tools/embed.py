#!/usr/bin/env python3
"""Files that the pages need -> assets.h, assets.c: bytes as they are and gzipped, with media type and hash.

    embed.py OUT FILES...

A file is served as /assets/NAME. Ours carry their hash in the name (style.1f0c9a2b3d.css); one that tells its version keeps it
(hls-1.7.4.min.js is served as hls-1.7.4.js). C code says EMBEDDED_STYLE_CSS or EMBEDDED_HLS_JS for the address.
"""
import gzip
import hashlib
import pathlib
import re
import sys

MEDIA = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}
HEADER = """/* assets.h - what tools/embed.py put into the program: the files under /assets. */
#ifndef HUB_ASSETS_H
#define HUB_ASSETS_H

#include <stddef.h>

typedef struct Embedded {
    const char *name, *media_type;
    const char *hash; /* of the content */
    const unsigned char *p, *gzip;
    size_t n, gzip_n;
} Embedded;

enum { EMBEDDED_COUNT = %d };
extern const Embedded EMBEDDED[];

%s
#endif
"""


class File:
    def __init__(self, path):
        path = pathlib.Path(path)
        self.bytes = path.read_bytes()
        self.gzip = gzip.compress(self.bytes, 9, mtime=0)
        self.hash = hashlib.sha256(self.bytes).hexdigest()[:16]
        stem, kind = path.stem.removesuffix(".min"), path.suffix
        version = re.search(r"-[0-9]+\.[0-9.]+$", stem)
        self.name = stem + kind if version else f"{stem}.{self.hash[:10]}{kind}"
        self.symbol = re.sub(r"\W", "_", stem[:version.start()] + kind if version else stem + kind).upper()
        if kind not in MEDIA:
            sys.exit(f"embed: {path}: no media type is known for {kind}")
        if not re.fullmatch(r"[a-z0-9.-]{1,80}", self.name):
            sys.exit(f"embed: {self.name}: the contract allows a-z, 0-9, dot and hyphen")
        self.media = MEDIA[kind]

    def row(self):
        s = self.symbol.lower()
        return (f'    {{.name = "{self.name}", .media_type = "{self.media}", .hash = "{self.hash}", .p = {s},\n'
                f"     .gzip = {s}_gzip, .n = sizeof {s}, .gzip_n = sizeof {s}_gzip}},\n")


def array(name, data):
    lines = (",".join(map(str, data[i:i + 32])) for i in range(0, len(data), 32))
    return f"static const unsigned char {name}[] = {{\n" + ",\n".join(lines) + "};\n"


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    out, files = pathlib.Path(sys.argv[1]), [File(a) for a in sys.argv[2:]]
    names = "".join(f'#define EMBEDDED_{f.symbol} "/assets/{f.name}"\n' for f in files)
    source = ['#include "assets.h"\n\n']
    for f in files:
        source += [array(f.symbol.lower(), f.bytes), array(f.symbol.lower() + "_gzip", f.gzip)]
    source += ["const Embedded EMBEDDED[] = {\n", *(f.row() for f in files), "};\n"]
    out.mkdir(parents=True, exist_ok=True)
    (out / "assets.h").write_text(HEADER % (len(files), names))
    (out / "assets.c").write_text("".join(source))


if __name__ == "__main__":
    main()
