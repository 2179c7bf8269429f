"""Statements of the product as they stand in its files, for a peer that runs them through the SQLite library alone."""
from servers import ROOT


def named(path, name):
    text = (ROOT / "src" / f"{path}.sql").read_text(encoding="utf-8")
    body = text.split(f"-- name: {name}\n")[1].split("-- name:")[0]
    return " ".join(line.strip() for line in body.splitlines() if not line.startswith("--")).strip()
