"""Runs programs and measures them: wall time, processor time, memory, threads."""

import os
import statistics
import subprocess
import threading
import time
from dataclasses import dataclass, field


@dataclass
class Measurement:
    """What one run of a program took. Times in seconds, memory in bytes."""

    wall: float
    processor: float
    exit_code: int
    anonymous: int = 0
    threads: int = 0
    output: bytes = field(default=b"", repr=False)


def run(command, env=None, limit=600, sample=False, cwd=None):
    """Runs a program to its end, or kills it after `limit` seconds and raises TimeoutError.

    Processor time includes that of the children it waited for. With `sample` its memory and threads are looked at
    every 5 ms, and the highest values are kept.
    """
    started = time.monotonic()
    process = subprocess.Popen(
        command, env=env, cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    chunks = []
    reader = threading.Thread(target=lambda: chunks.extend(iter(lambda: process.stdout.read(65536), b"")))
    reader.start()
    expired = threading.Event()

    def kill():
        expired.set()
        process.kill()

    alarm = threading.Timer(limit, kill)
    alarm.start()
    anonymous = threads = 0
    while sample:
        # Asked without reaping, so that the resource usage is still there for wait4.
        if os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None:
            break
        status = memory(process.pid)
        anonymous, threads = max(anonymous, status[0]), max(threads, status[1])
        time.sleep(0.005)
    _, state, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - started
    process.returncode = os.waitstatus_to_exitcode(state)
    alarm.cancel()
    reader.join()
    process.stdout.close()
    if expired.is_set():
        raise TimeoutError(f"{command[0]} took longer than {limit} s")
    processor = usage.ru_utime + usage.ru_stime
    return Measurement(wall, processor, process.returncode, anonymous, threads, b"".join(chunks))


def memory(pid):
    """Anonymous resident bytes and threads of a process; zeros when it is gone."""
    anonymous = threads = 0
    try:
        with open(f"/proc/{pid}/status") as status:
            for line in status:
                if line.startswith("RssAnon:"):
                    anonymous = int(line.split()[1]) * 1024
                elif line.startswith("Threads:"):
                    threads = int(line.split()[1])
    except (FileNotFoundError, ProcessLookupError):
        pass
    return anonymous, threads


def processor_time(pid):
    """Seconds of processor time a living process has used so far, all its threads together."""
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def median(values):
    return statistics.median(values)
