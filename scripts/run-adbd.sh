#!/bin/bash
# Runs the real adbd on loopback as nobody of importance, until its own standard input ends or it gets a signal.
# Prints one line when it answers: the port, then the folder that plays the phone's storage.
set -euo pipefail
cd "$(dirname "$0")/.."

installed=$PWD/.build/interop/adbd
[ -e "$installed/ready" ] || {
    echo "error: there is no adbd; run scripts/setup-adbd.sh" >&2
    exit 1
}

folder=$(mktemp -d "${TMPDIR:-/tmp}/adbd.XXXXXX")
daemon=
finish() {
    if [ -n "$daemon" ]; then
        kill -KILL "$daemon" 2>/dev/null || true
        wait "$daemon" 2>/dev/null || true
    fi
    rm -rf "$folder"
}
trap finish EXIT
trap 'exit 0' INT TERM HUP

mkdir "$folder/storage"
bin=$installed/bin
drop=()
if [ "$(id -u)" -eq 0 ]; then
    # Never as root; and nobody may not be able to reach the project's folder.
    cp -r "$installed/bin" "$folder/bin"
    bin=$folder/bin
    chown -R nobody: "$folder"
    drop=(setpriv --reuid nobody --regid nogroup --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all)
fi
chmod 755 "$folder"

# By its own loader, with its own C library: the machine's may be older than the package.
loader=("$bin"/ld-linux*.so.*)
command=("${loader[0]}" --library-path "$bin" --preload "$bin/loopback.so" "$bin/adbd")
# The loader only warns about a guard it cannot load and would go on without it.
# (Read whole before it is searched: a reader that stops early would end the loader by a broken pipe.)
listing=$("${loader[0]}" --library-path "$bin" --preload "$bin/loopback.so" --list "$bin/adbd")
[[ $listing == *"$bin/loopback.so"* ]] || {
    echo "error: adbd's loopback guard does not load" >&2
    exit 1
}

cd "$folder/storage"
env -i PATH="${ADBD_PATH:-$PATH}" HOME="$folder/storage" TMPDIR="$folder/storage" LANG=C.UTF-8 ADBD_PORT=5555 \
    LOOPBACK_PORT_FILE="$folder/port" "${drop[@]}" "${command[@]}" </dev/null >"$folder/log" 2>&1 &
daemon=$!
for ((tries = 0; tries < 200; tries++)); do
    [ ! -s "$folder/port" ] || break
    kill -0 "$daemon" 2>/dev/null || break
    sleep 0.05
done
if [ ! -s "$folder/port" ]; then
    echo "error: adbd did not start:" >&2
    cat "$folder/log" >&2
    exit 1
fi
echo "$(cat "$folder/port") $folder/storage"
# Whoever started this holds the other end, so nothing outlives a test run that was killed.
# (Named, because the shell gives a background command an empty standard input otherwise.)
exec 3<&0
cat <&3 >/dev/null &
wait -n "$daemon" $! || true
