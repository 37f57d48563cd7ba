#!/bin/bash
# Runs `swift test`. When it fails, what failed is told once more at the end, before the runner's own closing line: there
# are a thousand tests, and whoever reads a record of CI sees its end.
set -uo pipefail

log=$(mktemp)
trap 'rm -f "$log"' EXIT

swift test --disable-xctest "$@" 2>&1 | tee "$log"
status=${PIPESTATUS[0]}
if [ "$status" -ne 0 ]; then
    echo
    echo "What failed:"
    grep -A 8 -E 'recorded an issue|error:' "$log" | cut -c 1-400 | head -n 120
    grep -E 'Test run with .* (passed|failed)' "$log" | tail -n 1
fi
exit "$status"
