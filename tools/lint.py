#!/usr/bin/env python3
"""The house's own lint: sizes, banned calls, SQL where it belongs, guards, leftovers.   lint.py, from the root

Long files are told and let pass until the hard limit; everything else fails.
"""
import pathlib
import re
import sys

FUNCTION_MAX, FILE_SOFT, FILE_HARD = 40, 400, 800
FOLDERS = ("src", "tests", "tools", "api", "sql", "docs")
KINDS = {".c", ".h", ".def", ".py", ".sql", ".yaml", ".md", ".sh"}
BANNED = re.compile(r"\b(strcpy|strcat|sprintf|vsprintf|strtok|atoi|atol|gmtime|localtime|rand|srand|system|gets)\s*\(|\b(goto)\b")
SQL = re.compile(r'"\s*(SELECT\s|INSERT\s+(OR\s+\w+\s+)?INTO\s|UPDATE\s+\w+\s+SET\s|DELETE\s+FROM\s|CREATE\s+(TABLE|INDEX|VIEW)\s)')
LEFT = re.compile(r"\b(TO" r"DO|FIX" r"ME|X" r"XX)\b")


def bare(text):
    """C without comments; strings stay, lines too."""
    blank = lambda m: m[0] if m[0][0] in "\"'" else re.sub(r"[^\n]", " ", m[0])
    return re.sub(r'"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'|/\*.*?\*/|//[^\n]*', blank, text, flags=re.S)


def functions(text):
    """(line, length between the braces, name); our style puts a function's braces alone at the left edge."""
    lines, start = text.splitlines(), None
    for n, line in enumerate(lines, 1):
        if line == "{":
            start = n
        elif line.startswith("}") and start:
            head = " ".join(lines[max(0, start - 6):start - 1])
            names = re.findall(r"(\w+)\s*\(", re.split(r"[;}]", head)[-1])
            yield start - 1, n - start - 1, names[0] if names else "?"
            start = None


def lint_c(path, text):
    code = bare(text)
    of_product = path.parts[0] == "src"
    for n, line in enumerate(code.splitlines(), 1):
        m = BANNED.search(re.sub(r'"(?:[^"\\]|\\.)*"', '""', line))
        if m:
            yield n, f"{m[1] or m[2]} is banned"
        if of_product and path.parts[1] != "db" and SQL.search(line):
            yield n, "SQL stands in .sql files (or in the db room)"
    for n, length, name in functions(code) if of_product else []:
        if length > FUNCTION_MAX:
            yield n, f"{name}: {length} lines, {FUNCTION_MAX} at most"
    if path.suffix == ".h":
        if not re.match(rf"/\* {re.escape(path.name)} - \S", text):
            yield 1, f"a header begins with /* {path.name} - what it is"
        if not re.search(r"^#ifndef HUB_\w+_H\n#define HUB_\w+_H\n", text, re.M):
            yield 1, "no guard HUB_…_H"


def lint(path, text):
    count = text.count("\n")
    if count > FILE_HARD:
        yield count, f"{count} lines, {FILE_HARD} at most"
    if text and not text.endswith("\n"):
        yield count + 1, "no line end at the end"
    for n, line in enumerate(text.splitlines(), 1):
        if line != line.rstrip():
            yield n, "blanks at the line's end"
        if LEFT.search(line):
            yield n, "leftover: make it, or make it an issue"
    if path.suffix in (".c", ".h"):
        yield from lint_c(path, text)


def main():
    found, long = [], []
    for folder in FOLDERS:
        for path in sorted(pathlib.Path(folder).rglob("*")):
            if path.suffix not in KINDS or not path.is_file() or "corpus" in path.parts or "node_modules" in path.parts:
                continue
            text = path.read_text()
            found += [f"{path}:{n}: {why}" for n, why in lint(path, text)]
            count = text.count("\n")
            if FILE_SOFT < count <= FILE_HARD and path.suffix != ".md":
                long.append(f"{path}: {count} lines; consider two nouns")
    print("\n".join(long + found), end="\n" if long + found else "")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
