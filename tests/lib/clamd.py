"""A small server of clamd's protocol (VERSION, INSTREAM with the z prefix), for tests: it finds EICAR, and misbehaves when told to."""
import os
import socket
import struct
import threading
import time

EICAR = (r"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + "EICAR-STANDARD-" + "ANTIVIRUS-TEST-FILE!$H+H*").encode()  # whole only while it runs


class Clamd:
    """`mood`: clean answers as they should be, or what goes wrong instead."""

    def __init__(self, path, mood="right"):
        self.path, self.mood, self.scans, self.socket = path, mood, 0, None

    def start(self):
        if self.socket:
            return self
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.bind(self.path)
        self.socket.listen(16)
        threading.Thread(target=self.accept, args=(self.socket,), daemon=True).start()
        return self

    def accept(self, server):
        while True:
            try:
                peer = server.accept()[0]
            except OSError:
                return
            threading.Thread(target=self.serve, args=(peer,), daemon=True).start()

    def serve(self, peer):
        with peer, peer.makefile("rb") as f:
            try:
                self.answer(peer, f)
            except (OSError, struct.error):
                pass  # the peer went

    def answer(self, peer, f):
        command = b""
        while not command.endswith(b"\0"):
            command += f.read(1)
        if command == b"zVERSION\0":
            peer.sendall(b"ClamAV 1.0.0-test/1/Mon Jan  1 00:00:00 2026\0")
        elif command == b"zINSTREAM\0":
            self.scan(peer, f)
        else:
            peer.sendall(b"UNKNOWN COMMAND\0")

    def scan(self, peer, f):
        self.scans += 1
        mood, data = self.mood, b""
        if mood == "limit":
            peer.sendall(b"INSTREAM size limit exceeded. ERROR\0")
            return
        while (size := struct.unpack(">I", f.read(4))[0]):
            data += f.read(size)
            if mood == "hangup":
                return
        said = {"garbage": b"stream: O\xffK\0", "cut": b"stream: OK", "error": b"stream: Can't allocate memory ERROR\0", "big": b"stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND\0",
                "silent": b""}.get(mood, b"stream: Eicar-Test-Signature FOUND\0" if EICAR in data else b"stream: OK\0")
        if mood == "slow":
            for byte in said:
                peer.sendall(bytes([byte]))
                time.sleep(0.01)
        else:
            peer.sendall(said)

    def stop(self):
        if self.socket:
            self.socket.shutdown(socket.SHUT_RDWR)
            self.socket.close()
            os.unlink(self.path)
            self.socket = None
