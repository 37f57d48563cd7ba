"""What bad phones cost good ones."""

import glob
import json
import os
import shutil

from farms import simulated
from measure import median, run
from report import milliseconds, table

PHONES = 200
FORKS = 256
PLAYBOOK = """name: Five commands and a file
phones: all
steps:
  - shell: getprop ro.product.model
  - push: { from: payload.bin, to: /data/local/tmp/payload.bin }
  - shell: getprop ro.build.version.release
  - shell: sha256sum /data/local/tmp/payload.bin
  - shell: rm /data/local/tmp/payload.bin
"""


def last_healthy(bench, options):
    """Seconds from the start of a run to the end of its last phone that came through, and how many did."""
    folder = os.path.join(bench.folder, "faults")
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    with open(os.path.join(folder, "playbook.yml"), "w") as file:
        file.write(PLAYBOOK)
    with open(os.path.join(folder, "payload.bin"), "wb") as file:
        file.write(os.urandom(2**20))
    with simulated(bench.drover, PHONES, bench.folder, options) as farm:
        command = [bench.drover, "run", "playbook.yml", "--yes", "--forks", str(FORKS)]
        measured = run(command, farm.env, cwd=folder)
        if not options:
            bench.must_pass(measured)
    (journal,) = glob.glob(os.path.join(folder, "runs", "*", "journal.jsonl"))
    with open(journal) as lines:
        events = [json.loads(line) for line in lines]
    started = next(event["t"] for event in events if event["event"] == "run-started")
    ends = [e["t"] for e in events if e["event"] == "phone-ended" and e["verdict"] in ("ok", "changed")]
    return (max(ends) - started) / 1000, len(ends)


def compare(bench):
    """The last healthy phone's time, alone and among faulty ones, taken in turns."""
    alone, among = [], []
    for _ in range(bench.rounds):
        alone.append(last_healthy(bench, []))
        among.append(last_healthy(bench, bench.fault_options))
    reference = median([time for time, _ in alone])
    rows = [
        [name, str(taken[0][1]), milliseconds(median([time for time, _ in taken])),
         f"{median([time for time, _ in taken]) / reference:.2f}x"]
        for name, taken in (("all healthy", alone), ("30 % faulty", among))
    ]
    columns = ["farm", "phones that came through", "the last of them ended after", "ratio"]
    return table(f"{PHONES} phones, window {FORKS}, {len(PLAYBOOK.splitlines()) - 3} steps", columns, rows)
