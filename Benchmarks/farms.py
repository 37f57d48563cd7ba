"""The far ends: simulated phones in a process of their own, and a real adb server connected to them."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor


class Farm:
    """Simulated phones that listen on loopback."""

    def __init__(self, pid, path, home, ports):
        self.pid = pid
        self.path = path
        self.home = home
        self.ports = ports

    @property
    def serials(self):
        return [f"127.0.0.1:{port}" for port in self.ports]

    @property
    def env(self):
        """What a client needs: the farm file and the home with the key that the phones know."""
        return {**os.environ, "DROVER_FARM": self.path, "HOME": self.home}


@contextlib.contextmanager
def simulated(drover, phones, folder, options=(), limit=60):
    """Starts `drover simulate` and stops it again."""
    path = os.path.join(folder, f"farm-{time.monotonic_ns()}.yml")
    home = os.path.join(folder, "home")
    os.makedirs(home, exist_ok=True)
    command = [drover, "simulate", "--phones", str(phones), "--farm-file", path, *options]
    with open(os.path.join(folder, "simulate.log"), "ab") as log:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env={**os.environ, "HOME": home}
        )
    try:
        text = _wait_for_file(path, process, limit)
        yield Farm(process.pid, path, home, ports_in(text))
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def ports_in(text):
    """The ports of a farm file, ranges spelled out, in the file's order."""
    ports = []
    for match in re.finditer(r"tcp:127\.0\.0\.1:(?:\[(\d+)-(\d+)\]|(\d+))", text):
        low, high, single = match.groups()
        ports += range(int(low), int(high) + 1) if low else [int(single)]
    return ports


def _wait_for_file(path, process, limit):
    deadline = time.monotonic() + limit
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the simulator ended with {process.returncode}; see simulate.log")
        if os.path.exists(path) and os.path.getsize(path) > 0:
            with open(path) as file:
                return file.read()
        time.sleep(0.02)
    raise TimeoutError(f"the simulator was not up after {limit} s")


class AdbServer:
    """A private adb server and the binary that talks to it."""

    def __init__(self, adb, pid, port, env):
        self.adb = adb
        self.pid = pid
        self.port = port
        self.env = env

    def ask(self, request, limit=30):
        """Sends one host request and returns its answer."""
        with socket.create_connection(("127.0.0.1", self.port), limit) as connection:
            connection.sendall(f"{len(request):04x}{request}".encode())
            answer = b""
            while chunk := connection.recv(65536):
                answer += chunk
        if not answer.startswith(b"OKAY"):
            raise RuntimeError(f"{request}: {answer[8:].decode(errors='replace')}")
        return answer[8:].decode(errors="replace")

    def connect(self, serials, limit=240):
        """Connects to every phone and waits until the server calls all of them devices."""
        deadline = time.monotonic() + limit
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda serial: self.ask(f"host:connect:{serial}"), serials))
        wanted = set(serials)
        while time.monotonic() < deadline:
            lines = (line.split("\t") for line in self.ask("host:devices").splitlines())
            if wanted <= {line[0] for line in lines if line[1:] == ["device"]}:
                return
            time.sleep(0.2)
        raise TimeoutError(f"the adb server was not connected to {len(serials)} phones after {limit} s")


@contextlib.contextmanager
def adb_server(adb, home, folder):
    """Starts an adb server on a private port and stops it again."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = {
        **os.environ,
        "HOME": home,
        "ANDROID_ADB_SERVER_PORT": str(port),
        # A server looks for emulators on this machine, up to this port, when it starts: it shall find none.
        "ADB_LOCAL_TRANSPORT_MAX_PORT": "5553",
        "ADB_USB": "0",
        "ADB_LIBUSB": "0",
    }
    with open(os.path.join(folder, "adb-server.log"), "ab") as log:
        process = subprocess.Popen(
            [adb, "nodaemon", "server"], stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=env
        )
    server = AdbServer(adb, process.pid, port, env)
    try:
        deadline = time.monotonic() + 20
        while True:
            try:
                server.ask("host:version")
                break
            except OSError:
                if time.monotonic() > deadline or process.poll() is not None:
                    raise
                time.sleep(0.05)
        yield server
    finally:
        process.kill()
        process.wait()
