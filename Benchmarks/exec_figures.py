"""One command on many phones, and the time until the first packet."""

import contextlib
import os
import socket
import subprocess
import time

from farms import adb_server, simulated
from measure import median, processor_time, run
from report import megabytes, milliseconds, seconds, table

COMMAND = ["getprop", "ro.product.model"]
FORKS = [256, 1000]
WIDTHS = [4, 8, 16, 32]


def drover_exec(bench, farm, forks, sample=False):
    command = [bench.drover, "exec", "all", "--yes", "--forks", str(forks), "--", *COMMAND]
    return bench.must_pass(run(command, farm.env, cwd=bench.folder, sample=sample))


def adb_exec(bench, server, serials, width):
    """The same by `adb`, one process per phone, `width` at a time; the server's own work is added."""
    listing = os.path.join(bench.folder, "serials")
    with open(listing, "w") as file:
        file.write("\n".join(serials) + "\n")
    before = processor_time(server.pid)
    command = ["xargs", "-a", listing, "-P", str(width), "-I{}", server.adb, "-s", "{}", "shell", " ".join(COMMAND)]
    measured = bench.must_pass(run(command, server.env))
    measured.processor += processor_time(server.pid) - before
    return measured


def compare(bench, auth):
    """Wall and processor time per phone, drover at each width of its own beside adb at each of its."""
    options = bench.auth_options() if auth else []
    kinds = [("drover", forks) for forks in FORKS] + ([("adb 36", width) for width in WIDTHS] if bench.adb else [])
    rounds = {kind: [] for kind in kinds}
    with contextlib.ExitStack() as stack:
        farm = stack.enter_context(simulated(bench.drover, bench.phones, bench.folder, options))
        if bench.adb:
            server = stack.enter_context(adb_server(bench.adb, farm.home, bench.folder))
            server.connect(farm.serials)
        for _ in range(bench.rounds):
            for kind in kinds:
                program, width = kind
                if program == "drover":
                    rounds[kind].append(drover_exec(bench, farm, width))
                else:
                    rounds[kind].append(adb_exec(bench, server, farm.serials, width))
    wall = {kind: median([m.wall for m in rounds[kind]]) for kind in kinds}
    best = min((wall[kind] for kind in kinds if kind[0] != "drover"), default=None)
    rows = []
    for kind in kinds:
        per_phone = median([m.processor for m in rounds[kind]]) / bench.phones
        ratio = f"{best / wall[kind]:.1f}x" if best else "-"
        rows.append([f"{kind[0]}, {kind[1]} at once", seconds(wall[kind]), milliseconds(per_phone), ratio])
    title = f"`exec all -- {' '.join(COMMAND)}` on {bench.phones} phones, {'with' if auth else 'without'} AUTH"
    return table(title, ["", "wall", "processor per phone", "times adb's best rate"], rows)


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
