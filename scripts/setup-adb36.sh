#!/bin/bash
# Fetches a current adb (client and server) for the interop tests: the binary inside a wheel of the Python package index,
# unpacked under .build and never installed. Where that is not possible the reason is kept for the tests to show.
set -euo pipefail
cd "$(dirname "$0")/.."

home=$PWD/.build/interop
folder=$home/adb36
rm -f "$home/adb36.missing"
[ ! -x "$folder/adb" ] || exit 0
mkdir -p "$home"

skip() {
    echo "interop: no current adb: $1" | tee "$home/adb36.missing" >&2
    exit 0
}

command -v python3 >/dev/null || skip "there is no python3"
python3 -m pip --version >/dev/null 2>&1 || skip "there is no pip"
rm -rf "$folder"
mkdir -p "$folder/wheel"
timeout 300 python3 -m pip download --quiet --no-deps --only-binary=:all: --dest "$folder/wheel" 'adbutils>=2.10' \
    >"$folder/log" 2>&1 || skip "the wheel cannot be fetched: $(tail -n 1 "$folder/log")"
python3 - "$folder" <<'PYTHON' || skip "the wheel holds no adb for this machine"
import glob, os, shutil, sys, zipfile

folder = sys.argv[1]
with zipfile.ZipFile(glob.glob(os.path.join(folder, "wheel", "*.whl"))[0]) as wheel:
    name = next(n for n in wheel.namelist() if os.path.basename(n) == "adb")
    with wheel.open(name) as source, open(os.path.join(folder, "adb.partial"), "wb") as copy:
        shutil.copyfileobj(source, copy)
PYTHON
chmod 755 "$folder/adb.partial"
"$folder/adb.partial" version >"$folder/log" 2>&1 || skip "its adb does not run here"
mv "$folder/adb.partial" "$folder/adb"
rm -rf "$folder/wheel" "$folder/log"
