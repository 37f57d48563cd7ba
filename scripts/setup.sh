#!/bin/bash
# Installs the Debian packages that building and testing need, and only those that are missing.
set -euo pipefail

# What the build needs: a C compiler and linker with headers, the system libraries, and git for the dependencies.
needed=(ca-certificates dpkg-dev g++ git make pkg-config libarchive-dev libcurl4-openssl-dev libssl-dev libxml2-dev)
needed+=(libzstd-dev)
# What the interop tests and the benchmarks need: Debian's adb, pip to fetch a newer one, a phone's own programs and
# shell, and a web server with certificates.
counterparts=(adb curl mksh nginx openssl python3 python3-pip python3-venv toybox)
# What archives are exchanged with in the interop tests: GNU tar and its compressors, bsdtar, zip, 7z, cpio.
counterparts+=(tar bzip2 cpio libarchive-tools lz4 p7zip-full unzip xz-utils zip zstd)
# The SSH server that the tests start for themselves, and its clients. Where systemd runs, its package would start a server
# for everybody at once and at every boot, which is for a person to decide.
counterparts+=(openssh-client openssh-sftp-server)
if [ ! -d /run/systemd/system ]; then
    counterparts+=(openssh-server)
elif [ ! -x /usr/sbin/sshd ]; then
    echo "setup: without openssh-server the SSH tests are left out; installing it here would open port 22" >&2
fi
# What the toolchain's own programs load, asked for only when one of them finds a library missing.
toolchain_libraries=(libedit-dev libncurses-dev libpython3-dev libsqlite3-dev libxml2-dev tzdata)

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    echo "setup: this is not a Debian system; install the equivalents of: ${needed[*]} ${counterparts[*]}" >&2
    exit 0
fi

is_installed() {
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# A tool that is there without its package (built by hand, or from a version switcher) is as good.
is_there() {
    case "$1" in
        git | make | adb | python3 | pkg-config) command -v "$1" >/dev/null || is_installed "$1" ;;
        curl | openssl) command -v "$1" >/dev/null || is_installed "$1" ;;
        openssh-client) command -v ssh-keygen >/dev/null || is_installed openssh-client ;;
        openssh-server) [ -x /usr/sbin/sshd ] || is_installed openssh-server ;;
        nginx) [ -x /usr/sbin/nginx ] || is_installed nginx ;;
        g++) command -v g++ >/dev/null || is_installed g++ ;;
        python3-pip) python3 -m pip --version >/dev/null 2>&1 || is_installed python3-pip ;;
        *) is_installed "$1" ;;
    esac
}

missing=()
for package in "${needed[@]}" "${counterparts[@]}"; do
    is_there "$package" || missing+=("$package")
done
if swift=$(command -v swift); then
    tools=$(dirname "$(readlink -f "$swift")")
    if ldd "$tools"/swift-{build,frontend,package} 2>/dev/null | grep -q 'not found'; then
        missing+=("${toolchain_libraries[@]}")
    fi
fi
[ ${#missing[@]} -gt 0 ] || exit 0

as_root=(env DEBIAN_FRONTEND=noninteractive)
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
        echo "error: these packages are missing and there is no sudo; as root run: apt-get install ${missing[*]}" >&2
        exit 1
    fi
    as_root=(sudo env DEBIAN_FRONTEND=noninteractive)
fi

echo "setup: installing ${missing[*]}" >&2
install=("${as_root[@]}" apt-get install --yes --no-install-recommends "${missing[@]}")
# The package lists are fetched only when those at hand do not lead to the packages.
if ! "${install[@]}" >/dev/null 2>&1; then
    echo "setup: refreshing the package lists first" >&2
    "${as_root[@]}" apt-get update --quiet --quiet
    "${install[@]}" >/dev/null
fi
