#!/bin/bash
# Makes sure of a libssh2 that logs in with RSA keys at today's servers: 1.11 or newer. Where the system has none,
# Debian 13's source package is built privately into .build/libssh2; drover loads the library from beside its program,
# where `make` puts it, and otherwise the system's. Where neither is possible, drover says so when SSH is wanted.
#
#   setup-libssh2.sh            builds it if need be
#   setup-libssh2.sh FOLDER     puts a private library into the folder of a program, too
set -euo pipefail
cd "$(dirname "$0")/.."

suite=trixie # the first Debian with 1.11
root=$PWD/.build/libssh2
# What is built depends on these; another version of theirs builds anew.
made_of=$(cat scripts/setup-libssh2.sh scripts/libssh2-*.c | sha256sum | cut -c 1-16)

place() {
    [ -z "${1:-}" ] || [ ! -e "$root/libssh2.so.1" ] || [ ! -d "$1" ] || cmp -s "$root/libssh2.so.1" "$1/libssh2.so.1" || cp -L --remove-destination "$root/libssh2.so.1" "$1/libssh2.so.1"
}

has_new_library() {
    local version
    version=$(ls -L /usr/lib/*/libssh2.so.1 /usr/lib/libssh2.so.1 /usr/lib64/libssh2.so.1 2>/dev/null | head -n 1) || true
    [ -n "$version" ] && grep -aqE 'libssh2_(1\.(1[1-9]|[2-9][0-9])|[2-9])' "$version"
}

if [ -e "$root/ready-$made_of" ] || has_new_library; then
    place "${1:-}"
    exit 0
fi

give_up() {
    echo "setup: no libssh2 1.11, so SSH with RSA keys will be refused by today's servers: $1" >&2
    exit 0
}

command -v cc >/dev/null && command -v make >/dev/null || give_up "there is no C compiler and make to build it with"
command -v dpkg-source >/dev/null || give_up "dpkg-source is missing (apt-get install dpkg-dev)"
rm -rf "$root"
state=$root/apt
mkdir -p "$root"
. scripts/private-apt.sh
open_private_apt "$suite" "$state" deb-src || give_up "$private_apt_problem"
echo "setup: building libssh2 from $suite's source package" >&2
(cd "$state/packages" && private_apt source libssh2 >"$state/log" 2>&1) ||
    give_up "its source package cannot be fetched: $(tail -n 1 "$state/log")"
source=$(find "$state/packages" -maxdepth 1 -type d -name 'libssh2-*' | head -n 1)
# ChaCha20 and Poly1305 by OpenSSL instead of the library's own, which take three quarters of an upload's processor time.
cp scripts/libssh2-chacha.c "$source/src/chacha.c"
mv "$source/src/poly1305.c" "$source/src/poly1305-own.c"
cp scripts/libssh2-poly1305.c "$source/src/poly1305.c"
build=$root/build
mkdir -p "$build"
(
    cd "$build"
    [ -x "$source/configure" ] || (cd "$source" && autoreconf -fi)
    "$source/configure" --quiet --with-crypto=openssl --without-libz --disable-static --disable-examples-build \
        --disable-tests --disable-docker-tests --disable-sshd-tests CFLAGS='-O2 -g0'
    make -s -j2 -C src
) >"$root/log" 2>&1 || give_up "it does not build: $(tail -n 1 "$root/log")"
cp -L "$build/src/.libs/libssh2.so.1" "$root/libssh2.so.1"
rm -rf "$state" "$build"
touch "$root/ready-$made_of"
place "${1:-}"
