"""`python -m app` as a process of its own, on a free port of this machine."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import httpx2
import pytest


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def serving(folder: Path, *arguments: str, **settings: object) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The address of a server that is ready, and its process; what it prints is kept in the folder."""
    port = free_port()
    command = [sys.executable, "-m", "app", "--port", str(port), *arguments]
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("APP_", "OTEL_"))
    }
    environment |= {name: str(value) for name, value in settings.items()}
    with ExitStack() as stack:
        out, err = (stack.enter_context((folder / name).open("w")) for name in ("out.txt", "err.txt"))
        process = subprocess.Popen(command, env=environment, stdout=out, stderr=err, text=True)
        try:
            wait_for(f"http://127.0.0.1:{port}/health/ready")
            yield f"http://127.0.0.1:{port}", process
        finally:
            process.terminate()
            process.wait(20)


def wait_for(url: str, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if httpx2.get(url).status_code == 200:
                return
        except httpx2.TransportError:
            time.sleep(0.05)
    pytest.fail(f"{url} does not answer")
