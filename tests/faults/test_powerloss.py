"""The shim itself: each call it knows, once lost and once synced.   test_powerloss.py BUILD

A child under the shim changes a folder in one way and ends. Taken back, the folder is as it was before;
when the child also synced, it is as the child left it. Without this a call that the shim does not see
would count as durable.
"""
import os
import random
import shutil
import sys
import tempfile

import powerloss

OLD, NEW = b"old " * 3000, b"new " * 1000
WRITE, FRESH = os.O_WRONLY, os.O_WRONLY | os.O_CREAT


def opened(flags, change, name="a"):
    def run(d):
        fd = os.open(f"{d}/{name}", flags, 0o600)
        change(fd)
        return [fd, os.open(d, os.O_RDONLY)]
    return run


def source(d):
    """A descriptor with NEW in it, outside the folder."""
    fd = os.memfd_create("new")
    os.write(fd, NEW)
    os.lseek(fd, 0, os.SEEK_SET)
    return fd


def other(fd):
    """File b of the folder in which fd is a."""
    return os.open(os.readlink(f"/proc/self/fd/{fd}")[:-1] + "b", os.O_RDONLY)


def through_pipe(fd):
    r, w = os.pipe()
    os.write(w, NEW)
    os.splice(r, fd, len(NEW), offset_dst=100)


def names(change):
    def run(d):
        change(d)
        return [os.open(d, os.O_RDONLY)]
    return run


CASES = {
    "write": opened(WRITE, lambda fd: os.write(fd, NEW)),
    "write at the end": opened(WRITE | os.O_APPEND, lambda fd: os.write(fd, NEW)),
    "pwrite": opened(WRITE, lambda fd: os.pwrite(fd, NEW, 10000)),
    "writev": opened(WRITE, lambda fd: os.writev(fd, [NEW, NEW])),
    "pwritev": opened(WRITE, lambda fd: os.pwritev(fd, [NEW, NEW], 7)),
    "sendfile": opened(WRITE, lambda fd: os.sendfile(fd, source(fd), 0, len(NEW))),
    "splice": opened(WRITE, through_pipe),
    "copy_file_range": opened(WRITE, lambda fd: os.copy_file_range(other(fd), fd, len(NEW), offset_dst=50)),
    "ftruncate to less": opened(WRITE, lambda fd: os.ftruncate(fd, 5)),
    "ftruncate to more": opened(WRITE, lambda fd: os.ftruncate(fd, 50000)),
    "posix_fallocate": opened(WRITE, lambda fd: os.posix_fallocate(fd, 0, 40000)),
    "O_TRUNC": opened(WRITE | os.O_TRUNC, lambda fd: os.write(fd, b"x")),
    "create and write": opened(FRESH, lambda fd: os.write(fd, NEW), "c"),
    "several writes": opened(WRITE, lambda fd: [os.pwrite(fd, NEW, i * 1000) for i in (3, 1, 12, 1)]),
    "mkdir": names(lambda d: os.mkdir(f"{d}/c")),
    "rmdir": names(lambda d: os.rmdir(f"{d}/empty")),
    "unlink": names(lambda d: os.unlink(f"{d}/a")),
    "link": names(lambda d: os.link(f"{d}/a", f"{d}/c")),
    "rename": names(lambda d: os.rename(f"{d}/a", f"{d}/c")),
    "rename onto another": names(lambda d: os.rename(f"{d}/a", f"{d}/b")),
}


def put_file(d, name="c.tmp", to="c"):
    """What a careful writer does, step by step: returns after each as many syncs as it made."""
    fd = os.open(f"{d}/{name}", FRESH, 0o600)
    os.write(fd, NEW)
    yield
    os.fsync(fd)
    yield
    os.rename(f"{d}/{name}", f"{d}/{to}")
    yield
    os.fsync(os.open(d, os.O_RDONLY))
    yield


def picture(folder):
    found = {}
    for root, dirs, files in os.walk(folder):
        found.update({os.path.join(root, d): None for d in dirs})
        for name in files:
            with open(os.path.join(root, name), "rb") as f:
                found[os.path.join(root, name)] = f.read()
    return found


def fresh(folder, log):
    shutil.rmtree(folder, ignore_errors=True)
    powerloss.forget(log)
    os.makedirs(f"{folder}/empty")
    for name in "ab":
        with open(f"{folder}/{name}", "wb") as f:
            f.write(OLD + name.encode())
    return picture(folder)


def child(shim, folder, log, *args):
    run = powerloss.run([sys.executable, __file__, "child", folder, *args], shim, folder, log)
    assert run.process.wait() == 0, args


def check(shim, folder, log):
    bad = []
    for name in CASES:
        before = fresh(folder, log)
        child(shim, folder, log, name, "")
        changed = picture(folder)
        if changed == before or not powerloss.undo(log, folder) or picture(folder) != before:
            bad.append(f"{name}: was not taken back")
        fresh(folder, log)
        child(shim, folder, log, name, "sync")
        changed = picture(folder)
        if powerloss.undo(log, folder) or picture(folder) != changed:
            bad.append(f"{name}: was taken back although synced")
    for steps in range(1, 5):  # the new name shows the whole new file, or is not there
        before = fresh(folder, log)
        child(shim, folder, log, "put", str(steps))
        powerloss.undo(log, folder)
        after = picture(folder)
        want = before if steps < 4 else {**before, f"{folder}/c": NEW}
        if after != want:
            bad.append(f"put, {steps} steps: {sorted(set(after) ^ set(want))}")
    seen = set()
    for seed in range(40):  # with chance, some of what was not synced may stay
        before = fresh(folder, log)
        child(shim, folder, log, "several writes", "")
        changed = picture(folder)
        powerloss.undo(log, folder, random.Random(seed))
        seen.add({str(before): "none", str(changed): "all"}.get(str(picture(folder)), "some"))
    if seen != {"none", "some", "all"}:
        bad.append(f"several writes by chance: only {sorted(seen)}")
    return bad


def main(build):
    shim = powerloss.build(f"{build}/powerloss.so")
    with tempfile.TemporaryDirectory(dir=build) as work:
        bad = check(shim, os.path.realpath(work) + "/data", os.path.realpath(work) + "/log")
    print("\n".join(bad) or f"ok: {len(CASES)} calls are taken back, and kept once synced")
    sys.exit(bool(bad))


def act(folder, name, how):
    if name == "put":
        steps = put_file(folder)
        for _ in range(int(how)):
            next(steps)
    else:
        for fd in CASES[name](folder):
            if how:
                os.fsync(fd)
    os._exit(0)


if __name__ == "__main__":
    if sys.argv[1] == "child":
        act(*sys.argv[2:])
    main(sys.argv[1])
