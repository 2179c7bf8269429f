#!/bin/sh
# The player library of the pages, from npm: fetched once, checked, its path printed.   fetch_hls.sh CACHE_DIR
set -eu
version=1.7.4
sha256=cfc70cc9e9fc63d071919e087670abc760c8fd1bc889b88588026e4d22193bbe # of dist/hls.min.js

cache=${1:?usage: fetch_hls.sh CACHE_DIR}
file=$cache/hls-$version.min.js

good() {
    [ -f "$1" ] && echo "$sha256  $1" | sha256sum --check --status -
}

if ! good "$file"; then
    mkdir -p "$cache"
    work=$(mktemp -d "$cache/fetch.XXXXXX")
    trap 'rm -rf "$work"' EXIT
    (cd "$work" && npm pack --silent "hls.js@$version" >/dev/null && tar xzf "hls.js-$version.tgz" package/dist/hls.min.js)
    good "$work/package/dist/hls.min.js" || {
        echo "fetch_hls: hls.js $version is not the file that was reviewed" >&2
        exit 1
    }
    mv "$work/package/dist/hls.min.js" "$file"
fi
echo "$file"
