"""A tool's main() run in this process: a subprocess for each row would cost more than all of the rest."""
import contextlib
import io
import os
import pathlib
import sys
import types

sys.path.insert(0, str(pathlib.Path("tools").resolve()))


def run(tool, *args, cwd="."):
    """What subprocess.run would tell of `tools/TOOL.py ARGS` in the folder cwd."""
    here, out, code = os.getcwd(), io.StringIO(), None
    module = __import__(tool)
    os.chdir(cwd)
    try:
        with contextlib.redirect_stdout(out):
            module.main(*map(str, args))
    except SystemExit as e:
        code = e.code
    finally:
        os.chdir(here)
    return types.SimpleNamespace(returncode=1 if isinstance(code, str) else int(code or 0), stdout=out.getvalue(),
                                 stderr=code if isinstance(code, str) else "")
