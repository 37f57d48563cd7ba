"""Figures as text: one spelling of units, Markdown tables."""

import os
import platform


def seconds(value):
    return f"{value:.3f} s" if value < 10 else f"{value:.1f} s"


def milliseconds(value):
    return f"{value * 1000:.2f} ms"


def megabytes(value):
    return f"{value / 2**20:.1f} MiB"


def rate(size, wall):
    return f"{size / wall / 1e6:.0f} MB/s"


def table(title, columns, rows):
    lines = [f"### {title}", "", "| " + " | ".join(columns) + " |", "|" + " --- |" * len(columns)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def machine():
    """The machine in one line, without names or paths."""
    with open("/proc/cpuinfo") as info:
        models = [line.split(":", 1)[1].strip() for line in info if line.startswith("model name")]
    with open("/proc/meminfo") as info:
        total = int(info.readline().split()[1]) / 2**20
    with open("/etc/os-release") as release:
        names = [line.split("=", 1)[1].strip().strip('"') for line in release if line.startswith("PRETTY_NAME")]
    model = models[0] if models else platform.machine()
    return f"{os.cpu_count()} cores ({model}), {total:.0f} GiB, {names[0] if names else platform.system()}, " \
        f"Linux {platform.release().split('-')[0]}"
