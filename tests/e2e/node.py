"""Node and what the lock file names, installed once into the cache of ./dev."""
import hashlib
import os
import pathlib
import shutil
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
CACHE = pathlib.Path(os.environ.get("HUB_CACHE") or pathlib.Path.home() / ".cache/hub")


def modules():
    """The folder to require from; `npm ci` fills one for each lock file."""
    lock = (HERE / "package-lock.json").read_bytes()
    folder = CACHE / f"e2e-{hashlib.sha256(lock).hexdigest()[:16]}"
    if not folder.is_dir():
        part = CACHE / f"{folder.name}.{os.getpid()}"
        part.mkdir(parents=True)
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(HERE / name, part)
        subprocess.run(["npm", "ci", "--silent", "--ignore-scripts"], cwd=part, check=True, timeout=300)
        try:
            part.rename(folder)
        except OSError:  # another run was first
            shutil.rmtree(part)
    return folder


def node(script, *arguments, **options):
    """A process of Node on a script of this folder."""
    env = {**os.environ, "HUB_E2E_MODULES": str(modules())}
    return subprocess.Popen(["node", str(HERE / script), *map(str, arguments)], env=env, text=True, **options)
