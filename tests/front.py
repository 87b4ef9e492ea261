"""The nginx of nginx.conf, on free ports and in a folder of its own, with the API behind it."""

import os
import shutil
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from time import monotonic, sleep

from fastapi import FastAPI

from tests.running import free_port

CONFIGURATION = Path(__file__).with_name("nginx.conf")
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
AROUND = """
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log; {user}
events {{ worker_connections 1024; }}
http {{
    log_format status "$upstream_cache_status $request_uri";
    access_log {folder}/access.log status; keepalive_requests 1000000;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""


@dataclass
class Answer:
    """What a client gets."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Front:
    """A running nginx, and the port of the API behind it."""

    port: int
    behind: int
    log: Path
    read: int = field(default=0)

    def get(self, path: str, method: str = "GET", **headers: str) -> Answer:
        return ask(self.port, path, method, **headers)

    def statuses(self) -> Counter[str]:
        """How the requests since the last look were answered: HIT, MISS, STALE …"""
        lines = self.lines()
        found = Counter(line.partition(" ")[0] for line in lines[self.read :])
        self.read = len(lines)
        return found

    def lines(self) -> list[str]:
        """The log, once nothing is added to it: an answer is sent before it is logged."""
        before, now = -1, 0
        while now != before:
            sleep(0.1)
            before, now = now, self.log.stat().st_size
        return self.log.read_text().splitlines()


def ask(port: int, path: str, method: str = "GET", **headers: str) -> Answer:
    """One request on a connection of its own; `x_request_id` is the header X-Request-ID."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.putrequest(method, path, skip_accept_encoding=True)
        for name, value in named.items():
            connection.putheader(name, value)
        connection.endheaders()
        response = connection.getresponse()
        return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())


@contextmanager
def process(
    command: list[str], port: int, folder: Path, **environment: str
) -> Iterator[subprocess.Popen[bytes]]:
    """A server, from when it takes connections until the block ends, unless it is stopped before."""
    with (folder / f"{port}.log").open("wb") as log:
        started = subprocess.Popen(
            command, env={**os.environ, **environment}, stdout=log, stderr=log, stdin=subprocess.DEVNULL
        )
    try:
        deadline = monotonic() + 60
        while not open_at(port):
            if started.poll() is not None or monotonic() > deadline:
                raise RuntimeError((folder / f"{port}.log").read_text())
            sleep(0.02)
        yield started
    finally:
        started.terminate()
        started.wait(20)


def open_at(port: int) -> bool:
    with closing(socket.socket()) as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def nginx(folder: Path, behind: int, run_by: Sequence[str] = ()) -> Iterator[Front]:
    """nginx in front of the API on a port."""
    folder.mkdir()
    port, user = free_port(), "user root;" if os.getuid() == 0 else ""
    site = CONFIGURATION.read_text(encoding="utf-8")
    for standing, own in (
        ("listen 80;", f"listen 127.0.0.1:{port};"),
        ("server 127.0.0.1:8000;", f"server 127.0.0.1:{behind};"),
        ("/var/cache/nginx/cooperation", f"{folder}/cache"),
    ):
        assert site.count(standing) == 1, standing
        site = site.replace(standing, own)
    (folder / "site.conf").write_text(site, encoding="utf-8")
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder, user=user))
    (folder / "access.log").touch()
    command = [*run_by, str(NGINX), "-c", f"{folder}/nginx.conf", "-p", str(folder)]
    with process(command, port, folder):
        yield Front(port, behind, folder / "access.log")


def api(database: Path, port: int, factory: str = "app.main:create_app") -> list[str]:
    """The command that serves a database on a port, as the program itself serves it."""
    options = ("--factory", "--http", "app.protocol:Protocol", "--no-server-header", "--no-access-log")
    program = ["env", f"APP_DATABASE={database}", sys.executable, "-m", "uvicorn", factory]
    return [*program, *options, "--port", str(port)]


def short_lived() -> FastAPI:
    """The API, if it let its answers be kept for a second."""
    from app import main, responses

    responses.CACHE_CONTROL = responses.CACHE_CONTROL.replace("max-age=300", "max-age=1")
    return main.create_app()
