#!/bin/bash
# Deploys a real APK to 100 simulated phones, twice: the first run changes every phone, the second finds nothing to do.
# Usage: scripts/demo.sh [DROVER]
set -euo pipefail
cd "$(dirname "$0")/.."

project=$PWD
drover=$(realpath "${1:-.build/release/drover}")
phones=${DROVER_DEMO_PHONES:-100}
folder=$(mktemp -d)
simulator=
# A terminal gets the live view; a log gets the three reports and not a line for every phone.
quiet=()
[ -t 2 ] || quiet=(--quiet)

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
    "$drover" "$@" "${quiet[@]}"
}

# Everything happens in a folder that is gone afterwards.
cd "$folder"
unset DROVER_FARM
ln -s "$project/playbooks" "$project/fixtures" .
printf '$ drover simulate --phones %s --farm-file farm.yml &\n' "$phones"
"$drover" simulate --phones "$phones" --farm-file farm.yml >simulate.out 2>&1 &
simulator=$!
for ((tries = 0; tries < 200; tries++)); do
    [ -s farm.yml ] && break
    kill -0 "$simulator" 2>/dev/null || break
    sleep 0.05
done
if [ ! -s farm.yml ]; then
    echo "error: the simulator did not come up:" >&2
    cat simulate.out >&2
    exit 1
fi

# A little something to push besides the app.
mkdir -p assets/levels
for level in 1 2 3; do head -c 300000 /dev/urandom >"assets/levels/$level.bin"; done
echo "Three levels." >assets/README.txt

deploy() {
    run run playbooks/deploy-build.yml "build=fixtures/apps/$1" assets=assets/ --allow data-loss
}
deploy game-2.apk
echo
echo "The same again: nothing is left to do."
deploy game-2.apk
echo
echo "The same version with other content is not the same build."
deploy game-2-other.apk
