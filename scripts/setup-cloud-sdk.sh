#!/bin/bash
# Fetches the official Python programs that judge the simulated cloud, and a store that drover's client is tested against:
# into a virtual environment under .build, never installed. Where that is not possible the reason is kept for the tests.
set -euo pipefail
cd "$(dirname "$0")/.."

home=$PWD/.build/interop
folder=$home/cloud-sdk
rm -f "$home/cloud-sdk.missing"
[ ! -e "$folder/complete" ] || exit 0
mkdir -p "$home"

skip() {
    echo "interop: no cloud SDK: $1" | tee "$home/cloud-sdk.missing" >&2
    exit 0
}

command -v python3 >/dev/null || skip "there is no python3"
rm -rf "$folder"
python3 -m venv "$folder" >/dev/null 2>&1 || skip "python3 has no venv; install python3-venv"
timeout 600 "$folder/bin/python3" -m pip install --quiet --disable-pip-version-check \
    'huaweicloudsdkcph>=3.1.219' 'esdk-obs-python>=3.26' 'boto3>=1.44' 'moto[s3,server]>=5.2' \
    >"$folder/log" 2>&1 || skip "its packages cannot be fetched: $(tail -n 1 "$folder/log")"
touch "$folder/complete"
