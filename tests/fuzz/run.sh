#!/bin/sh
# run.sh [SECONDS] [TARGET]...: every fuzz target for so long, two at a time, from its committed corpus.
# What it finds besides a crash stays in build-fuzz/corpus; a crash's input stays beside it and is named.
set -u
cd "$(dirname "$0")/../.."
seconds=${1:-20}
[ $# -gt 0 ] && shift
B=${HUB_BUILD_FUZZ:-build-fuzz}
CACHE=${HUB_CACHE:-$HOME/.cache/hub}

if [ ! -f $B/build.ninja ]; then
    CC=clang-14 meson setup $B "-Dhls=$(sh tools/fetch_hls.sh "$CACHE")" -Dtests=true -Dfaults=true -Dbuildtype=plain -Doptimization=1 -Ddebug=true \
        -Db_sanitize=address,undefined -Db_lundef=false -Db_pie=false \
        '-Dc_args=-fsanitize=fuzzer-no-link -fno-sanitize-recover=all -Wno-missing-field-initializers -Wno-gnu-zero-variadic-macro-arguments' \
        >$B.log 2>&1 || { cat $B.log; rm -f $B.log; echo "0 passed, 1 failed"; exit 1; }
    rm -f $B.log
else
    meson setup --reconfigure $B >/dev/null
fi
ninja -C $B fuzz >$B/said 2>&1 || { tail -30 $B/said; echo "0 passed, 1 failed"; exit 1; }

one() {
    name=$1
    mkdir -p $B/corpus/"$name" tests/fuzz/corpus/"$name"
    if $B/tests/fuzz-"$name" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -max_len=8192 -print_final_stats=1 \
        -artifact_prefix=$B/"$name"- $B/corpus/"$name" tests/fuzz/corpus/"$name" >$B/"$name".log 2>&1; then
        echo "ok     $name, $(sed -n 's/^stat::number_of_executed_units: *//p' $B/"$name".log) runs"
    else
        echo "FAILED $name"
        tail -40 $B/"$name".log
    fi
}

names=$*
[ -n "$names" ] || names=$(cd tests/fuzz && for f in *.c; do echo "${f%.c}"; done)
set -- $names
while [ $# -gt 0 ]; do
    one "$1" >$B/first &
    first=$!
    [ $# -lt 2 ] || one "$2" >$B/second
    wait $first
    cat $B/first
    [ $# -lt 2 ] || { cat $B/second; shift; }
    shift
done | tee $B/said
passed=$(grep -c '^ok ' $B/said)
failed=$(grep -c '^FAILED ' $B/said)
echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
