"""Folders of many small files, and a large file that changed a little: drover beside adb."""

import contextlib
import json
import os
import random

from farms import AdbServers, simulated
from measure import median, processor_time, run
from report import megabytes, seconds, table

PHONES = 20
FILES = 20_000
ROUND_TRIP = "5ms"
DEBIAN_ADB = "/usr/bin/adb"


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


def moved(measured):
    """Bytes of content that the phones got, as drover's report tells it."""
    return sum(phone["bytes"] for phone in json.loads(measured.output)["targets"])


def drover_push(bench, farm, source, place):
    command = [bench.drover, "push", "all", source, place, "--json", "--yes"]
    return bench.must_pass(run(command, farm.env, cwd=bench.folder, sample=True))


def folders(bench):
    """The same folder to 20 phones: for the first time, again, and with 1 % changed.

    The phones compare what arrives with what the first of them got, and hash nothing twice: on one machine they take
    processor time that phones on a desk would not take, and the table tells how much.
    """
    root = small_files(bench.folder)
    kinds = ["drover, for the first time", "drover, 1 % changed", "drover, nothing changed"]
    newest = f"adb 36 push, {PHONES} at once"
    older = f"adb 29 (Debian 12's) push, {PHONES} at once, once"
    taken = {kind: [] for kind in kinds + [newest, older]}
    with contextlib.ExitStack() as stack:
        farm = stack.enter_context(simulated(bench.drover, PHONES, bench.folder, ["--round-trip", ROUND_TRIP]))
        if bench.adb:
            servers = stack.enter_context(AdbServers(bench.adb, farm.home, bench.folder, farm.serials))

        def take(kind, push):
            before = processor_time(farm.pid)
            measured = push()
            taken[kind].append((measured, processor_time(farm.pid) - before))

        for turn in range(min(bench.rounds, 3)):
            place = f"/data/local/tmp/turn-{turn}/"
            take(kinds[0], lambda: drover_push(bench, farm, root + "/", place))
            take(kinds[2], lambda: drover_push(bench, farm, root + "/", place))
            changed = change(root, 0.01)
            take(kinds[1], lambda: drover_push(bench, farm, root + "/", place))
            if bench.adb:
                take(newest, lambda: bench.must_pass(
                    servers.run(["push", root, f"/data/local/tmp/adb-{turn}"], PHONES)))
        if bench.adb and os.access(DEBIAN_ADB, os.X_OK):
            # It waits for the phone's word on each file: minutes, whatever the machine.
            servers.close()
            servers = stack.enter_context(AdbServers(DEBIAN_ADB, farm.home, bench.folder, farm.serials))
            take(older, lambda: bench.must_pass(servers.run(["push", root, "/data/local/tmp/older"], PHONES)))
    adb = [measured for measured, _ in taken[newest]]
    rows = []
    for kind, measured in taken.items():
        if not measured:
            continue
        wall = median([m.wall for m, _ in measured])
        mine = median([m.processor for m, _ in measured])
        is_ours = kind in kinds
        rows.append([
            kind, seconds(wall), f"{median([m.wall for m in adb]) / wall:.1f}x" if adb else "-", seconds(mine),
            f"{median([m.processor for m in adb]) / mine:.1f}x less" if adb and is_ours else "-",
            seconds(median([phones for _, phones in measured])),
            f"{median([moved(m) for m, _ in measured]) / PHONES / 1e6:.1f} MB" if is_ours else "-",
            megabytes(median([m.anonymous for m, _ in measured])) if is_ours else "-",
        ])
    columns = ["", "wall", "times adb's rate", "its own processor time", "beside adb's", "the phones' processor time",
               "moved to each", "RssAnon"]
    title = f"{FILES} small files, 200 MB, to {PHONES} phones at {ROUND_TRIP} round trip (1 % of it: {changed / 1e6:.1f} MB)"
    return table(title, columns, rows)


LONG = 2 << 30
PLACES = 40


def long_file(bench):
    """One file of 2 GiB, and again with 1 % of it changed in 40 places."""
    path = os.path.join(bench.folder, "long.bin")
    numbers = random.Random(2)
    with open(path, "wb") as file:
        for _ in range(LONG >> 24):
            file.write(numbers.randbytes(1 << 24))
    rows = []
    with simulated(bench.drover, 1, bench.folder, ["--round-trip", ROUND_TRIP]) as farm:
        def push(kind):
            measured = drover_push(bench, farm, path, "/data/local/tmp/long.bin")
            rows.append([kind, seconds(measured.wall), f"{moved(measured) / 1e6:.1f} MB",
                         f"{100 * moved(measured) / LONG:.2f} %", megabytes(measured.anonymous)])

        push("for the first time")
        part = LONG // 100 // PLACES
        with open(path, "r+b") as file:
            for place in range(PLACES):
                file.seek(place * (LONG // PLACES) + numbers.randrange(LONG // PLACES - part))
                file.write(numbers.randbytes(part))
        push(f"1 % changed, in {PLACES} places")
    os.remove(path)
    return table("One file of 2 GiB to a phone", ["", "wall", "moved", "of the file", "RssAnon"], rows)
