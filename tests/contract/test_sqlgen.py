#!/usr/bin/env python3
"""What tools/sqlgen.py refuses, and what it writes compiles and is the text that was given.   From the root."""
import pathlib
import re
import subprocess
import sys
import tempfile

import inside

ROWS = [  # name, statements, words that must be told ("" is accepted)
    ("plain", "-- name: a\n-- why\nSELECT 1;\n", ""),
    ("two", "-- name: a\nSELECT $1, $2, $1\n\n-- name: b\nDELETE FROM t\n", ""),
    ("parameters out of order", "-- name: a\nSELECT $2, $1\n", "x.sql:1: a: parameters must first appear as $1, $2"),
    ("a parameter left out", "-- name: a\nSELECT $1, $3\n", "parameters must first appear"),
    ("a dollar in a string is no parameter", "-- name: a\nSELECT '$9', \"$8\" -- $7\n", ""),
    ("question marks", "-- name: a\nSELECT ?\n", "parameters are $1"),
    ("a question mark in a string", "-- name: a\nSELECT '?'\n", ""),
    ("names as parameters", "-- name: a\nSELECT :id\n", "parameters are $1"),
    ("a cast is no parameter", "-- name: a\nSELECT CAST($1 AS TEXT), '12:30'\n", ""),
    ("a name twice", "-- name: a\nSELECT 1\n-- name: a\nSELECT 2\n", "x.sql:3: a: named twice, first in"),
    ("a name in capitals", "-- name: A\nSELECT 1\n", "a name is lower_case"),
    ("no name", "SELECT 1\n", "without `-- name:`"),
    ("OFFSET", "-- name: a\nSELECT 1 FROM t\n LIMIT $1 OFFSET $2\n", "x.sql:3: a: OFFSET"),
    ("LIMIT with a comma", "-- name: a\nSELECT 1 FROM t LIMIT 5, 10\n", "x.sql:2: a: OFFSET"),
    ("a column called offset", "-- name: a\nUPDATE upload SET offset = $1 WHERE offset < $1\n", ""),
    ("OR ROLLBACK", "-- name: a\nINSERT or rollback INTO t VALUES (1)\n", "OR ROLLBACK"),
    ("RAISE(ROLLBACK)", "-- name: a\nSELECT raise ( ROLLBACK, 'x')\n", "RAISE(ROLLBACK)"),
    ("COMMIT", "-- name: a\nCOMMIT\n", "transactions and settings"),
    ("two statements", "-- name: a\nSELECT 1; SELECT 2\n", "one statement for a name"),
    ("a statement of no kind", "-- name: a\nEXPLAIN SELECT 1\n", "a statement begins with"),
    ("both dialects", "-- name: a\n-- only: sqlite\nSELECT 1\n-- name: a\n-- only: postgres\nSELECT 2\n", ""),
    ("one dialect and all", "-- name: a\nSELECT 1\n-- name: a\n-- only: postgres\nSELECT 2\n", "named twice"),
    ("one dialect twice", "-- name: a\n-- only: sqlite\nSELECT 1\n-- name: a\n-- only: sqlite\nSELECT 2\n", "named twice"),
    ("only PostgreSQL", "-- name: a\n-- only: postgres\nSELECT 1\n", "has no form for sqlite"),
    ("PostgreSQL's is checked too", "-- name: a\n-- only: sqlite\nSELECT 1\n-- name: a\n-- only: postgres\nSELECT $2\n", "parameters must"),
    ("another dialect", "-- name: a\n-- only: mysql\nSELECT 1\n", "only: sqlite or postgres"),
]
MIGRATIONS = [  # name, files, words
    ("in order", {"0001_a.sql": "CREATE TABLE t (a TEXT);\n", "0002_b.sql": "DROP TABLE t;\n"}, ""),
    ("a trigger has its BEGIN", {"0001_a.sql": "CREATE TRIGGER x AFTER INSERT ON t BEGIN\n DELETE FROM u;\nEND;\n"}, ""),
    ("a gap", {"0001_a.sql": "", "0003_b.sql": ""}, "expected number 0002"),
    ("a number twice", {"0001_a.sql": "", "0001_b.sql": ""}, "expected number 0002"),
    ("another name", {"1_a.sql": ""}, "a migration is NNNN_name.sql"),
    ("DEFERRABLE", {"0001_a.sql": "CREATE TABLE t (a REFERENCES u DEFERRABLE INITIALLY DEFERRED);\n"}, "0001_a.sql:1: DEFERRABLE"),
    ("ON CONFLICT ROLLBACK", {"0001_a.sql": "\nCREATE TABLE t (a UNIQUE ON CONFLICT ROLLBACK);\n"}, "0001_a.sql:2: OR ROLLBACK"),
    ("RAISE(ROLLBACK)", {"0001_a.sql": "CREATE TRIGGER x AFTER INSERT ON t BEGIN SELECT RAISE(ROLLBACK, ''); END;"}, "RAISE(ROLLBACK)"),
    ("COMMIT", {"0001_a.sql": "CREATE TABLE t (a);\nCOMMIT;\n"}, "0001_a.sql:1: transactions"),
    ("a word in a comment", {"0001_a.sql": "-- never DEFERRABLE\n/* COMMIT */ CREATE TABLE t (a DEFAULT 'OR ROLLBACK');\n"}, ""),
]


def generate(out, *args):
    return inside.run("sqlgen", out, *args)


def told(name, run, want):
    return [f"[{name}] wanted '{want}', told: {run.stderr[-300:]}"] if (run.returncode == 0) != (not want) or want not in run.stderr else []


def statements(d):
    for name, text, want in ROWS:
        pathlib.Path(d, "x.sql").write_text(text)
        yield from told(name, generate(d, pathlib.Path(d, "x.sql")), want)


def steps(d):
    for name, files, want in MIGRATIONS:
        folder = pathlib.Path(d, re.sub(r"\W", "_", name))
        folder.mkdir()
        for file, text in files.items():
            folder.joinpath(file).write_text(text)
        yield from told(name, generate(d, "--migrations", *folder.iterdir(), "--"), want)


def same_text(d):
    """A long text with every kind of byte comes back from the compiled table as it was."""
    text = "-- \"quoted\" \\ ?? đẹp\t%\n" + "CREATE TABLE t (a TEXT); -- filler\n" * 200
    short = "-- name: a\nSELECT '\"\\n', 'ệ' -- why\n"
    pathlib.Path(d, "0001_long.sql").write_text(text)
    pathlib.Path(d, "y.sql").write_text(short)
    run = generate(d, "--migrations", pathlib.Path(d, "0001_long.sql"), "--", pathlib.Path(d, "y.sql"))
    pathlib.Path(d, "main.c").write_text('#include "sql.h"\n#include <stdio.h>\nint main(void)\n{\n    fputs(MIGRATIONS[0].text, stdout);\n    '
                                         'fputs(sql_text[SQL_A], stdout);\n    return MIGRATION_COUNT - 1;\n}\n')
    build = subprocess.run(["gcc", "-std=gnu2x", "-Wall", "-Wextra", "-Wpedantic", "-Werror", f"{d}/main.c", f"{d}/sql.c", "-o", f"{d}/main"],
                           capture_output=True, text=True)
    if run.returncode or build.returncode:
        return [run.stderr + build.stderr]
    got = subprocess.run([f"{d}/main"], capture_output=True)
    return [] if got.returncode == 0 and got.stdout.decode() == text + "SELECT '\"\\n', 'ệ' -- why" else ["[the text that was given]"]


with tempfile.TemporaryDirectory() as folder:
    failed = [*statements(folder), *steps(folder), *same_text(folder)]
print("\n".join(failed), f"test_sqlgen: {len(ROWS) + len(MIGRATIONS)} rows, {len(failed)} failed")
sys.exit(bool(failed))
