#!/usr/bin/env python3
"""Packing beside GNU tar and zstd: Benchmarks/pack_figures.py --drover .build/release/drover"""

import argparse
import os
import random
import shutil
import sys
import tempfile

sys.dont_write_bytecode = True

from measure import median, run
from report import megabytes, rate, seconds, table

SMALL = 20_000
LARGE = 5
TOTAL = 2 * 2**30
SPARSE = 10 * 2**30


def mixed(size, numbers, pool, words):
    """Bytes of which about a half compresses, as textures and tables do."""
    parts, have = [], 0
    while have < size:
        if numbers.random() < 0.5:
            start = numbers.randrange(0, len(pool) - 8192)
            part = pool[start:start + 8192]
        else:
            part = b"".join(numbers.choice(words) for _ in range(300))
        parts.append(part)
        have += len(part)
    return b"".join(parts)[:size]


def make_tree(root):
    """20,000 files of 1 to 19 KB in 400 folders, and 5 that fill up to 2 GiB; the same every time."""
    numbers = random.Random(1)
    pool = numbers.randbytes(1 << 20)
    words = [b"texture%d normal albedo " % number for number in range(400)]
    left = TOTAL
    for index in range(SMALL):
        folder = f"{root}/pack{index // 500:02}/set{index // 50 % 10}"
        if index % 50 == 0:
            os.makedirs(folder, exist_ok=True)
        content = mixed(1000 + index * 7919 % 18_000, numbers, pool, words)
        left -= len(content)
        with open(f"{folder}/asset{index:05}.bin", "wb") as file:
            file.write(content)
    block = mixed(16 << 20, numbers, pool, words)
    for index in range(LARGE):
        rest = left // LARGE
        with open(f"{root}/large{index}.pak", "wb") as file:
            while rest > 0:
                start = numbers.randrange(0, len(block) - (4 << 20))
                part = block[start:start + min(rest, 4 << 20)]
                file.write(part)
                rest -= len(part)


class Places:
    """The tree, and where archives go: memory where there is enough, so that no disk is measured."""

    def __init__(self, folder):
        self.tree = os.path.join(folder, "tree")
        if not os.path.exists(self.tree):
            make_tree(self.tree)
        free = os.statvfs("/dev/shm")
        self.in_memory = free.f_bavail * free.f_frsize > 2 * TOTAL
        self.on_disk = tempfile.mkdtemp(prefix="drover-bench-", dir=folder)
        self.out = tempfile.mkdtemp(prefix="drover-bench-", dir="/dev/shm" if self.in_memory else folder)

    def clear(self):
        """Removes the archives, and leaves every line the same memory to write to.

        The host of a virtual machine takes memory back that was free for some seconds, and giving it again takes longer
        than all that is measured here: so each line finds memory that was in use a moment ago.
        """
        empty(self.out)
        if self.in_memory:
            used = os.path.join(self.out, "used")
            with open(used, "wb") as file:
                for _ in range(TOTAL // 2**24 * 5 // 4):
                    file.write(bytes(2**24))
            os.remove(used)

    def remove(self):
        for folder in (self.out, self.on_disk):
            shutil.rmtree(folder, ignore_errors=True)


def empty(folder):
    for name in os.listdir(folder):
        os.remove(os.path.join(folder, name))


def shell(bench, line, sample=False):
    return bench.must_pass(run(["/bin/sh", "-c", line], sample=sample))


def compare(bench):
    """A tree of 2 GiB as tar and as tar.zst, side by side."""
    places = Places(bench.folder)
    try:
        return tables(bench, places)
    finally:
        places.remove()


REFERENCES = {"drover pack, without hashes": "GNU tar", "drover pack": "GNU tar", "drover pack, again": "GNU tar",
              "drover pack to tar.zst": "tar and zstd -3 -T0", "drover pack to tar.zst, again": "tar and zstd -3 -T0"}


def lines(bench, tree, out):
    """What is measured, by name; drover brings its file to the disk before it names it, so the others do too."""
    drover, cache = bench.drover, f"{bench.folder}/pack-cache"
    forgetful = f"rm -rf {cache}; DROVER_CACHE={cache} exec {drover}"
    found = {
        "GNU tar": f"tar -cf {out}/a.tar -C {tree} . && sync {out}/a.tar",
        "drover pack, without hashes": f"exec {drover} pack {tree} -o {out}/a.tar --no-hash",
        "drover pack": f"{forgetful} pack {tree} -o {out}/a.tar",
        "drover pack, again": f"DROVER_CACHE={cache} exec {drover} pack {tree} -o {out}/a.tar",
        "tar and zstd -3 -T0": f"tar -c -C {tree} . | zstd -3 -T0 -q -f -o {out}/a.tar.zst && sync {out}/a.tar.zst",
        "drover pack to tar.zst": f"{forgetful} pack {tree} -o {out}/a.tar.zst",
        "drover pack to tar.zst, again": f"DROVER_CACHE={cache} exec {drover} pack {tree} -o {out}/a.tar.zst",
    }
    if not shutil.which("zstd"):
        del found["tar and zstd -3 -T0"]
    return found


def tables(bench, places):
    tree = places.tree
    text = in_turns(bench, lines(bench, tree, places.out), places.out, places.clear,
                    f"to {'memory' if places.in_memory else 'the disk'}")
    to_disk = lines(bench, tree, places.on_disk)
    first = ["GNU tar", "drover pack, without hashes", "drover pack"]
    text += in_turns(bench, {name: to_disk[name] for name in first}, places.on_disk, lambda: empty(places.on_disk),
                     "to the disk")
    return text + sparse(bench)


def in_turns(bench, lines, out, clear, where):
    """Runs the lines in turns, and puts their medians into a table."""
    measured = {name: [] for name in lines}
    sizes, most = {}, {}
    order = random.Random(3)
    for turn in range(bench.rounds + 1):
        # In another order each time: what a line takes depends on what the one before it has left behind.
        for name, line in order.sample(list(lines.items()), len(lines)):
            clear()
            # The first turn fills the page cache and looks at the memory, which takes time from those who use every core.
            result = shell(bench, line, sample=turn == 0)
            sizes[name] = sum(os.path.getsize(f"{out}/{file}") for file in os.listdir(out))
            if turn == 0:
                most[name] = result.anonymous
            else:
                measured[name].append(result)
    walls = {name: median([m.wall for m in results]) for name, results in measured.items()}
    rows = []
    for name, results in measured.items():
        reference = walls.get(REFERENCES.get(name, name))
        rows.append([
            name, seconds(walls[name]), rate(TOTAL, walls[name]),
            f"{reference / walls[name]:.2f}" if reference else "-", seconds(median([m.processor for m in results])),
            megabytes(sizes[name]), megabytes(most[name]) if "drover" in name else "-",
        ])
    text = table(
        f"Pack {SMALL} small and {LARGE} large files (2 GiB, in the page cache) {where}",
        ["", "time", "rate", "of the reference's rate", "processor time", "archive", "most memory of its own"], rows)
    bare = walls["drover pack, without hashes"]
    text += f"\nHashing every file while packing costs {100 * (walls['drover pack'] / bare - 1):.0f} % more time"
    if "drover pack, again" in walls:
        again = 100 * (walls["drover pack, again"] / bare - 1)
        text += f"; when nothing has changed since an earlier packing, whose hashes are noted, {again:.0f} %"
    return text + ".\n\n"


def sparse(bench):
    """A file of 10 GiB that holds 3 MiB."""
    folder = os.path.join(bench.folder, "sparse")
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "image"), "wb") as file:
        for place in (0, SPARSE // 2, SPARSE - 2**20):
            file.seek(place)
            file.write(b"\x5a" * 2**20)
    rows = []
    for name, options in [("whole", ""), ("with its holes", " --keep-holes")]:
        line = f"DROVER_CACHE={bench.folder}/no-cache exec {bench.drover} pack {folder} -o - --format tar --hash-again{options} >/dev/null"
        results = [shell(bench, line, sample=True) for _ in range(min(bench.rounds, 3))]
        rows.append([name, seconds(median([m.wall for m in results])),
                     megabytes(max(m.anonymous for m in results))])
    return table("Pack and hash a sparse file of 10 GiB", ["", "time", "most memory of its own"], rows)


class Alone:
    """What `compare` needs when this file is run by itself."""

    def __init__(self, arguments, folder):
        self.drover, self.rounds, self.folder = os.path.abspath(arguments.drover), arguments.rounds, folder

    def must_pass(self, measured):
        if measured.exit_code != 0:
            sys.exit(f"error: a measured program ended with {measured.exit_code}:\n{measured.output.decode()[-3000:]}")
        return measured


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--drover", required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", help="where the tree is made, and found the next time")
    arguments = parser.parse_args()
    if arguments.folder:
        os.makedirs(arguments.folder, exist_ok=True)
        print(compare(Alone(arguments, arguments.folder)))
        return
    with tempfile.TemporaryDirectory(prefix="drover-bench-") as folder:
        print(compare(Alone(arguments, folder)))


if __name__ == "__main__":
    main()
