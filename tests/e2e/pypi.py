"""Programs of PyPI in a folder of their own, installed once into the cache of ./dev."""
import hashlib
import os
import pathlib
import shutil
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
CACHE = pathlib.Path(os.environ.get("HUB_CACHE") or pathlib.Path.home() / ".cache/hub")
PYTHON = "/usr/bin/python3"


def environment(name):
    """The bin folder of what NAME.txt pins, all of it by version."""
    pins = (HERE / f"{name}.txt").read_bytes()
    folder = CACHE / f"{name}-{hashlib.sha256(pins).hexdigest()[:16]}"
    done = folder / "done"
    if not done.exists():
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run([PYTHON, "-m", "venv", folder], check=True, timeout=120)
        subprocess.run([folder / "bin/pip", "install", "-q", "--disable-pip-version-check", "--no-deps", "-r", HERE / f"{name}.txt"], check=True, timeout=300)
        done.touch()
    return folder / "bin"


def packages(name):
    """The folder to import from."""
    return next((environment(name).parent / "lib").glob("python3*/site-packages"))
