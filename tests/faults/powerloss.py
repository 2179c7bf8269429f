"""A power loss for any program: run it under powerloss.so, end it, take back what was not synced.

    import powerloss, random
    shim = powerloss.build("build/powerloss.so")
    run = powerloss.run([hub, "serve", ...], shim, folder, log, env={"HUB_DATA": folder})
    ...                              # talk to it, write down what it acknowledged
    run.end()                        # SIGKILL to it and its children, unless it has ended
    powerloss.undo(log, folder, random.Random(seed))
    ...                              # start it again without the shim: all acknowledged must be there
    powerloss.forget(log)            # before the next run

`folder` is what may be lost; `log` a file outside it on the same file system. Without a random source
undo takes everything back that no sync covered. With one, each file and folder loses all of it, or keeps
the first part, or a file keeps any subset of its writes, as a disk may. eio=(suffix, n) lets the n-th
sync of a file so named fail. What the shim does not know is listed at the top of powerloss.c.
"""
import glob
import os
import pathlib
import shutil
import signal
import struct
import subprocess

HEAD = struct.Struct("<IIQqqqq")  # struct Record of powerloss_log.h
BYTES, SYNCED, CREATED, GONE, RENAMED, DROPPED, ALL = range(1, 8)
TO_THE_END = 2**31 - 1


def build(to, cc="gcc"):
    """Compiles the shim; the path of the library."""
    here = pathlib.Path(__file__).parent
    sources = [str(here / name) for name in ("powerloss.c", "powerloss_log.c")]
    subprocess.run([cc, "-std=gnu2x", "-D_GNU_SOURCE", "-O2", "-shared", "-fPIC", "-Wall", "-Wextra", *sources, "-o", str(to)], check=True)
    return os.path.abspath(to)


class Run:
    """A program under the shim, in a process group of its own. `process` is its Popen."""

    def __init__(self, process):
        self.process = process

    def end(self):
        """SIGKILL to all of it; its exit code, negative for a signal."""
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        return self.process.wait()


def run(command, shim, folder, log, env=None, eio=None, **popen):
    """Starts the program; further arguments are Popen's."""
    folder, log = os.path.realpath(folder), os.path.realpath(log)
    assert not log.startswith(folder + "/"), "the log lies outside the folder"
    more = dict(env or {}, LD_PRELOAD=os.path.abspath(shim), PL_DIR=folder, PL_LOG=log)
    if eio:
        more.update(PL_EIO_ON=eio[0], PL_EIO=str(eio[1]))
    return Run(subprocess.Popen(command, env=dict(os.environ, **more), start_new_session=True, **popen))


def forget(log):
    """Removes the log and the files kept for it."""
    for path in glob.glob(glob.escape(os.path.realpath(log)) + "*"):
        os.unlink(path)


class Write:
    """One change of a file's bytes, and how to take it back or do it again."""

    def __init__(self, at, size, more, was):
        self.at, self.size, self.more, self.was, self.lost = at, size, more, was, False

    def take_back(self, f):
        """Also notes what it had made of the file."""
        self.size_after = f.seek(0, os.SEEK_END)
        f.seek(self.at)
        self.became = f.read(min(self.more, max(0, self.size_after - self.at)))
        f.seek(self.at)
        f.write(self.was)
        f.truncate(self.size)

    def again(self, f):
        if self.size_after < self.size:
            f.truncate(self.size_after)
            return
        f.seek(self.at)
        f.write(self.became)
        if f.seek(0, os.SEEK_END) < self.size_after and self.size < self.size_after:
            f.truncate(max(f.tell(), min(self.size_after, self.at + self.more)))


def records(log):
    """(kind, path, inode, at, size, more, data); a last one cut short is no record."""
    raw, i = pathlib.Path(log).read_bytes(), 0
    while i + HEAD.size <= len(raw):
        kind, path_n, inode, at, size, more, n = HEAD.unpack_from(raw, i)
        i += HEAD.size
        if i + path_n + n > len(raw):
            return
        yield kind, raw[i:i + path_n].decode(), inode, at, size, more, raw[i + path_n:i + path_n + n]
        i += path_n + n


def pending(log):
    """What no sync covered: writes by inode, and changes of names in their order."""
    writes, names = {}, []
    for kind, path, inode, at, size, more, data in records(log):
        if kind == BYTES:
            writes.setdefault(inode, []).append(Write(at, size, more, data))
        elif kind == SYNCED:
            writes[inode] = [w for w in writes.get(inode, []) if w.lost]
            names = [n for n in names if os.path.dirname(n[1]) != path]
        elif kind == DROPPED:
            for write in writes.get(inode, []):
                write.lost = True
        elif kind == ALL:
            writes, names = {i: [w for w in of if w.lost] for i, of in writes.items()}, []
        else:
            if kind == CREATED and inode:
                writes.pop(inode, None)
            names.append((kind, path, data.decode()))
    return writes, names


def kept(writes, rng):
    """Those of a file's unsynced writes that reached the disk all the same."""
    sound = [w for w in writes if not w.lost]
    how = rng.choice(["none", "none", "first", "any"]) if rng else "none"
    if how == "first":
        return sound[:rng.randint(0, len(sound))]
    return [w for w in sound if how == "any" and rng.random() < .5]


def undo_bytes(writes, folder, log, rng):
    """Writes of files that can still be reached, by a name in the folder or a kept link."""
    where = {}
    for root, _, files in os.walk(folder):
        for name in files:
            where.setdefault(os.stat(os.path.join(root, name), follow_symlinks=False).st_ino, os.path.join(root, name))
    for path in glob.glob(glob.escape(log) + ".kept-*"):
        where.setdefault(os.stat(path).st_ino, path)
    for inode, of in writes.items():
        if not of or inode not in where:
            continue
        stay = kept(of, rng)
        with open(where[inode], "r+b") as f:
            for write in reversed(of):
                write.take_back(f)
            for write in stay:
                write.again(f)


def take_back_name(kind, path, other):
    if kind == CREATED and os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path)
    elif kind == CREATED and os.path.lexists(path):
        os.unlink(path)
    elif kind == GONE and not other:
        os.makedirs(path, exist_ok=True)
    elif kind == GONE and not os.path.lexists(path) and os.path.isdir(os.path.dirname(path)):
        os.link(other, path)
    elif kind == RENAMED and os.path.lexists(path) and os.path.isdir(os.path.dirname(other)):
        os.rename(path, other)


def undo_names(names, rng):
    """The newest first; each folder keeps none of its changes, or the first few."""
    left = {}
    for kind, path, other in names:
        left.setdefault(os.path.dirname(path), []).append(path)
    stay = {d: rng.choice([0, 0, rng.randint(0, len(of))]) if rng else 0 for d, of in left.items()}
    order = []
    for kind, path, other in names:
        d = os.path.dirname(path)
        stay[d] -= 1
        if stay[d] < 0:
            order.append((kind, path, other))
    for change in reversed(order):
        take_back_name(*change)


def undo(log, folder, rng=None):
    """The folder as the disk would show it after the loss; how many changes were unsynced."""
    folder, log = os.path.realpath(folder), os.path.realpath(log)
    writes, names = pending(log)
    undo_bytes(writes, folder, log, rng)
    undo_names(names, rng)
    for path in glob.glob(glob.escape(folder) + "/**/*-shm", recursive=True):  # SQLite rebuilds it
        os.unlink(path)
    return sum(map(len, writes.values())) + len(names)
