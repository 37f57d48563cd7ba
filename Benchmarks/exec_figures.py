"""One command on many phones, and the time until the first packet."""

import contextlib
import os
import re
import shutil
import socket
import subprocess
import time

from farms import AdbServers, simulated
from measure import median, processor_time, run
from report import megabytes, milliseconds, seconds, table

COMMAND = ["getprop", "ro.product.model"]
FORKS = [256, 1000]
WIDTHS = [4, 8, 16, 32]


def drover_exec(bench, farm, forks, sample=False):
    command = [bench.drover, "exec", "all", "--yes", "--forks", str(forks), "--", *COMMAND]
    return bench.must_pass(run(command, farm.env, cwd=bench.folder, sample=sample))


def compare(bench, auth):
    """Wall and processor time per phone, drover at each width of its own beside adb at each of its."""
    options = bench.auth_options() if auth else []
    kinds = [("drover", forks) for forks in FORKS] + ([("adb 36", width) for width in WIDTHS] if bench.adb else [])
    rounds = {kind: [] for kind in kinds}
    signatures = []
    far = {kind: [] for kind in kinds}
    with contextlib.ExitStack() as stack:
        farm = stack.enter_context(simulated(bench.drover, bench.phones, bench.folder, options))
        if bench.adb:
            servers = stack.enter_context(AdbServers(bench.adb, farm.home, bench.folder, farm.serials))
        for _ in range(bench.rounds):
            for kind in kinds:
                program, width = kind
                before = processor_time(farm.pid)
                if program == "drover":
                    rounds[kind].append(drover_exec(bench, farm, width))
                else:
                    rounds[kind].append(bench.must_pass(servers.run(["shell", *COMMAND], width)))
                far[kind].append(processor_time(farm.pid) - before)
            if auth:
                signatures += signature_time()
    wall = {kind: median([m.wall for m in rounds[kind]]) for kind in kinds}
    best = min((wall[kind] for kind in kinds if kind[0] != "drover"), default=None)
    rows = []
    for kind in kinds:
        per_phone = median([m.processor for m in rounds[kind]]) / bench.phones
        ratio = f"{best / wall[kind]:.1f}x" if best else "-"
        rows.append([f"{kind[0]}, {kind[1]} at once", seconds(wall[kind]), milliseconds(per_phone), seconds(median(far[kind])), ratio])
    title = f"`exec all -- {' '.join(COMMAND)}` on {bench.phones} phones, {'with' if auth else 'without'} AUTH"
    if signatures:
        rows.append(["one signature (`openssl speed`)", "-", milliseconds(median(signatures)), "-", "-"])
    return table(title, ["", "wall", "processor per phone", "the simulator's processor time", "times adb's best rate"], rows)


def signature_time():
    """Seconds that the same library needs for the one signature of each phone, in a list; empty without its program."""
    if shutil.which("openssl") is None:
        return []
    told = subprocess.run(["openssl", "speed", "-seconds", "1", "rsa2048"], capture_output=True, text=True)
    return [float(time) for time in re.findall(r"rsa *2048 bits +([0-9.]+)s", told.stdout)]


def first_packet(bench):
    """From the start of the program to its first bytes on a socket."""
    times = []
    for _ in range(bench.rounds):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            listener.settimeout(10)
            farm = os.path.join(bench.folder, "one-phone.yml")
            with open(farm, "w") as file:
                file.write(f'phones:\n  one: {{ adb: "tcp:127.0.0.1:{listener.getsockname()[1]}" }}\n')
            started = time.monotonic()
            process = subprocess.Popen(
                [bench.drover, "exec", "all", "--farm", farm, "--", "true"],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=bench.folder,
            )
            try:
                connection, _ = listener.accept()
                with connection:
                    connection.settimeout(10)
                    connection.recv(24)
                    times.append(time.monotonic() - started)
            finally:
                process.kill()
                process.wait()
    return table("Start to first packet", ["", "median", "limit"], [["drover", milliseconds(median(times)), "50 ms"]])


def scaling(bench):
    """Processor time and memory as the farm grows."""
    rows = []
    for phones in bench.scale:
        with simulated(bench.drover, phones, bench.folder) as farm:
            drover_exec(bench, farm, phones)
            measured = [drover_exec(bench, farm, phones, sample=True) for _ in range(bench.rounds)]
        processor = median([m.processor for m in measured])
        rows.append([
            str(phones), seconds(median([m.wall for m in measured])), seconds(processor),
            milliseconds(processor / phones), megabytes(median([m.anonymous for m in measured])),
            str(max(m.threads for m in measured)),
        ])
    columns = ["phones", "wall", "processor", "processor per phone", "RssAnon", "threads"]
    return table("`exec` as the farm grows, all phones at once", columns, rows)
