#!/usr/bin/env python3
"""Named statements (`-- name: video_by_id`) and migrations -> sql.h, sql.c.

    sqlgen.py OUT [--migrations sql/NNNN_name.sql... --] FILES...

Parameters must first appear as $1, $2, ...: SQLite numbers `$1` by first appearance, PostgreSQL by its digits. A statement that has
no common form is written twice, `-- only: sqlite` and `-- only: postgres` right after its name; only SQLite's is compiled in.
"""
import pathlib
import re
import sys

from field import c_str

LITERAL_MAX = 4000  # a longer text is an array: C promises string literals of 4,095 bytes only
EVERYWHERE = [  # what the one writer and the group commit cannot bear
    (r"\bDEFERRABLE\b", "DEFERRABLE: a constraint must fail in its own statement, not at everybody's COMMIT"),
    (r"\b(OR|ON\s+CONFLICT)\s+ROLLBACK\b", "OR ROLLBACK: would take back the units of others"),
    (r"\bRAISE\s*\(\s*ROLLBACK\b", "RAISE(ROLLBACK): would take back the units of others"),
    (r"(?:^|;)\s*(BEGIN|COMMIT|END\s+TRANSACTION|ROLLBACK|SAVEPOINT|RELEASE|ATTACH|DETACH|VACUUM|PRAGMA)\b",
     "transactions and settings are the db room's"),
]
STATEMENT = [
    (r"\bLIMIT\s+\S+\s+OFFSET\b|\bOFFSET\s+(\$|\d|\()|\bLIMIT\s+[\w$]+\s*,", "OFFSET: lists go on from a key"),
    (r"\?\d*|(?<![:\w]):[a-z_]|@[a-z_]", "parameters are $1, $2, ..."),
    (r";\s*\S", "one statement for a name"),
    (r"^(?!\s*(SELECT|INSERT|UPDATE|DELETE|WITH|REPLACE|VALUES)\b)", "a statement begins with SELECT, INSERT, UPDATE, DELETE or WITH"),
]


class Bad(Exception):
    pass


def bare(text):
    """SQL without what stands in comments and quotes; line ends stay."""
    keep = lambda m: " " if m[0][0] == "-" else "\n" * m[0].count("\n") if m[0][0] == "/" else m[0][0] * 2
    return re.sub(r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|\"[^\"]*\"", keep, text, flags=re.S)


def check(where, sql, rules):
    for rule, why in rules:
        m = re.search(rule, sql, re.I)
        if m:
            line = sql.count("\n", 0, m.start())
            raise Bad(f"{where(line)}: {why}")


def statement(path, line, name, body):
    """(name, the dialect it is for or None, the text) of what stands after `-- name:`."""
    where = lambda n: f"{path}:{line + n}: {name}"
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise Bad(f"{where(0)}: a name is lower_case")
    m = re.match(r"-- only: *(\S*)\s*\n", body)
    if m and m[1] not in ("sqlite", "postgres"):
        raise Bad(f"{where(1)}: only: sqlite or postgres")
    sql = bare(body)
    seen = list(dict.fromkeys(re.findall(r"\$\d+", sql)))
    if seen != [f"${i + 1}" for i in range(len(seen))]:
        raise Bad(f"{where(0)}: parameters must first appear as $1, $2, ... (saw {', '.join(seen)})")
    check(lambda n: where(n + 1), sql.rstrip("; \n"), EVERYWHERE + STATEMENT)
    return name, m and m[1], re.sub(r"(?m)^--.*\n?", "", body).strip().rstrip(";")


def statements(paths):
    found, places = {}, {}
    for path in paths:
        text = pathlib.Path(path).read_text()
        parts = list(re.finditer(r"(?m)^-- name:[ \t]*(\S*)[ \t]*\n((?:(?!-- name:).*(?:\n|\Z))*)", text))
        if bare(text[:parts[0].start()] if parts else text).strip():
            raise Bad(f"{path}:1: a statement without `-- name:`")
        for m in parts:
            line = text.count("\n", 0, m.start()) + 1
            name, only, sql = statement(path, line, m[1], m[2])
            if only in found.get(name, {}) or (name in found and (only is None or None in found[name])):
                raise Bad(f"{path}:{line}: {name}: named twice, first in {places[name]}")
            found.setdefault(name, {})[only] = sql
            places.setdefault(name, f"{path}:{line}")
    for name, variants in found.items():
        if set(variants) == {"postgres"}:
            raise Bad(f"{places[name]}: {name}: has no form for sqlite")
    return [(name, variants.get(None) or variants["sqlite"]) for name, variants in found.items()]


def migrations(paths):
    found = []
    for path in sorted(paths, key=lambda p: pathlib.Path(p).name):
        m = re.fullmatch(r"(\d{4})_([a-z0-9_]+)\.sql", pathlib.Path(path).name)
        if not m:
            raise Bad(f"{path}: a migration is NNNN_name.sql")
        if int(m[1]) != len(found) + 1:
            raise Bad(f"{path}: expected number {len(found) + 1:04}: no gaps, no number twice")
        text = pathlib.Path(path).read_text()
        check(lambda n: f"{path}:{n + 1}", bare(text), EVERYWHERE)
        found.append((int(m[1]), m[2], text))
    return found


def text_init(name, text):
    """A declaration for a long text, and the expression that is the text."""
    data = text.encode()
    if len(data) < LITERAL_MAX:
        return "", c_str(text)
    chars = [f"'\\{b:03o}'" for b in data] + ["0"]
    lines = "".join("    " + ", ".join(chars[i:i + 16]) + ",\n" for i in range(0, len(chars), 16))
    return f"static const char {name}[] = {{\n{lines}}};\n", name


def header(named, moved):
    names = "".join(f"    SQL_{n.upper()},\n" for n, _ in named)
    return ("/* generated by tools/sqlgen.py; do not edit */\n#ifndef HUB_SQL_H\n#define HUB_SQL_H\n\n"
            f"typedef enum Sql {{\n{names}    SQL_COUNT\n}} Sql;\nextern const char *const sql_name[]; /* by Sql */\n"
            "extern const char *const sql_text[];\n\ntypedef struct Migration {\n    int number;\n    const char *name, *text;\n"
            f"}} Migration;\nenum {{ MIGRATION_COUNT = {len(moved)} }};\nextern const Migration MIGRATIONS[];\n\n#endif\n")


def source(named, moved):
    texts = [text_init(f"text_{n}", t) for n, t in named]
    steps = [text_init(f"migration_{number}", t) for number, _, t in moved]
    names = "".join(f"    {c_str(n)},\n" for n, _ in named)
    rows = "".join(f"    {value},\n" for _, value in texts)
    moves = "".join(f"    {{{number}, {c_str(name)}, {value}}},\n" for (number, name, _), (_, value) in zip(moved, steps))
    return ('/* generated by tools/sqlgen.py; do not edit */\n#include "sql.h"\n\n#include <stddef.h>\n\n'
            + "".join(d for d, _ in texts + steps)
            + f"const char *const sql_name[] = {{\n{names}    NULL,\n}};\n\nconst char *const sql_text[] = {{\n{rows}    NULL,\n}};\n\n"
            + f"const Migration MIGRATIONS[] = {{\n{moves}    {{0, NULL, NULL}},\n}};\n")


def main(out, *args):
    steps = []
    if args and args[0] == "--migrations":
        at = args.index("--")
        steps, args = args[1:at], args[at + 1:]
    try:
        named, moved = statements(args), migrations(steps)
    except Bad as e:
        sys.exit(str(e))
    pathlib.Path(out).mkdir(parents=True, exist_ok=True)
    pathlib.Path(out, "sql.h").write_text(header(named, moved))
    pathlib.Path(out, "sql.c").write_text(source(named, moved))


if __name__ == "__main__":
    main(*sys.argv[1:])
