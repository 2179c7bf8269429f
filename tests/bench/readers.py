"""Clients that read: N kept connections to one server, ranges as fast as they come or whole files at a steady pace.

readers.py ranges PORT SECONDS CONNECTIONS PATH...     1 MiB ranges at random places, one after another
readers.py slow PORT SECONDS CONNECTIONS RATE PATH...  whole files at RATE bytes a second each
Prints one line of JSON: bytes, seconds, and of the slow ones how many starved.
"""
import json
import random
import select
import socket
import sys
import time

RANGE, ROOM, TICK = 1 << 20, 256 << 10, 0.1


class Reader:
    def __init__(self, port, path, window=0):
        self.path, self.head, self.left, self.got = path, b"", 0, 0
        self.wire = socket.socket()
        if window:
            self.wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
        self.wire.connect(("127.0.0.1", port))
        self.wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, first=None):
        span = "" if first is None else f"Range: bytes={first}-{first + RANGE - 1}\r\n"
        self.head = b""
        self.wire.sendall(f"GET {self.path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{span}\r\n".encode())

    def take_head(self, status):
        """Reads up to the end of the head; what came of the body counts."""
        self.head += self.wire.recv(4096)
        head, end, body = self.head.partition(b"\r\n\r\n")
        if not end:
            if len(self.head) > 65536:
                sys.exit("no end of a head")
            return
        lines = head.decode("latin-1").lower().split("\r\n")
        if not lines[0].startswith(f"http/1.1 {status}"):
            sys.exit(f"{self.path}: {lines[0]}")
        length = next(int(line.split(":")[1]) for line in lines if line.startswith("content-length:"))
        self.left = length - len(body)
        self.got += len(body)
        self.head = None

    def take(self, room, most):
        n = self.wire.recv_into(room, min(most, self.left))
        if not n:
            sys.exit(f"{self.path}: closed {self.left} bytes before its end")
        self.left -= n
        self.got += n
        return n


def ranges(port, seconds, connections, paths):
    dice, room, poll = random.Random(1), bytearray(ROOM), select.epoll()
    size, readers = 1 << 30, {}
    for n in range(connections):
        r = Reader(port, paths[n % len(paths)])
        readers[r.wire.fileno()] = r
        poll.register(r.wire, select.EPOLLIN)
        r.ask(dice.randrange(size - RANGE))
    began = time.monotonic()
    while time.monotonic() < began + seconds:
        for fd, _ in poll.poll(1):
            r = readers[fd]
            if r.head is not None:
                r.take_head(206)
            else:
                r.take(room, ROOM)
            if r.head is None and not r.left:
                r.ask(dice.randrange(size - RANGE))
    return {"bytes": sum(r.got for r in readers.values()), "seconds": time.monotonic() - began}


def slow(port, seconds, connections, rate, paths):
    """Each may read what its pace has earned it; reading is late or empty-handed only when the server is."""
    room, readers = bytearray(ROOM), []
    for n in range(connections):
        readers.append(Reader(port, paths[n % len(paths)], window=128 << 10))
        readers[-1].ask()
    for r in readers:
        while r.head is not None:
            r.take_head(200)
        r.wire.setblocking(False)
        r.got = 0
    began = time.monotonic()
    while (passed := time.monotonic() - began) < seconds:
        for r in readers:
            earned = int(rate * passed) - r.got
            try:
                if earned > 0:
                    r.take(room, min(earned, ROOM))
            except BlockingIOError:
                pass
        time.sleep(max(0, TICK - (time.monotonic() - began - passed)))
    took = time.monotonic() - began
    return {"bytes": sum(r.got for r in readers), "seconds": took, "starved": sum(r.got < rate * took / 2 for r in readers)}


def main(kind, port, seconds, connections, *rest):
    numbers = (int(port), float(seconds), int(connections))
    print(json.dumps(ranges(*numbers, rest) if kind == "ranges" else slow(*numbers, int(rest[0]), rest[1:])))


if __name__ == "__main__":
    main(*sys.argv[1:])
