#!/usr/bin/env python3
"""Measures drover beside adb and beside plain C, and prints the tables of docs/benchmarks.md.

Everything runs on loopback in one go, the simulated phones in a process of their own; figures are medians.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True

import delivery_figures
import exec_figures
import fault_figures
import fetch_figures
import pack_figures
import push_figures
import report
import ssh_figures

HERE = os.path.dirname(os.path.abspath(__file__))
ADB = os.path.join(HERE, "..", ".build", "interop", "adb36", "adb")


class Bench:
    """What every figure needs: the programs, a scratch folder, and how often to repeat."""

    # Phones that only count what they get: they shall not be what is measured.
    discard_options = ["--keep", "size"]

    def __init__(self, arguments, folder):
        self.drover = os.path.abspath(arguments.drover)
        self.adb = os.path.abspath(ADB) if os.access(ADB, os.X_OK) and not arguments.without_adb else None
        self.folder = folder
        self.rounds = arguments.rounds
        self.phones = arguments.phones
        self.scale = [int(size) for size in arguments.scale.split(",")]

    def auth_options(self):
        """Makes the key that both clients find in their home; the phones get its public half."""
        home = os.path.join(self.folder, "home")
        key = os.path.join(home, ".android", "adbkey.pub")
        if not os.path.exists(key):
            os.makedirs(home, exist_ok=True)
            subprocess.run([self.drover, "keys", "new"], env={**os.environ, "HOME": home}, check=True,
                           stdout=subprocess.DEVNULL)
        return ["--auth-key", key]

    def must_pass(self, measured):
        if measured.exit_code != 0:
            sys.exit(f"error: a measured program ended with {measured.exit_code}:\n{measured.output.decode()[-3000:]}")
        return measured

    def built(self, name, *more):
        """A C program of this folder, built at first use; `more` goes to the compiler, paths from the project's root."""
        program = os.path.join(self.folder, name)
        if not os.path.exists(program):
            source = os.path.join(HERE, name + ".c")
            subprocess.run(["cc", "-O2", "-Wall", "-o", program, source, *more], check=True, cwd=os.path.dirname(HERE))
        return program


FIGURES = {
    "start": exec_figures.first_packet,
    "exec": lambda bench: exec_figures.compare(bench, auth=False),
    "auth": lambda bench: exec_figures.compare(bench, auth=True),
    "push": push_figures.compare,
    "memory": push_figures.memory,
    "scale": exec_figures.scaling,
    "faults": fault_figures.compare,
    "folders": delivery_figures.folders,
    "long": delivery_figures.long_file,
    "fetch": fetch_figures.compare,
    "pack": pack_figures.compare,
    "ssh-upload": ssh_figures.upload,
    "ssh-commands": ssh_figures.commands,
    "ssh-push": ssh_figures.tunnel_push,
    "ssh-exec": ssh_figures.tunnel_exec,
    "ssh-sessions": ssh_figures.sessions,
}


def kept_section(path):
    """The figures of runs, which other programs of this folder take and a person has put there."""
    if not os.path.exists(path):
        return ""
    with open(path) as file:
        text = file.read()
    start = text.find("### Runs\n")
    return "\n" + text[start:] if start >= 0 else ""


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--drover", default=".build/release/drover", help="the release build to measure")
    parser.add_argument("--rounds", type=int, default=5, help="how often each figure is taken (default 5)")
    parser.add_argument("--phones", type=int, default=1000, help="phones of the exec figures (default 1000)")
    parser.add_argument("--scale", default="100,250,500,1000,2000,4000", help="farm sizes of the scaling table")
    parser.add_argument("--without-adb", action="store_true", help="leave adb out")
    parser.add_argument("--output", help="also write docs/benchmarks.md, or a file like it")
    parser.add_argument("figures", nargs="*", metavar="FIGURE", help=f"any of {' '.join(FIGURES)} (default all)")
    arguments = parser.parse_args()
    unknown = set(arguments.figures) - set(FIGURES)
    if unknown:
        parser.error(f"unknown figure: {', '.join(sorted(unknown))}")

    folder = tempfile.mkdtemp(prefix="drover-bench-")
    try:
        bench = Bench(arguments, folder)
        parts = [f"{report.machine()}; medians of {arguments.rounds}.\n"]
        print(parts[0], flush=True)
        if not bench.adb:
            print("adb 36 is left out: run scripts/setup-adb36.sh to compare with it.\n", flush=True)
        for name in arguments.figures or FIGURES:
            parts.append(FIGURES[name](bench))
            print(parts[-1], flush=True)
        if arguments.output:
            kept = kept_section(arguments.output)
            with open(arguments.output, "w") as file:
                with open(os.path.join(HERE, "preface.md")) as preface:
                    file.write(preface.read() + "\n".join(parts) + kept)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
