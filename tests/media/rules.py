#!/usr/bin/env python3
"""Does a stream keep the rules that can be read off its bytes? Each rule has a name, and is reported by it.

usage: rules.py FOLDER|MASTER_URL [MPD_URL]    the MPD lies beside the master as manifest.mpd, unless told
       rules.py ENCODE                         the checker itself: a good stream passes, a broken one fails by the rule it breaks

RFC: 8216. Apple: HLS Authoring Specification for Apple Devices. DASH: ISO/IEC 23009-1. IOP: DASH-IF Interoperability Points.
MP4: ISO/IEC 14496-12. VTT: W3C WebVTT. A rule that only says SHOULD is told as a note; the rules
themselves are in rule/. The last line: N passed, N failed.
"""
import importlib
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import stream as streams  # noqa: E402
from rule import RULES  # noqa: E402

for subject in ("playlist", "master", "media", "text", "mpd"):
    importlib.import_module("rule." + subject)


def check(master, mpd=None):
    """[(name, where, text, must, problems)]"""
    s, found = streams.Stream(master, mpd), []
    for name, where, text, must, function in RULES:
        try:
            problems = list(function(s) or [])
        except Exception as e:  # a stream so broken that the rule cannot be asked does not keep it
            problems = [f"cannot be checked: {type(e).__name__} {e}"]
        found.append((name, where, text, must, problems))
    return found


def broken(master, mpd=None):
    """{name: problems} of the rules that must be kept and are not."""
    return {name: problems for name, _, _, must, problems in check(master, mpd) if problems and must}


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    if os.path.isfile(sys.argv[1]):
        import broken_streams
        sys.exit(broken_streams.run(sys.argv[1], check))
    failed = 0
    found = check(*sys.argv[1:3])
    for name, where, text, must, problems in found:
        failed += bool(problems and must)
        print(f"{'ok  ' if not problems else 'FAIL' if must else 'note'}  {name:36} {text}  [{where}]")
        for problem in problems[:5]:
            print(f"        {problem}")
    print(f"{len(found) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
