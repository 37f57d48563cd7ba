#!/bin/bash
# Deploys a real APK to 100 simulated phones, twice: the first run changes every phone, the second finds nothing to do.
# Usage: scripts/demo.sh [DROVER]
set -euo pipefail
cd "$(dirname "$0")/.."

drover=${1:-.build/release/drover}
phones=${DROVER_DEMO_PHONES:-100}
folder=$(mktemp -d)
simulator=

finish() {
    if [ -n "$simulator" ]; then
        kill -TERM "$simulator" 2>/dev/null || true
        wait "$simulator" 2>/dev/null || true
    fi
    rm -rf "$folder"
}
trap finish EXIT
trap 'exit 130' INT TERM

# Shows the command as one would type it, then runs it.
run() {
    printf '\n$ drover %s\n' "$*"
    "$drover" "$@"
}

printf '$ drover simulate --phones %s --farm-file farm.yml &\n' "$phones"
"$drover" simulate --phones "$phones" --farm-file "$folder/farm.yml" >"$folder/simulate.out" 2>&1 &
simulator=$!
for ((tries = 0; tries < 200; tries++)); do
    [ -s "$folder/farm.yml" ] && break
    kill -0 "$simulator" 2>/dev/null || break
    sleep 0.05
done
if [ ! -s "$folder/farm.yml" ]; then
    echo "error: the simulator did not come up:" >&2
    cat "$folder/simulate.out" >&2
    exit 1
fi

inputs=(build=fixtures/apps/game-1.apk)
export DROVER_FARM=$folder/farm.yml
run run playbooks/deploy-build.yml "${inputs[@]}"
echo
echo "The same again: nothing is left to do."
run run playbooks/deploy-build.yml "${inputs[@]}"
