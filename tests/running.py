"""The real server in a process of its own, on a free port of 127.0.0.1."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from random import SystemRandom
from typing import Any

ROOT = Path(__file__).parent.parent
STARTER = """
import sys
from app import database, protocol, starting as program
program.version_of = lambda: program.built_from(program.Settings().database)  # whatever file it is
{changes}
sys.exit(program.main())
"""


NO_SETTINGS: Mapping[str, object] = {}


@dataclass(frozen=True)
class Running:
    """A server that answers."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    @property
    def address(self) -> tuple[str, int]:
        return "127.0.0.1", self.port

    def connect(self, timeout: float = 10) -> socket.socket:
        return socket.create_connection(self.address, timeout=timeout)

    def client(self) -> HTTPConnection:
        return HTTPConnection(*self.address, timeout=10)

    def get(self, path: str) -> tuple[int, Any]:
        """The status and the JSON of one answer, over a connection of its own."""
        client = self.client()
        try:
            client.request("GET", path)
            response = client.getresponse()
            return response.status, json.loads(response.read())
        finally:
            client.close()

    def files(self) -> list[str]:
        """What the process has open: deleted files are marked so."""
        found = []
        for descriptor in Path(f"/proc/{self.process.pid}/fd").iterdir():
            try:
                found.append(str(descriptor.readlink()))
            except FileNotFoundError:
                continue
        return found

    def memory(self) -> float:
        """The most memory that the process ever had, in MB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        (most,) = (line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
        return int(most) / 1024


def free_port() -> int:
    """A port that nobody listens on, and that no connection is given by the system before the server has it."""
    while True:
        port = SystemRandom().randrange(15_000, 32_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


@contextmanager
def running(
    database: Path,
    folder: Path,
    *options: str,
    changes: str = "",
    settings: Mapping[str, object] = NO_SETTINGS,
) -> Iterator[Running]:
    """Serve a database until the block ends, with changes to the program's constants and its environment."""
    port = free_port()
    log = folder / f"server-{port}.log"
    command = [sys.executable, "-c", STARTER.format(changes=changes), "--port", str(port), *options]
    environment = {"APP_DATABASE": database, **settings}
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=os.environ | {name: str(value) for name, value in environment.items()},
            stdout=output,
            stderr=output,
        )
    server = Running(process, port, log)
    try:
        wait_for(server)
        yield server
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for(server: Running, seconds: float = 30) -> None:
    """Wait until the server answers."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            server.get("/health/live")
            return
        except (OSError, HTTPException):
            assert server.process.poll() is None, server.log.read_text()
            assert time.monotonic() < deadline, server.log.read_text()
            time.sleep(0.05)
