#!/bin/bash
# Fetches a real adbd for the interop tests: Debian's own package and its libraries, unpacked under .build and never
# installed. Where that is not possible the reason is kept for the tests to show.
set -euo pipefail
cd "$(dirname "$0")/.."

suite=trixie # the first Debian with an adbd package
home=$PWD/.build/interop
root=$home/adbd
rm -f "$home/adbd.missing"
[ ! -e "$root/ready" ] || exit 0
mkdir -p "$home"

skip() {
    echo "interop: no real adbd: $1" | tee "$home/adbd.missing" >&2
    exit 0
}

command -v cc >/dev/null || skip "there is no C compiler to build its loopback guard with"
rm -rf "$root"
state=$root/apt
. scripts/private-apt.sh
open_private_apt "$suite" "$state" deb || skip "$private_apt_problem"
mapfile -t packages < <(private_apt --simulate --no-install-recommends install adbd 2>/dev/null | awk '/^Inst/ { print $2 }')
[ ${#packages[@]} -gt 0 ] || skip "$suite has no such package for this machine"
(cd "$state/packages" && private_apt download "${packages[@]}" >"$state/log" 2>&1) ||
    skip "its packages cannot be fetched: $(tail -n 1 "$state/log")"
for package in "$state"/packages/*.deb; do
    dpkg-deb --extract "$package" "$root/unpacked"
done

# Only the program, its loader and its libraries stay, side by side: they are copied at every start as root.
mkdir -p "$root/bin"
find "$root/unpacked" -name adbd -type f -perm -u+x -exec cp {} "$root/bin/" \;
find "$root/unpacked" -path '*/gconv/*' -prune -o -name '*.so*' \( -type f -o -type l \) -exec cp -L {} "$root/bin/" \;
rm -rf "$root/unpacked" "$state"
cc -O2 -Wall -shared -fPIC -o "$root/bin/loopback.so" scripts/loopback.c -ldl || skip "its loopback guard does not build"
chmod -R a+rX "$root/bin"
touch "$root/ready"
