#!/bin/bash
# Says what is missing when there is no Swift toolchain that can build this project.
set -euo pipefail

wanted_major=6
wanted_minor=2

advise() {
    cat >&2 <<MESSAGE
error: $1
drover is built with Swift $wanted_major.$wanted_minor or newer (6.3 is what CI uses).
Install it from https://www.swift.org/install/linux/ :
  - choose your system (the tarball for Debian 12 is right for Debian 12 and 13),
  - unpack it, for example: sudo tar -xzf swift-*-debian12.tar.gz -C /opt --transform 's,^[^/]*,swift,'
  - and put it into the path: export PATH=/opt/swift/usr/bin:\$PATH
Then run the same command again.
MESSAGE
    exit 1
}

command -v swift >/dev/null || advise "there is no 'swift' in the path"
version=$(swift --version 2>/dev/null | sed -nE 's/.*Swift version ([0-9]+)\.([0-9]+).*/\1 \2/p' | head -n 1)
[ -n "$version" ] || advise "'swift --version' does not answer; its own libraries may be missing"
read -r major minor <<<"$version"
if ((major < wanted_major || (major == wanted_major && minor < wanted_minor))); then
    advise "this is Swift $major.$minor"
fi
