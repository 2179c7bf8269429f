#!/bin/sh
# lint.sh - what can be said of the project without running it: one line for each check, then the sum.
# The compilers' checks need the generated headers of the test build.
set -u
cd "$(dirname "$0")/.."
B=${HUB_BUILD:-build-test}
PYTHON=/usr/bin/python3
[ -x $PYTHON ] || PYTHON=python3
passed=0 failed=0
[ -d $B ] || { echo "no $B: ./dev lint makes it"; exit 1; }

# check NAME COMMAND...: its output is shown when it fails
check() {
    name=$1
    shift
    if "$@" >$B/lint.said 2>&1; then
        passed=$((passed + 1))
        echo "ok     $name"
    else
        failed=$((failed + 1))
        echo "FAILED $name"
        head -40 $B/lint.said | sed 's/^/    /'
    fi
}

# As the build makes them; ./dev lint and ./dev test have configured it before.
generate() {
    [ -f $B/build.ninja ] && ninja -C $B --quiet contract.h sql.h assets.h
}

WARN="-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wformat=2
 -Wcast-qual -Wnull-dereference -Wswitch-enum -Wimplicit-fallthrough -Wundef -Wwrite-strings -Werror"

# warnings CC FLAG...: every room and every test of a room, as a second compiler sees them
warnings() {
    # shellcheck disable=SC2086
    ls src/*/*.c src/main.c $UNITS | xargs -P2 -n8 "$@" -std=gnu2x -D_GNU_SOURCE -DHUB_FAULTS '-DHUB_VERSION="0"' $WARN -fsyntax-only \
        -Isrc -Itests -I$B
}

banned_names() {
    # paths of one machine have no place in the project
    ! grep -rnE '/home/|/root/|/tmp/build' --include='*.[ch]' --include='*.py' --include='*.sh' --include='*.md' --include='*.yaml' \
        --include='*.sql' --include='*.js' --include='*.css' src api sql tools tests docs web README.md dev meson.build 2>/dev/null |
        grep -v '^tools/lint.sh:'
}

python_compiles() {
    $PYTHON - <<'P'
import ast, pathlib, sys
bad = 0
for path in [*pathlib.Path("tools").rglob("*.py"), *pathlib.Path("tests").rglob("*.py")]:
    try:
        ast.parse(path.read_text(), str(path))
    except SyntaxError as e:
        bad += 1
        print(e)
sys.exit(bad != 0)
P
}

shells() {
    for f in dev .ci/run tools/*.sh tests/*/*.sh; do
        sh -n "$f" || return 1
    done
}

# tests of the contract compiler and of the store see other generated headers than the hub's
UNITS=$(ls tests/test.c tests/unit/*/*.c | grep -v -e '^tests/unit/contract/' -e '^tests/unit/db/')

check "the generators run" generate
check "no room includes one to its right" $PYTHON tools/layers.py
check "the house's own lint" $PYTHON tools/lint.py
check "python parses" python_compiles
check "shell parses" shells
check "no path of one machine" banned_names
# shellcheck disable=SC2046
check "clang-format finds nothing to do" clang-format-14 --dry-run -Werror $(find src tests -name '*.[ch]')
# without -Wmissing-field-initializers: libseccomp's macros leave fields out
check "clang has no warning" warnings clang-14 -Wno-gnu-zero-variadic-macro-arguments -Wno-missing-field-initializers
check "gcc has no warning" warnings gcc
check "cppcheck finds nothing" cppcheck -q -j2 --std=c11 --language=c --error-exitcode=1 --inline-suppr --enable=warning,portability \
    --suppress=missingIncludeSystem --suppress=unknownMacro --suppress=syntaxError --suppress=normalCheckLevelMaxBranches \
    --suppress=nullPointerRedundantCheck --suppress=internalAstError --suppress=legacyUninitvar -DHUB_FAULTS '-DHUB_VERSION="0"' -Isrc -I$B src

echo "$passed passed, $failed failed"
[ $failed = 0 ]
