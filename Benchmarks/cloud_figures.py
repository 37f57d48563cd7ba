#!/usr/bin/env python3
"""What cloud phones cost over the service: Benchmarks/cloud_figures.py --drover .build/release/drover

Everything is on loopback: the simulated cloud in a process of its own, with the limits of a real account.
"""

import argparse
import json
import os
import resource
import signal
import statistics
import subprocess
import tempfile
import time


class Cloud:
    """A simulated cloud in a process of its own, and what was asked of it."""

    def __init__(self, drover, folder, servers, phones, job_time, writes=10):
        self.farm = os.path.join(folder, "cloud.yml")
        self.record_path = os.path.join(folder, "record.json")
        self.process = subprocess.Popen(
            [drover, "simulate", "--cloud", "--servers", str(servers), "--phones-per-server", str(phones),
             "--job-time", job_time, "--writes-per-minute", str(writes), "--farm-file", self.farm,
             "--record", self.record_path, "--for", "900s"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while not os.path.exists(self.farm):
            assert self.process.poll() is None, "the cloud has ended"
            time.sleep(0.05)

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()
        with open(self.record_path, encoding="utf-8") as file:
            record = json.load(file)
        os.remove(self.farm)
        os.remove(self.record_path)
        return record


def timed(command, folder):
    """Wall and processor seconds of a whole command; it has to end well."""
    environment = dict(os.environ, DROVER_CACHE=os.path.join(folder, "cache"), DROVER_LEASES=os.path.join(folder, "l"),
                       XDG_STATE_HOME=os.path.join(folder, "state"))
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=environment)
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert result.returncode == 0, result.stderr[-2000:]
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def uninstall(drover, folder, rounds):
    """1,000 phones on 10 servers, jobs of 5 s; ten requests are the least, and all of them may leave at once."""
    with open(os.path.join(folder, "i.yml"), "w", encoding="utf-8") as file:
        file.write(f"phones: all\nsteps:\n  - install: {{ app: {APP}, force: true }}\n")
    with open(os.path.join(folder, "u.yml"), "w", encoding="utf-8") as file:
        file.write("phones: all\nsteps:\n  - uninstall: com.studio.game\n")
    walls, processors = [], []
    for _ in range(rounds):
        cloud = Cloud(drover, folder, 10, 100, "5s", writes=20)
        timed([drover, "run", "i.yml", "--farm", cloud.farm, "--yes", "--quiet"], folder)
        wall, processor = timed(
            [drover, "run", "u.yml", "--farm", cloud.farm, "--yes", "--allow", "data-loss", "--quiet"], folder)
        record = cloud.end()
        assert not record["throttled"], record["throttled"]
        assert record["calls"]["UninstallApk"] == 10, record["calls"]
        walls.append(wall)
        processors.append(processor)
    # Five reading calls may leave at once, and five more every 1.1 s; a look at a thousand jobs takes ten pages.
    listing_calls = sum(count for name, count in record["calls"].items() if name.startswith("List") and name != "ListJobs")
    # Those of the first command are the same.
    listing_calls //= 2
    bound = (listing_calls - 1) // 5 * 1.1 + 5.0 + (10 - 1) // 5 * 1.1
    print(f"uninstall on 1,000 phones: {statistics.median(walls):.2f} s (limits and jobs allow {bound:.1f} s), "
          f"{statistics.median(processors):.2f} s of processor time, 10 writing calls")


def share(drover, folder):
    """A build of 200 MB for 1,000 phones on 10 servers: once to the bucket, and once to each server."""
    size = 200 * 1000 * 1000
    with open(os.path.join(folder, "large.bin"), "wb") as file:
        for _ in range(size // 1000000):
            file.write(os.urandom(1000000))
    with open(os.path.join(folder, "s.yml"), "w", encoding="utf-8") as file:
        file.write("phones: all\nsteps:\n  - push: { from: large.bin, to: /sdcard/large.bin }\n")
    cloud = Cloud(drover, folder, 10, 100, "1s", writes=60)
    wall, processor = timed([drover, "run", "s.yml", "--farm", cloud.farm, "--yes", "--quiet"], folder)
    record = cloud.end()
    most = max(record["bytes-read"].values())
    assert len(record["bytes-read"]) == 10 and not record["throttled"], record
    print(f"200 MB to 1,000 phones of 10 servers: {record['calls']['PushShareFiles']} request, {most / size:.3f} of the "
          f"payload to each server (limit 1.1), {wall:.1f} s in all, {processor:.2f} s of processor time")
    os.remove(os.path.join(folder, "large.bin"))


def listing(drover, folder, rounds):
    """5,000 phones of 50 servers."""
    walls, processors, calls = [], [], 0
    for _ in range(rounds):
        cloud = Cloud(drover, folder, 50, 100, "1s")
        wall, processor = timed([drover, "phones", "--farm", cloud.farm], folder)
        record = cloud.end()
        calls = sum(record["calls"].values())
        walls.append(wall)
        processors.append(processor)
    print(f"5,000 phones listed: {calls} calls (limit 60), {statistics.median(processors):.2f} s of processor time "
          f"(limit 2 s), {statistics.median(walls):.2f} s in all")


def main():
    global APP
    parser = argparse.ArgumentParser()
    parser.add_argument("--drover", required=True)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    drover = os.path.abspath(options.drover)
    APP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "fixtures", "apps", "game-1.apk")
    with tempfile.TemporaryDirectory() as folder:
        listing(drover, folder, options.rounds)
        uninstall(drover, folder, options.rounds)
        share(drover, folder)


if __name__ == "__main__":
    main()
