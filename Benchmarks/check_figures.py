#!/usr/bin/env python3
"""How long `drover check` takes for a playbook of 2,000 lines: Benchmarks/check_figures.py --drover .build/release/drover"""

import argparse
import os
import statistics
import subprocess
import tempfile
import time


def playbook(lines):
    """Blocks, loops, conditions and expressions, as a large playbook has them."""
    text = ["name: Large", "inputs: { build: { type: app, required: true } }", "vars: { package: com.studio.game }",
            "phones: all", "waves: [1, 5%, 100%]", "steps:"]
    number = 0
    while len(text) < lines - 20:
        number += 1
        text += [
            f"  - name: Part {number}",
            "    block:",
            "      - install: ${{ inputs.build }}",
            f"        id: game{number}",
            "        timeout: 15m",
            "        retries: 2",
            "      - push: { from: assets/, to: \"/sdcard/Android/obb/${{ vars.package }}/\" }",
            f"        when: steps.game{number}.ok and phone.sdk >= 30",
            "      - shell: echo ${{ item }} ${{ vars.package }} ${{ phone.model }}",
            "        loop: [forest, cave, sea]",
            "        changes: false",
            "        expect: { exit: 0, output-matches: \"^[a-z]+\" }",
            "    rescue:",
            "      - shell: logcat -d -t 100",
            "    tags: [nightly]",
            f"  - set: {{ last: \"${{{{ steps.game{number}.version }}}}\" }}",
            "  - assert: vars.last != '' or not (phone.model matches '^Pixel')",
        ]
    return "\n".join(text) + "\n"


def measure(command, rounds):
    """Wall times in milliseconds."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        times.append((time.perf_counter() - start) * 1000)
        if result.returncode != 0:
            raise SystemExit(result.stderr[:2000])
    return times


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--drover", required=True)
    parser.add_argument("--lines", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "large.yml")
        text = playbook(options.lines)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        start = measure([options.drover, "--version"], options.rounds)
        times = measure([options.drover, "check", path], options.rounds)
    lines = text.count("\n")
    print(f"check of {lines} lines: {statistics.median(times):.0f} ms (best {min(times):.0f}, worst {max(times):.0f}), "
          f"of them {statistics.median(start):.0f} ms for the start of the program")


if __name__ == "__main__":
    main()
