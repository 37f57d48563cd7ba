"""Folders of many small files, and a large file that changed a little: drover beside adb."""

import contextlib
import os
import random

from farms import AdbServers, simulated
from measure import median, run
from report import megabytes, seconds, table

PHONES = 20
FILES = 20_000
ROUND_TRIP = "5ms"


def small_files(folder):
    """20,000 files of 2 to 18 kB, 200 MB in all, in 200 folders."""
    root = os.path.join(folder, "small-files")
    if os.path.exists(root):
        return root
    numbers = random.Random(1)
    for number in range(FILES):
        place = os.path.join(root, f"level-{number % 200:03}")
        os.makedirs(place, exist_ok=True)
        with open(os.path.join(place, f"{number:05}.bin"), "wb") as file:
            file.write(numbers.randbytes(numbers.randint(2_000, 18_000)))
    return root


def change(root, share):
    """Gives so many files another content of the same length; returns their bytes."""
    changed = 0
    for number in range(0, FILES, int(1 / share)):
        path = os.path.join(root, f"level-{number % 200:03}", f"{number:05}.bin")
        size = os.path.getsize(path)
        with open(path, "wb") as file:
            file.write(os.urandom(size))
        changed += size
    return changed


def drover_push(bench, farm, source, place):
    command = [bench.drover, "push", "all", source + "/", place, "--json", "--yes"]
    return bench.must_pass(run(command, farm.env, cwd=bench.folder, sample=True))


def folders(bench):
    """The same folder to 20 phones: for the first time, again, and with 1 % changed."""
    root = small_files(bench.folder)
    rows = []
    with contextlib.ExitStack() as stack:
        farm = stack.enter_context(
            simulated(bench.drover, PHONES, bench.folder, ["--round-trip", ROUND_TRIP, "--keep", "hash"]))
        first, again, part, adb = [], [], [], []
        if bench.adb:
            servers = stack.enter_context(AdbServers(bench.adb, farm.home, bench.folder, farm.serials))
        turns = min(bench.rounds, 3)
        for turn in range(turns):
            place = f"/data/local/tmp/turn-{turn}/"
            first.append(drover_push(bench, farm, root, place))
            again.append(drover_push(bench, farm, root, place))
            changed = change(root, 0.01)
            part.append(drover_push(bench, farm, root, place))
            if bench.adb:
                adb.append(bench.must_pass(servers.run(["push", root, f"/data/local/tmp/adb-{turn}"], PHONES)))
        wall = lambda measured: median([m.wall for m in measured])
        best = wall(adb) if adb else None
        for kind, measured in [("drover, for the first time", first), ("drover, 1 % changed", part),
                               ("drover, nothing changed", again), (f"adb 36 push, {PHONES} at once", adb)]:
            if measured:
                rows.append([
                    kind, seconds(wall(measured)), f"{best / wall(measured):.1f}x" if best else "-",
                    seconds(median([m.processor for m in measured])),
                    megabytes(median([m.anonymous for m in measured])) if measured is not adb else "-",
                ])
    columns = ["", "wall", "times adb's rate", "its own processor time", "RssAnon"]
    title = f"{FILES} small files, 200 MB, to {PHONES} phones at {ROUND_TRIP} round trip (1 % of it: {changed / 1e6:.1f} MB)"
    return table(title, columns, rows)
