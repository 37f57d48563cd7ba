"""Files from a web server on loopback, over TLS: many small ones at once, and a large one."""

import contextlib
import os
import shutil
import socket
import subprocess

from measure import median, run
from report import megabytes, rate, seconds, table

SMALL = 200
LARGE = 2**30
NGINX = "/usr/sbin/nginx"


@contextlib.contextmanager
def web_server(bench):
    """nginx with a certificate of its own; yields its address and the file of the authority."""
    folder = os.path.join(bench.folder, "web")
    os.makedirs(os.path.join(folder, "files"), exist_ok=True)
    key, certificate = os.path.join(folder, "key.pem"), os.path.join(folder, "certificate.pem")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-keyout", key, "-out", certificate, "-subj", "/CN=bench", "-addext", "subjectAltName=IP:127.0.0.1"],
        check=True, stderr=subprocess.DEVNULL)
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(256)
    port = listener.getsockname()[1]
    config = os.path.join(folder, "nginx.conf")
    with open(config, "w") as file:
        file.write(f"""
            {"user root;" if os.getuid() == 0 else ""}
            daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;
            events {{ worker_connections 1024; }}
            http {{
                access_log off; sendfile on; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
                fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
                server {{
                    listen 127.0.0.1:{port} ssl http2; root {folder}/files;
                    ssl_certificate {certificate}; ssl_certificate_key {key};
                }}
            }}""")
    # The socket is ours and given to nginx as its standard input, so that nobody has to wait for it.
    process = subprocess.Popen(
        [NGINX, "-p", folder, "-c", config, "-e", f"{folder}/error.log"], stdin=listener, env={"NGINX": "0;"})
    try:
        yield f"https://127.0.0.1:{port}", folder, certificate
    finally:
        process.terminate()
        process.wait(20)
        listener.close()


def compare(bench):
    """Both programs into an empty folder, in turn."""
    if not os.access(NGINX, os.X_OK):
        return "Fetching is left out: there is no nginx; run `make setup`.\n"
    parts = []
    with web_server(bench) as (address, folder, certificate):
        for number in range(SMALL):
            with open(f"{folder}/files/small-{number}", "w") as file:
                file.write(f"{number}\n" * 64)
        with open(f"{folder}/files/large", "wb") as file:
            for _ in range(LARGE // 2**20):
                file.write(os.urandom(2**20))
        env = {**os.environ, "SSL_CERT_FILE": certificate, "CURL_CA_BUNDLE": certificate, "no_proxy": "*"}
        for names, title, size in [
            ([f"small-{number}" for number in range(SMALL)], f"`fetch` of {SMALL} small files at once", None),
            (["large"], f"`fetch` of one file of {megabytes(LARGE)}, hashed", LARGE),
        ]:
            parts.append(figure(bench, env, [f"{address}/{name}" for name in names], title, size))
    return "\n".join(parts)


def figure(bench, env, urls, title, size):
    into = os.path.join(bench.folder, "fetched")
    commands = {
        "drover": [bench.drover, "fetch", "--into", into, *urls],
        "curl": ["curl", "--silent", "--parallel", "--parallel-max", "200", "--output-dir", into, "--remote-name-all",
                 *urls],
    }
    rounds = {name: [] for name in commands}
    for _ in range(bench.rounds):
        for name, command in commands.items():
            shutil.rmtree(into, ignore_errors=True)
            os.makedirs(into)
            rounds[name].append(bench.must_pass(run(command, env, sample=True)))
            there = [name for name in os.listdir(into) if not name.startswith(".")]
            assert len(there) == len(urls), f"{name} left {len(there)} of {len(urls)} files"
    shutil.rmtree(into, ignore_errors=True)
    rows = []
    for name, taken in rounds.items():
        wall = median([one.wall for one in taken])
        speed = rate(size, wall) if size else f"{len(urls) / wall:,.0f}/s"
        rows.append([name, seconds(wall), speed, seconds(median([one.processor for one in taken])),
                     megabytes(max(one.anonymous for one in taken))])
    return table(title, ["", "wall", "rate", "processor time", "memory"], rows)
