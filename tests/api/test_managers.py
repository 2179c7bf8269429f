"""A download manager that never gives up: overlapping ranges on sixteen connections, cut off at random offsets, across restarts of the hub."""
import http.client
import queue
import random
import threading
import urllib.parse

from case import check, equal, run, test
from downloads import MIB, WIDE, Ticket, asset, start

RANGES, CUTS, SIZE = 2000, 10, 48 * MIB + 321


class Manager:
    """Fetches ranges of one ticket until it has them all; what a connection gave before it was cut is kept."""

    def __init__(self, ticket, seed):
        self.ticket, self.chance = ticket, random.Random(seed)
        self.got, self.have = bytearray(SIZE), bytearray(SIZE // 4096 + 1)
        self.work, self.lock, self.cut_at, self.requests = queue.Queue(), threading.Lock(), {}, 0
        self.whole, self.faults, self.tries = threading.Event(), [], {}
        self.middle = threading.Event()
        self.plan()
