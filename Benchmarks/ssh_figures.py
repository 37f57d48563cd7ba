"""Through SSH: files, commands on many hosts, and phones behind servers, beside OpenSSH's clients and plain C."""

import contextlib
import os
import shutil
import subprocess
import time

import sshd
from farms import simulated
from measure import Measurement, median, run
from push_figures import drover_push, incompressible, sink
from report import megabytes, rate, seconds, table

GIB = 2**30
ENCODERS = 200
COMMANDS = ["true", "uname -r", "test -d /tmp", "echo done"]
WIDTHS = [4, 8, 16, 32]
SERVERS = 4
PHONES = 100
PUSHED = 16 * 2**20
SESSIONS = 1000


def home(server):
    """A home of the server's own, as ports come again with other host keys."""
    folder = os.path.join(server.folder, "client-home")
    os.makedirs(folder, exist_ok=True)
    return {**os.environ, "HOME": folder}


def encoders(bench, server, ports):
    """A farm file of encoders, one for each of the server's ports."""
    path = os.path.join(bench.folder, f"encoders-{time.monotonic_ns()}.yml")
    with open(path, "w") as file:
        file.write(f"keypairs: {{ bench: {server.key} }}\nencoders:\n")
        for number, port in enumerate(ports):
            file.write(f"  enc-{number}: {{ ssh: \"{server.user}@127.0.0.1:{port}\", keypair: bench }}\n")
    return path


def play(bench, name, text):
    path = os.path.join(bench.folder, name)
    with open(path, "w") as file:
        file.write(text)
    return path


# One file


def upload(bench):
    """A file of 1 GiB to one host."""
    source = incompressible(bench.folder, GIB)
    target = os.path.join(bench.folder, "uploaded")
    with sshd.server(bench.folder) as server:
        port = str(server.ports[0])
        farm = encoders(bench, server, server.ports)
        text = f"encoders: all\nsteps:\n  - upload: {{ from: {source}, to: {target} }}\n"
        playbook = play(bench, "upload.yml", text)
        host = f"{server.user}@127.0.0.1"
        batch = play(bench, "batch", f"put {source} {target}\n")

        def drover():
            return run([bench.drover, "run", playbook, "--farm", farm], home(server), cwd=bench.folder)

        kinds = {
            "scp": lambda: run(["scp", "-q", *server.options, "-P", port, source, f"{host}:{target}"]),
            "sftp": lambda: run(["sftp", "-q", *server.options, "-P", port, "-b", batch, host]),
            "drover run, an `upload` step": drover,
        }
        rounds = {kind: [] for kind in kinds}
        for _ in range(bench.rounds):
            for kind, body in kinds.items():
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(target)
                rounds[kind].append(bench.must_pass(body()))
    os.unlink(target)
    wall = {kind: median([m.wall for m in measured]) for kind, measured in rounds.items()}
    best = min(wall["scp"], wall["sftp"])
    rows = [
        [kind, seconds(wall[kind]), rate(GIB, wall[kind]), f"{best / wall[kind]:.2f}",
         seconds(median([m.processor for m in rounds[kind]]))]
        for kind in kinds
    ]
    return table("Upload of 1 GiB to one host", ["", "wall", "rate", "of OpenSSH's best rate", "processor time"], rows)


# Commands


def commands(bench):
    """Four commands on many hosts."""
    with sshd.server(bench.folder, ENCODERS) as server:
        farm = encoders(bench, server, server.ports)
        steps = "".join(f"  - shell: {command}\n" for command in COMMANDS)
        playbook = play(bench, "four.yml", f"encoders: all\nsteps:\n{steps}")
        listing = os.path.join(bench.folder, "hosts")
        # One after the other on each host, and another connection for each, as a script does it; with the key exchange that
        # libssh2 has, too, since OpenSSH's own favourite takes its client most of the time.
        line = " && ".join(
            f"ssh -q {' '.join(server.options)} -o KexAlgorithms=curve25519-sha256 -p $0 {server.user}@127.0.0.1 '{command}'" for command in COMMANDS
        )
        with open(listing, "w") as file:
            file.writelines(f"{port}\n" for port in server.ports)

        def ssh(width):
            # Answers are of no interest, as long as they come.
            return run(["xargs", "-a", listing, "-n", "1", "-P", str(width), "sh", "-c", line])

        def drover():
            return run([bench.drover, "run", playbook, "--farm", farm, "--forks", str(ENCODERS)], home(server),
                       cwd=bench.folder)

        # The first time the host keys are pinned; and one try of each width finds ssh's best.
        bench.must_pass(drover())
        tried = {width: bench.must_pass(ssh(width)).wall for width in WIDTHS}
        width = min(tried, key=tried.get)
        rounds = {"drover": [], f"ssh, {width} at once": []}
        for _ in range(bench.rounds):
            rounds["drover"].append(bench.must_pass(drover()))
            rounds[f"ssh, {width} at once"].append(bench.must_pass(ssh(width)))
    wall = {kind: median([m.wall for m in measured]) for kind, measured in rounds.items()}
    processor = {kind: median([m.processor for m in measured]) for kind, measured in rounds.items()}
    reference = f"ssh, {width} at once"
    rows = [
        [kind, seconds(wall[kind]), f"1/{wall[reference] / wall[kind]:.1f}", seconds(processor[kind]),
         f"1/{processor[reference] / processor[kind]:.1f}"]
        for kind in rounds
    ]
    return table(f"Four commands on {ENCODERS} hosts", ["", "wall", "of ssh's", "processor time", "of ssh's"], rows)


# Phones behind servers


def farm_behind(bench, farm, server, ports):
    """The farm file of simulated phones that are dialled from servers; as many servers as ports."""
    path = os.path.join(bench.folder, f"behind-{time.monotonic_ns()}.yml")
    with open(path, "w") as file:
        file.write(f"keypairs: {{ bench: {server.key} }}\nservers:\n")
        for number, port in enumerate(ports):
            file.write(f"  farm-{number}: {{ ssh: \"{server.user}@127.0.0.1:{port}\", keypair: bench }}\n")
        file.write("phones:\n")
        for number, port in enumerate(farm.ports):
            behind = number * len(ports) // len(farm.ports)
            file.write(f"  sim-{number}: {{ adb: \"ssh 127.0.0.1:{port}\", server: farm-{behind} }}\n")
    return path


@contextlib.contextmanager
def forwarded(bench, farm, server):
    """OpenSSH's own forwarding: a client for each port, which listens for its share of the phones; yields the ports."""
    local = [port for port in sshd.free_ports(len(farm.ports) + 2 * len(server.ports)) if port not in server.ports]
    pairs = list(zip(local, farm.ports))
    share = len(pairs) // len(server.ports)
    clients = []
    try:
        for number, port in enumerate(server.ports):
            options = [part for here, there in pairs[number * share:(number + 1) * share]
                       for part in ["-L", f"127.0.0.1:{here}:127.0.0.1:{there}"]]
            clients.append(subprocess.Popen(
                ["ssh", "-q", "-N", *server.options, "-o", "ExitOnForwardFailure=yes", *options, "-p", str(port),
                 f"{server.user}@127.0.0.1"], stdin=subprocess.DEVNULL))
        for here, _ in pairs:
            sshd.wait_for(here, clients[0])
        yield [here for here, _ in pairs], [client.pid for client in clients]
    finally:
        for client in clients:
            client.terminate()
        for client in clients:
            client.wait(10)


def tunnel_push(bench):
    """16 MiB to 100 phones through 4 connections."""
    source = incompressible(bench.folder, PUSHED)
    floor = bench.built("sshfloor", "-ISources/CSSH2/include", "Sources/CSSH2/CSSH2.c", "-ldl", "-lpthread")
    private = os.path.join(os.path.dirname(os.path.realpath(bench.drover)), "libssh2.so.1")
    if os.path.exists(private):
        shutil.copy(private, os.path.dirname(floor))
    rounds = {"C program": [], "drover": [], f"drover through {SERVERS} x ssh -L": []}
    with contextlib.ExitStack() as stack:
        farm = stack.enter_context(simulated(bench.drover, PHONES, bench.folder, bench.discard_options))
        server = stack.enter_context(sshd.server(bench.folder, SERVERS))
        behind = farm_behind(bench, farm, server, server.ports)
        far = stack.enter_context(sink(bench))
        local, clients = stack.enter_context(forwarded(bench, farm, server))
        direct = os.path.join(bench.folder, "forwarded.yml")
        with open(direct, "w") as file:
            file.write("phones:\n" + "".join(f"  sim-{n}: tcp:127.0.0.1:{port}\n" for n, port in enumerate(local)))

        def c_program():
            measured = bench.must_pass(run(
                [floor, source, str(PHONES), far, server.user, server.key, *map(str, server.ports)]))
            return Measurement(float(measured.output), measured.processor, 0)

        def drover(path, place):
            env = {**home(server), "DROVER_FARM": path}
            return bench.must_pass(run([bench.drover, "push", "all", source, place], env, cwd=bench.folder))

        for turn in range(bench.rounds + 1):
            place = f"/data/local/tmp/turn-{turn}-{time.monotonic_ns()}"
            taken = [c_program(), drover(behind, place), drover(direct, place + "-l")]
            # The first round pins the host keys, and is not counted.
            if turn > 0:
                for kind, measured in zip(rounds, taken):
                    rounds[kind].append(measured)
    total = PUSHED * PHONES
    wall = {kind: median([m.wall for m in measured]) for kind, measured in rounds.items()}
    rows = [
        [kind, seconds(wall[kind]), rate(total, wall[kind]), f"{wall['C program'] / wall[kind]:.2f}",
         seconds(median([m.processor for m in rounds[kind]]))]
        for kind in rounds
    ]
    columns = ["", "wall", "total rate", "share of the C program's rate", "its own processor time"]
    return table(f"`push` of 16 MiB to {PHONES} phones through {SERVERS} SSH connections", columns, rows)


def tunnel_exec(bench):
    """A command on 100 phones, directly and through 4 connections."""
    kinds = ["directly", f"through {SERVERS} SSH connections", f"{SERVERS} phones directly",
             f"{SERVERS} phones through {SERVERS} SSH connections"]
    rounds = {kind: [] for kind in kinds}
    with contextlib.ExitStack() as stack:
        farm = stack.enter_context(simulated(bench.drover, PHONES, bench.folder))
        server = stack.enter_context(sshd.server(bench.folder, SERVERS))
        behind = farm_behind(bench, farm, server, server.ports)
        share = PHONES // SERVERS
        few = ",".join(f"sim-{number * share}" for number in range(SERVERS))
        direct = os.path.join(bench.folder, "direct.yml")
        with open(direct, "w") as file:
            file.write("phones:\n" + "".join(f"  sim-{n}: tcp:127.0.0.1:{port}\n" for n, port in enumerate(farm.ports)))

        def drover(path, selector):
            command = [bench.drover, "exec", selector, "--yes", "--forks", str(PHONES), "--", "getprop", "ro.product.model"]
            return bench.must_pass(run(command, {**home(server), "DROVER_FARM": path}, cwd=bench.folder))

        for turn in range(bench.rounds + 1):
            taken = [drover(direct, "all"), drover(behind, "all"), drover(direct, few), drover(behind, few)]
            if turn > 0:
                for kind, measured in zip(rounds, taken):
                    rounds[kind].append(measured)
    wall = {kind: median([m.wall for m in measured]) for kind, measured in rounds.items()}
    handshakes = wall[kinds[3]] - wall[kinds[2]]
    bound = 2 * wall[kinds[0]] + handshakes
    rows = [[kind, seconds(wall[kind]), seconds(median([m.processor for m in rounds[kind]]))] for kind in kinds]
    rows.append([f"the bound: twice the direct time, and the handshakes ({seconds(handshakes)})", seconds(bound), "-"])
    return table(f"`exec` on {PHONES} phones behind {SERVERS} servers", ["", "wall", "processor time"], rows)


# Memory


def sessions(bench):
    """Many sessions in one process, all open at the same time."""
    with sshd.server(bench.folder, 1) as server:
        rows = []
        for count in [1, SESSIONS]:
            farm = encoders(bench, server, server.ports * count)
            # Long enough for the last to log in while the first is still there: one machine starts all servers, and some
            # connections wait for a banner longer than drover does.
            text = f"encoders: all\nsteps:\n  - shell: sleep {5 if count == 1 else 75}\n    retries: 5\n"
            playbook = play(bench, "wait.yml", text)
            command = [bench.drover, "run", playbook, "--farm", farm, "--forks", str(count)]
            measured = bench.must_pass(run(command, home(server), cwd=bench.folder, sample=True))
            rows.append((count, measured))
    (_, one), (count, many) = rows
    each = (many.anonymous - one.anonymous) / (count - 1)
    table_rows = [[f"{count:,}", megabytes(measured.anonymous), str(measured.threads)] for count, measured in rows]
    return table(f"SSH sessions in one process: {each / 1024:.0f} KiB of anonymous memory each",
                 ["sessions", "RssAnon", "threads"], table_rows)
