"""The far ends: simulated phones in a process of their own, and a real adb server connected to them."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

from measure import processor_time, run


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


class AdbServers:
    """Enough adb servers for all phones: one of adb 36 dies when a phone's socket has a number beyond 1,023."""

    PHONES_PER_SERVER = 500

    def __init__(self, adb, home, folder, serials):
        self.adb = adb
        self.serials = serials
        self.folder = folder
        self._stack = contextlib.ExitStack()
        self._lines = []
        self.pids = []
        self.env = None
        try:
            for start in range(0, len(serials), self.PHONES_PER_SERVER):
                share = serials[start : start + self.PHONES_PER_SERVER]
                server = self._stack.enter_context(adb_server(adb, home, folder))
                server.connect(share)
                self.pids.append(server.pid)
                self.env = server.env
                self._lines += [f"-P {server.port} -s {serial}" for serial in share]
        except BaseException:
            self._stack.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *reason):
        self.close()

    def close(self):
        self._stack.close()

    def run(self, arguments, width):
        """Runs adb once for every phone, `width` at a time; the servers' own work is added to the processor time."""
        listing = os.path.join(self.folder, "lines")
        with open(listing, "w") as file:
            file.writelines(f"{line} {' '.join(arguments)}\n" for line in self._lines)
        before = sum(map(processor_time, self.pids))
        measured = run(["xargs", "-a", listing, "-L", "1", "-P", str(width), self.adb], self.env)
        measured.processor += sum(map(processor_time, self.pids)) - before
        return measured


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
