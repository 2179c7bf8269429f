"""check() for a program that is one long test: what fails is told at once, and counted at the end."""
import contextlib
import sys

passed, failures, told = 0, [], True


def check(good, text):
    global passed
    if good:
        passed += 1
    else:
        failures.append(text)
        if told:
            print("FAILED", text, flush=True)
    return bool(good)


@contextlib.contextmanager
def without_a_guard():
    """Yields what failed within, which is neither told nor counted: something has to."""
    global passed, failures, told
    before = passed, failures, told
    failures, told = [], False
    try:
        yield failures
    finally:
        passed, failures, told = before


def end():
    print(f"{passed} passed, {len(failures)} failed")
    sys.exit(1 if failures or not passed else 0)
