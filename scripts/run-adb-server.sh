#!/bin/bash
# Runs an adb server of its own on a private loopback port, until its standard input ends or it gets a signal.
# Prints one line when it answers: the port, then the server's process id. Usage: run-adb-server.sh ADB [PORT]
set -euo pipefail

adb=$1
server=
finish() {
    if [ -n "$server" ]; then
        kill -KILL "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
    fi
}
trap finish EXIT
trap 'exit 0' INT TERM HUP

# Its key, before it starts: a server listens before it has made the one it needs, so a test could find none.
if [ ! -e "$HOME/.android/adbkey.pub" ]; then
    mkdir -p "$HOME/.android"
    "$adb" keygen "$HOME/.android/adbkey" >/dev/null 2>&1
fi

# It answers, which is more than listening: the system takes connections before the server looks at them.
answers() {
    local reply=
    exec 4<>"/dev/tcp/127.0.0.1/$1" || return 1
    printf '000chost:version' >&4
    read -r -t 5 -N 4 reply <&4 || true
    exec 4>&-
    [ "$reply" = OKAY ]
} 2>/dev/null

# No search for USB phones (it delays the start by seconds where there is no bus), none for emulators on this machine.
export ADB_USB=0 ADB_LIBUSB=0 ADB_LOCAL_TRANSPORT_MAX_PORT=5553
for ((tries = 0; tries < 20; tries++)); do
    # Below the range that the system gives out by itself, so that a simulated phone cannot have it.
    export ANDROID_ADB_SERVER_PORT=${2:-$((20000 + RANDOM % 10000))}
    # Tests start many servers at once. On a port that another one has, that one would answer, with its own keys and phones,
    # until its test ends.
    if [ -z "${2:-}" ]; then
        mkdir -p /tmp/drover-adb-ports
        exec 9>"/tmp/drover-adb-ports/$ANDROID_ADB_SERVER_PORT"
        flock -n 9 || continue
        if (answers "$ANDROID_ADB_SERVER_PORT"); then continue; fi
    fi
    "$adb" nodaemon server </dev/null >/dev/null 2>&1 &
    server=$!
    for ((waits = 0; waits < 100; waits++)); do
        if ! kill -0 "$server" 2>/dev/null; then
            break # the port was taken
        fi
        if (answers "$ANDROID_ADB_SERVER_PORT"); then
            echo "$ANDROID_ADB_SERVER_PORT $server"
            # Whoever started this holds the other end, so nothing outlives a test run that was killed.
            exec 3<&0
            cat <&3 >/dev/null &
            wait -n "$server" $! || true
            exit 0
        fi
        sleep 0.05
    done
done
echo "error: the adb server did not start" >&2
exit 1
