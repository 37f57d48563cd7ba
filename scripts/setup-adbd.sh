#!/bin/bash
# Fetches a real adbd for the interop tests: Debian's own package and its libraries, unpacked under .build and never
# installed. The package manager's state is private: own lists, own cache, an empty status; only the mirror, the proxy
# and the keys are the machine's. Where that is not possible the reason is kept for the tests to show.
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

command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || skip "this is not a Debian system"
command -v cc >/dev/null || skip "there is no C compiler to build its loopback guard with"
codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
# What apt itself would ask for says where the machine's own release comes from, whatever form its sources are in.
mirror=$(apt-get --print-uris update 2>/dev/null |
    sed -nE "s#^'([^']*/)dists/($codename|stable|oldstable|testing|unstable|sid)/InRelease'.*#\1#p" | head -n 1)
[ -n "$mirror" ] || skip "the machine's apt configuration names no mirror"

rm -rf "$root"
state=$root/apt
mkdir -p "$state"/{lists/partial,cache/archives/partial,packages}
: >"$state/status"
keys=/usr/share/keyrings/debian-archive-keyring.gpg
signed_by=
[ ! -e "$keys" ] || signed_by="[signed-by=$keys] "
echo "deb $signed_by$mirror $suite main" >"$state/sources.list"
# Read after the machine's own configuration, whose hooks would touch the machine's own state.
cat >"$state/apt.conf" <<CONF
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
APT::Sandbox::User "";
APT::Get::List-Cleanup "false";
Acquire::Retries "2";
Acquire::http::Timeout "30";
Acquire::https::Timeout "30";
Acquire::Languages "none";
Dir::Etc::sourcelist "$state/sources.list";
Dir::Etc::sourceparts "-";
Dir::Etc::preferencesparts "-";
Dir::State "$state";
Dir::State::lists "$state/lists";
Dir::State::status "$state/status";
Dir::Cache "$state/cache";
CONF
private_apt() {
    timeout 300 apt-get -c "$state/apt.conf" --quiet --quiet "$@"
}

private_apt update >"$state/log" 2>&1 || skip "its mirror does not answer for $suite: $(tail -n 1 "$state/log")"
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
