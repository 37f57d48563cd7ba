# Sourced: a package manager of our own for one newer Debian release, which installs nothing and leaves the machine's own
# state alone: own lists, own cache, an empty status. Only the mirror, the proxy and the keys are the machine's.
#
#   open_private_apt SUITE FOLDER KIND...   KIND is deb or deb-src; sets `private_apt_log`; on failure sets `private_apt_problem` and returns 1
#   private_apt ARGUMENT...                 apt-get with that state
private_apt_problem=

open_private_apt() {
    local suite=$1 state=$2 codename mirror keys signed_by=
    shift 2
    if ! command -v apt-get >/dev/null || ! command -v dpkg-deb >/dev/null; then
        private_apt_problem="this is not a Debian system"
        return 1
    fi
    codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
    # What apt itself would ask for says where the machine's own release comes from, whatever form its sources are in.
    mirror=$(apt-get --print-uris update 2>/dev/null |
        sed -nE "s#^'([^']*/)dists/($codename|stable|oldstable|testing|unstable|sid)/InRelease'.*#\1#p" | head -n 1)
    if [ -z "$mirror" ]; then
        private_apt_problem="the machine's apt configuration names no mirror"
        return 1
    fi
    mkdir -p "$state"/{lists/partial,cache/archives/partial,packages}
    : >"$state/status"
    keys=/usr/share/keyrings/debian-archive-keyring.gpg
    [ ! -e "$keys" ] || signed_by="[signed-by=$keys] "
    local kind
    for kind in "$@"; do echo "$kind $signed_by$mirror $suite main"; done >"$state/sources.list"
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
    private_apt_state=$state
    private_apt_log=$state/log
    if ! private_apt update >"$private_apt_log" 2>&1; then
        private_apt_problem="its mirror does not answer for $suite: $(tail -n 1 "$private_apt_log")"
        return 1
    fi
}

private_apt() {
    timeout 300 apt-get -c "$private_apt_state/apt.conf" --quiet --quiet "$@"
}
