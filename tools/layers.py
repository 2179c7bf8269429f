#!/usr/bin/env python3
"""Fails when a room of src/ includes one to its right, or an outside library that is another room's.   layers.py, from the root"""
import pathlib
import re
import sys

# A room may include any room of the lines above its own; rooms of one line don't include each other.
ORDER = ["base", "http db blob bus media", "common", "identity", "catalog", "encode", "upload", "community", "streaming", "download",
         "analytics", "sponsor", "commerce", "ops", "graphql", "page", "role", "main"]
LEVEL = {room: level for level, rooms in enumerate(ORDER) for room in rooms.split()}

# Named exceptions to the order, each with its reason.
ALSO = {
    ("http", "db/db.h"),  # an answer is parked until its writes are durable: the server drives the Ticket of the Cx (db_answer)
}

# What the build writes lies beside no room: who may include the room named may include it.
GENERATED = {"contract.h": "http", "sql.h": "db"}

LIBRARIES = {  # how the header begins -> where it may be included
    "sqlite3": "db/", "libpq": "db/", "curl/": "base/fetch", "jansson": "base/", "openssl/": "base/", "seccomp": "media/",
    "linux/seccomp": "media/", "linux/landlock": "media/", "argon2": "identity/", "librdkafka": "bus/", "cjose/": "identity/",
    "libstemmer": "catalog/",
}


def may(room, other):
    return room == other or LEVEL[other] < LEVEL[room]


def fault(room, place, mark, name):
    """What is wrong with one include, or None."""
    if mark == "<":
        home = next((home for start, home in LIBRARIES.items() if name.startswith(start)), None)
        return f"<{name}> belongs to {home}" if home and not place.startswith(home) else None
    if name in GENERATED:
        return None if may(room, GENERATED[name]) else f"{room} may not include {name}, which is above it"
    other = name.split("/")[0] if "/" in name else room
    if other not in LEVEL:
        return f"'{other}' is no room"
    if (room, name) in ALSO or may(room, other):
        return None
    return f"{room} may not include {name}: the order is in tools/layers.py"


def main():
    src, found = pathlib.Path("src"), []
    files = sorted(f for f in src.rglob("*") if f.suffix in (".c", ".h", ".def"))
    if not files:
        sys.exit("layers: run from the root; there is no src/ here")
    for f in files:
        place = f.relative_to(src).as_posix()
        room = place.split("/")[0] if "/" in place else "main"
        if room not in LEVEL:
            found.append(f"src/{place}:1: '{room}' is no room")
            continue
        for n, line in enumerate(f.read_text().splitlines(), 1):
            m = re.match(r'\s*#\s*include\s*(["<])([^">]+)', line)
            why = m and fault(room, place, m[1], m[2])
            if why:
                found.append(f"src/{place}:{n}: {why}")
    print("\n".join(found), end="\n" if found else "")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
