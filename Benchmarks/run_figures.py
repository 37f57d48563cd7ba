#!/usr/bin/env python3
"""What the scheduler and resume cost: Benchmarks/run_figures.py --drover .build/release/drover"""

import argparse
import os
import re
import resource
import signal
import statistics
import subprocess
import tempfile
import time

PHONES = 1000


def write(folder, name, text):
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def timed(command, folder):
    """Wall and processor seconds of a whole command, and its exit code."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, processor, result.returncode


def median(values):
    return statistics.median(values)


def scheduling(drover, folder, rounds):
    """50 steps that do nothing, on phones that need not even be connected to."""
    write(folder, "farm.yml", f'phones:\n  p-[0001-{PHONES}]: {{ adb: "tcp:127.0.0.1:[10001-{10000 + PHONES}]" }}\n')
    write(folder, "noop.yml", "phones: all\nsteps:\n" + "  - assert: true\n" * 50)
    write(folder, "empty.yml", "phones: all\nsteps:\n  - assert: true\n")
    costs, walls = [], []
    for _ in range(rounds):
        _, base, _ = timed([drover, "run", "empty.yml", "--yes", "--quiet"], folder)
        wall, processor, code = timed([drover, "run", "noop.yml", "--yes", "--quiet"], folder)
        assert code == 0
        costs.append((processor - base) * 1000 / (PHONES * 49))
        walls.append(wall)
    print(f"scheduling: {median(costs):.4f} ms of processor time per phone-step, "
          f"{median(walls):.2f} s in all for {PHONES} phones x 50 steps (limit 0.2 ms)")


def simulated(drover, folder, phones):
    farm = os.path.join(folder, "sim.yml")
    process = subprocess.Popen(
        [drover, "simulate", "--phones", str(phones), "--farm-file", farm, "--for", "600s"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not os.path.exists(farm):
        time.sleep(0.05)
    time.sleep(0.5)
    return process, farm


def mixed(drover, folder, rounds):
    """Three kinds of limits at once, beside the bound computed from them."""
    phones, forks, first, second, nap = 400, 50, 20, 40, 0.1
    write(folder, "mixed.yml", f"""phones: all
steps:
  - shell: sleep {nap}
    throttle: {first}
  - shell: sleep {nap}
    throttle: {second}
  - shell: sleep {nap}
""")
    process, farm = simulated(drover, folder, phones)
    try:
        # The window cannot be full while the first phones are let through the first throttle, nor behind the last ones.
        unused = 2 * sum(max(0, forks - first * place) * nap for place in (1, 2)) / forks
        bound = max(phones * nap / first + 2 * nap, phones * nap / second + 2 * nap, phones * 3 * nap / forks + unused)
        walls = []
        for _ in range(rounds):
            wall, _, code = timed(
                [drover, "run", "mixed.yml", "--farm", farm, "--yes", "--quiet", "--forks", str(forks)], folder)
            assert code == 0
            walls.append(wall)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()
        os.remove(farm)
    wall = median(walls)
    print(f"mixed limits: {wall:.2f} s, {wall / bound:.3f}x of the bound {bound:.2f} s (limit 1.1x)")


def resume(drover, folder, rounds):
    """From starting `resume` to the first phone's first line, for 1,000 phones with 19 steps behind them."""
    steps = "".join(f"  - shell: echo {number}\n" for number in range(19)) + "  - shell: test -e /sdcard/go\n"
    write(folder, "twenty.yml", "phones: all\nsteps:\n" + steps)
    process, farm = simulated(drover, folder, PHONES)
    ready = []
    try:
        for _ in range(rounds):
            timed([drover, "run", "twenty.yml", "--farm", farm, "--yes", "--quiet"], folder)
            start = time.perf_counter()
            running = subprocess.Popen(
                [drover, "resume", "--yes"], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
            for line in running.stderr:
                if re.match(r"\[ *1/", line):
                    ready.append(time.perf_counter() - start)
                    break
            running.stderr.read()
            running.wait()
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()
    print(f"resume: {median(ready):.2f} s to the first phone's verdict for {PHONES} phones x 20 steps (limit 1 s)")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--drover", required=True)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    drover = os.path.abspath(options.drover)
    for measure in (scheduling, mixed, resume):
        with tempfile.TemporaryDirectory() as folder:
            os.environ["HOME"] = folder
            os.environ["DROVER_LEASES"] = os.path.join(folder, "leases")
            measure(drover, folder, options.rounds)


if __name__ == "__main__":
    main()
