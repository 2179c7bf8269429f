#!/usr/bin/env python3
"""Pictures and little films around a video, made from real footage, and pictures, documents and music that hurt.

usage: stills.py STILL FOOTAGE [PART]...     the test build of tests/media/still.c (with faults); the folder footage.sh prints

Each thing made is decoded again without a word, has the sides and the size it may have, and keeps nothing
of what a stranger's file said about itself. Where a guard stands it is turned off once, and must be missed.
"""
import resource, sys, time

import checks
from checks import check
from still import cards, documents, images, music, renditions, videos


def main():
    jpeg = images.pictures()
    for part, args in ((cards.cards, (jpeg,)), (videos.posters, ()), (videos.odd_sources, ()), (videos.black, ()), (renditions.renditions, ()), (documents.documents, ()), (music.music, (jpeg,))):
        began, before = time.monotonic(), len(checks.failures)
        if sys.argv[3:] and part.__name__ not in sys.argv[3:]:
            continue
        part(*args)
        print(f"{'ok ' if len(checks.failures) == before else '-- '} {part.__name__.replace('_', ' ')} ({time.monotonic() - began:.1f} s)", flush=True)
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10
    check(largest < 4096, f"a process took {largest} MB")
    checks.end()


main()
