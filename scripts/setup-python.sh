#!/bin/bash
# setup-python.sh NAME PACKAGE...: fetches Python programs that judge drover into a virtual environment .build/interop/NAME, never
# installed. Where that is not possible the reason is kept in .build/interop/NAME.missing for the tests.
set -euo pipefail
cd "$(dirname "$0")/.."

name=$1
shift
home=$PWD/.build/interop
folder=$home/$name
rm -f "$home/$name.missing"
[ ! -e "$folder/complete" ] || exit 0
mkdir -p "$home"

skip() {
    echo "interop: no $name: $1" | tee "$home/$name.missing" >&2
    exit 0
}

command -v python3 >/dev/null || skip "there is no python3"
rm -rf "$folder"
python3 -m venv "$folder" >/dev/null 2>&1 || skip "python3 has no venv; install python3-venv"
timeout 600 "$folder/bin/python3" -m pip install --quiet --disable-pip-version-check "$@" \
    >"$folder/log" 2>&1 || skip "its packages cannot be fetched: $(tail -n 1 "$folder/log")"
touch "$folder/complete"
