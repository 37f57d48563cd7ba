"""OpenSSH's server on loopback, with keys, ports and a configuration of its own."""

import contextlib
import getpass
import os
import signal
import socket
import subprocess
import time

PROGRAM = "/usr/sbin/sshd"


class Sshd:
    """Servers that run as the current user and know one key."""

    def __init__(self, folder, ports):
        self.folder = folder
        self.ports = ports
        self.user = getpass.getuser()
        self.key = os.path.join(folder, "client")
        self.known_hosts = os.path.join(folder, "known_hosts")

    @property
    def options(self):
        """What OpenSSH's own clients need to get in without asking anybody."""
        return [
            "-i", self.key, "-o", "IdentitiesOnly=yes", "-o", "IdentityAgent=none", "-o", "BatchMode=yes",
            "-o", f"UserKnownHostsFile={self.known_hosts}", "-o", "StrictHostKeyChecking=yes", "-F", "/dev/null",
        ]


def free_ports(count):
    """Ports that nobody listens at, outside of those that connections are given by themselves."""
    found = []
    for port in range(20_000, 32_000):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        found.append(port)
        if len(found) == count:
            return found
    raise RuntimeError(f"there are no {count} free ports")


# One process of it listens at no more.
PORTS_EACH = 16


@contextlib.contextmanager
def server(folder, count=1):
    """Starts as many processes as that many ports need, and stops them with all that they have started."""
    folder = os.path.join(folder, f"sshd-{time.monotonic_ns()}")
    os.makedirs(os.path.join(folder, "home"))
    for name in ["host", "client"]:
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "bench", "-f", os.path.join(folder, name)]
        subprocess.run(command, check=True)
    if os.getuid() == 0:
        os.makedirs("/run/sshd", mode=0o755, exist_ok=True)
    ports = free_ports(count)
    with open(os.path.join(folder, "host.pub")) as file:
        public = " ".join(file.read().split()[:2])
    with open(os.path.join(folder, "known_hosts"), "w") as file:
        file.writelines(f"[127.0.0.1]:{port} {public}\n" for port in ports)
    processes = []
    try:
        for start in range(0, count, PORTS_EACH):
            processes.append(_start(folder, ports[start:start + PORTS_EACH]))
        for place, port in enumerate(ports):
            wait_for(port, processes[place // PORTS_EACH])
        yield Sshd(folder, ports)
    finally:
        started = [child for process in processes for child in _below(process.pid)]
        for pid in [process.pid for process in processes] + started:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
        for process in processes:
            process.wait(20)


def _start(folder, ports):
    lines = [f"ListenAddress 127.0.0.1:{port}" for port in ports] + [
        f"HostKey {folder}/host", f"AuthorizedKeysFile {folder}/client.pub", "PidFile none", "StrictModes no",
        "UsePAM no", "LogLevel ERROR", "PermitRootLogin prohibit-password", "PasswordAuthentication no",
        "KbdInteractiveAuthentication no", "UseDNS no", "PrintMotd no", "PrintLastLog no",
        # What the user's own shell reads when it starts is not to be measured.
        f"SetEnv HOME={folder}/home",
        "MaxStartups 5000", "MaxSessions 200", "PerSourceMaxStartups none",
        "Subsystem sftp /usr/lib/openssh/sftp-server",
    ]
    config = os.path.join(folder, f"sshd_config-{ports[0]}")
    with open(config, "w") as file:
        file.write("\n".join(lines) + "\n")
    with open(os.path.join(folder, "log"), "ab") as log:
        return subprocess.Popen([PROGRAM, "-D", "-e", "-f", config], stdin=subprocess.DEVNULL, stderr=log,
                                start_new_session=True)


def wait_for(port, process, limit=20):
    """Waits until somebody listens at a port; a process that ends before fails it."""
    deadline = time.monotonic() + limit
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args[0]} ended with {process.returncode}")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.02)
    raise TimeoutError(f"nobody listens at {port} after {limit} s")


def _below(root):
    """The processes that a process has started, and those that they have."""
    parents = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError), open(f"/proc/{name}/stat") as stat:
            parents[int(name)] = int(stat.read().rpartition(")")[2].split()[1])
    found = {root}
    while grown := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= grown
    return found - {root}
