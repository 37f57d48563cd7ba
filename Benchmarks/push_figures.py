"""One file to many phones: drover, adb, and a C program that does nothing else."""

import contextlib
import os
import subprocess
import time

from farms import adb_server, simulated
from measure import Measurement, median, processor_time, run
from report import megabytes, rate, seconds, table

PHONES = 100
SIZE = 64 * 2**20
BIG = 2 * 2**30
WIDTHS = [2, 4, 8, 16]


def drover_push(bench, farm, file, destination, sample=False):
    command = [bench.drover, "push", "all", file, destination]
    return bench.must_pass(run(command, farm.env, cwd=bench.folder, sample=sample))


def adb_push(bench, server, serials, file, destination, width):
    listing = os.path.join(bench.folder, "serials")
    with open(listing, "w") as text:
        text.write("\n".join(serials) + "\n")
    before = processor_time(server.pid)
    command = ["xargs", "-a", listing, "-P", str(width), "-I{}", server.adb, "-s", "{}", "push", "-Z", file, destination]
    measured = bench.must_pass(run(command, server.env))
    measured.processor += processor_time(server.pid) - before
    return measured


@contextlib.contextmanager
def sink(bench):
    """The far end of the C program; yields its port."""
    process = subprocess.Popen([bench.built("sink")], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        yield process.stdout.readline().decode().strip()
    finally:
        process.stdin.close()
        process.wait(10)
        process.stdout.close()


def floor_push(bench, file, phones):
    with sink(bench) as port:
        measured = bench.must_pass(run([bench.built("pushfloor"), file, str(phones), port]))
    return Measurement(float(measured.output), measured.processor, 0)


def incompressible(folder, size):
    path = os.path.join(folder, f"random-{size}")
    if not os.path.exists(path):
        with open(path, "wb") as file:
            for _ in range(size // 2**20):
                file.write(os.urandom(2**20))
    return path


def compare(bench):
    """Total rate of a push of 64 MiB to 100 phones, side by side."""
    file = incompressible(bench.folder, SIZE)
    rounds = {"C program": [], "drover": []}
    with contextlib.ExitStack() as stack:
        farm = stack.enter_context(simulated(bench.drover, PHONES, bench.folder, bench.discard_options))
        best = None
        if bench.adb:
            server = stack.enter_context(adb_server(bench.adb, farm.home, bench.folder))
            server.connect(farm.serials)
            # One try of each width finds adb's best; only that one is repeated.
            tried = {w: adb_push(bench, server, farm.serials, file, f"/data/local/tmp/w{w}", w).wall for w in WIDTHS}
            best = min(tried, key=tried.get)
            rounds[f"adb 36 push -Z, {best} at once"] = []
        for turn in range(bench.rounds):
            rounds["C program"].append(floor_push(bench, file, PHONES))
            # A new place each time: a file that is there already would not be sent again.
            place = f"/data/local/tmp/turn-{turn}-{time.monotonic_ns()}"
            rounds["drover"].append(drover_push(bench, farm, file, place))
            if best:
                kind = f"adb 36 push -Z, {best} at once"
                rounds[kind].append(adb_push(bench, server, farm.serials, file, place + "-adb", best))
    total = SIZE * PHONES
    reference = median([m.wall for m in rounds["C program"]])
    rows = [
        [
            kind, seconds(median([m.wall for m in measured])), rate(total, median([m.wall for m in measured])),
            f"{reference / median([m.wall for m in measured]):.2f}", seconds(median([m.processor for m in measured])),
        ]
        for kind, measured in rounds.items()
    ]
    columns = ["", "wall", "total rate", "share of the C program's rate", "its own processor time"]
    return table(f"`push` of 64 MiB, incompressible, to {PHONES} phones", columns, rows)


def memory(bench):
    """Highest anonymous memory: many phones in flight, and a file that is larger than memory should ever be."""
    from exec_figures import drover_exec

    with simulated(bench.drover, bench.phones, bench.folder) as farm:
        command = drover_exec(bench, farm, bench.phones, sample=True)
    big = os.path.join(bench.folder, "sparse-2g")
    with open(big, "wb") as file:
        file.truncate(BIG)
    with simulated(bench.drover, PHONES, bench.folder, bench.discard_options) as farm:
        push = drover_push(bench, farm, big, "/data/local/tmp/big", sample=True)
    os.unlink(big)
    rows = [
        [f"`exec` on {bench.phones} phones", megabytes(command.anonymous), "60 MiB", str(command.threads)],
        [f"2 GiB to {PHONES} phones ({rate(BIG * PHONES, push.wall)})", megabytes(push.anonymous), "60 MiB more than that",
         str(push.threads)],
    ]
    return table("Anonymous memory (`RssAnon`, highest seen)", ["", "memory", "limit", "threads"], rows)
