#!/bin/bash
# Runs the tests of SSH, which drive a C library, under the address and the thread sanitizer. Each has a build of its own.
#
#   sanitize.sh [address|thread]...
set -euo pipefail
cd "$(dirname "$0")/.."

[ $# -gt 0 ] || set -- address thread
# Leaks are no concern here: the runtime keeps what it made until the end.
export ASAN_OPTIONS=detect_leaks=0
export TSAN_OPTIONS=suppressions=$PWD/scripts/thread-sanitizer.txt
for kind in "$@"; do
    scratch=.build/$kind
    swift build --build-tests --sanitize="$kind" --scratch-path "$scratch"
    scripts/setup-libssh2.sh "$scratch/debug"
    swift test --skip-build --disable-xctest --no-parallel --sanitize="$kind" --scratch-path "$scratch" \
        --filter 'SSHTests|HostLinksTests|TunnelsTests'
done
