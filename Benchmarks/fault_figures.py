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
FAULTY = 60
FAULTS = ["refuse", "hang-up", "garbage", "wrong-length", "wrong-magic", "drop-at:65536", "reset-mid-push", "flood",
          "slow:1MiB", "exit-lost", "stall:open", "stall:write"]
PLAYBOOK = """name: Five commands and a file
phones: all
steps:
  - shell: getprop ro.product.model
  - push: { from: payload.bin, to: /data/local/tmp/payload.bin }
  - shell: getprop ro.build.version.release
  - shell: sha256sum /data/local/tmp/payload.bin
  - shell: rm /data/local/tmp/payload.bin
"""


def name(number):
    return f"sim-{number:03}"


def last_healthy(bench, options):
    """Seconds from the start of a run to the end of the last of the phones that are healthy in every run."""
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
    healthy = {name(number) for number in range(FAULTY + 1, PHONES + 1)}
    ends = [event for event in events if event["event"] == "phone-ended" and event["phone"] in healthy]
    wrong = [event["phone"] for event in ends if event["verdict"] != "changed"]
    if wrong or len(ends) != len(healthy):
        raise RuntimeError(f"healthy phones did not come through: {wrong or len(ends)}")
    return (max(event["t"] for event in ends) - started) / 1000


def compare(bench):
    """The last healthy phone's time, alone and among faulty ones, taken in turns."""
    faults = []
    for number in range(1, FAULTY + 1):
        faults += ["--fault", f"{FAULTS[number % len(FAULTS)]}@{name(number)}"]
    alone, among = [], []
    for _ in range(bench.rounds):
        alone.append(last_healthy(bench, []))
        among.append(last_healthy(bench, faults))
    reference = median(alone)
    rows = [
        [farm, milliseconds(median(taken)), f"{median(taken) / reference:.2f}x"]
        for farm, taken in (("all healthy", alone), (f"{FAULTY} of them faulty, in {len(FAULTS)} ways", among))
    ]
    columns = ["farm", f"the last of the same {PHONES - FAULTY} healthy phones ended after", "ratio"]
    steps = PLAYBOOK.count("\n  - ")
    return table(f"{PHONES} phones, window {FORKS}, {steps} steps", columns, rows)
