"""Servers under test: each a process of its own on a free port of 127.0.0.1, pinned to one core."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from time import monotonic, sleep

PATIENCE = 60.0
"""Seconds in which a server has to answer for the first time."""


@dataclass(frozen=True)
class Server:
    """A running server."""

    process: subprocess.Popen[bytes]
    port: int
    started_in: float

    def memory(self) -> float:
        """Resident memory in MB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        (size,) = (line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))
        return int(size) / 1024

    def cpu(self) -> float:
        """Seconds of CPU time that it took so far, with all that it started."""
        return sum(map(cpu, family(self.process.pid)))

    def settle(self) -> None:
        """Wait until it does nothing any more."""
        deadline, before = monotonic() + 5, -1.0
        while (now := self.cpu()) != before and monotonic() < deadline:
            before = now
            sleep(0.03)


def family(pid: int) -> list[int]:
    """A process and all that it started."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:  # it has ended
        return []
    return [pid, *(found for child in children for found in family(int(child)))]


def proportional(pid: int) -> float:
    """What a process has to itself, and its share of what it shares, in MB."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    (size,) = (line.split()[1] for line in lines if line.startswith("Pss:"))
    return int(size) / 1024


def cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def spare(pid: int) -> None:
    """Keep a process and all that it started off the cores of the servers and of the load, if there are others."""
    if others := os.sched_getaffinity(0) - set(cores()):
        for member in family(pid):
            os.sched_setaffinity(member, others)


def cores() -> tuple[int, int]:
    """A core for the server and another one for the load."""
    available = sorted(os.sched_getaffinity(0))
    return available[-1], available[0]


def pinned() -> list[str]:
    """What a command begins with that runs on the core of the servers."""
    return ["taskset", "-c", str(cores()[0])]


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


@contextmanager
def serving(
    command: list[str], port: int, ready: str, folder: Path, environment: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """Run a server until the block ends; it has answered `ready` with 200 when the block begins."""
    start = monotonic()
    with (folder / f"server-{port}.log").open("wb") as log:
        process = subprocess.Popen(
            [*pinned(), *command],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(Path.cwd()), **(environment or {})},
            stdout=log,
            stderr=log,
        )
    try:
        while status(port, ready) != 200:
            if process.poll() is not None or monotonic() - start > PATIENCE:
                raise RuntimeError(f"{command[0]} does not serve {ready}; see {folder}/server-{port}.log")
            sleep(0.005)
        yield Server(process, port, monotonic() - start)
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def status(port: int, path: str) -> int | None:
    try:
        return fetch(port, path)[0]
    except (OSError, HTTPException):
        return None


def fetch(port: int, path: str) -> tuple[int, bytes, Mapping[str, str]]:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read(), dict(response.getheaders())
    finally:
        connection.close()


def uvicorn(app: str, port: int, *options: str) -> list[str]:
    """Uvicorn as the product runs it."""
    quiet = ("--no-access-log", "--no-server-header", "--no-proxy-headers", "--log-level", "warning")
    return [sys.executable, "-m", "uvicorn", app, "--port", str(port), *quiet, *options]
