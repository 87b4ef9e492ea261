"""Whatever is killed, ended or out of space: the served file is whole, requests are answered, and service comes back."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from pathlib import Path

import pytest

from seed.build import ABANDONED, UNFINISHED, build
from tests.conftest import in_ci
from tests.running import ROOT, Running, running
from tests.small import spoil, write_small

KILLED_BUILDS = """
import json, os, random, signal, sys, time
from pathlib import Path
from seed.build import build

path, folders, rounds = Path(sys.argv[1]), [Path(name) for name in sys.argv[2:4]], int(sys.argv[4])
start = time.perf_counter()
build(path, folders[0])
whole = time.perf_counter() - start
draw, seen, killed = random.Random(int(sys.argv[5])), [], 0
for number in range(rounds):
    child = os.fork()
    if child == 0:
        build(path, folders[(rounds - number) % 2])
        os._exit(0)
    if number < rounds - 1:
        time.sleep(draw.uniform(0, 1.1 * whole))
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    killed += os.WIFSIGNALED(status)
    seen.append(path.read_bytes().hex())
versions = sorted(set(seen))
print(json.dumps({"killed": killed, "seen": versions}))
"""
"""Builds of one file, all but the last one killed at a moment of their own; what the file held after each of them."""
BUILDS, WORKSHOPS = 50 if "CI" in os.environ else 20, 2


@pytest.fixture
def folders(tmp_path: Path) -> list[Path]:
    """Two folders of records that differ by a word."""
    old, new = write_small(tmp_path / "old"), write_small(tmp_path / "new")
    spoil(new, "meetings.yaml", "One meeting.", "Other words.")
    return [old, new]


@in_ci
def test_a_build_that_is_killed_leaves_the_old_file_or_the_new_one(
    tmp_path: Path, folders: list[Path]
) -> None:
    whole = set()
    for folder in folders:
        assert build(tmp_path / "whole.sqlite", folder) == []
        whole.add((tmp_path / "whole.sqlite").read_bytes().hex())
    workshops = []
    for seed in range(WORKSHOPS):
        path = tmp_path / str(seed) / "served.sqlite"
        path.parent.mkdir()
        given = [path, *folders, BUILDS // WORKSHOPS + 1, seed]
        command = [sys.executable, "-c", KILLED_BUILDS, *map(str, given)]
        workshops.append((path, subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)))
    killed = 0
    seen: set[str] = set()
    for path, process in workshops:
        output, _ = process.communicate(timeout=120)
        result = json.loads(output)
        killed += result["killed"]
        seen |= set(result["seen"])
        swept(path, folders[0])
    assert seen == whole
    assert killed > BUILDS // 2


def swept(path: Path, folder: Path) -> None:
    """The next build long after removes everything that the killed ones left."""
    leftovers = list(path.parent.glob(f"*{UNFINISHED}*"))
    assert leftovers
    past = time.time() - ABANDONED - 1
    for leftover in leftovers:
        os.utime(leftover, (past, past))
    assert build(path, folder) == []
    assert [file.name for file in path.parent.iterdir()] == [path.name]


FULL_DISK = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv.pop(1)),) * 2)
from seed.__main__ import main
sys.exit(main())
"""


@pytest.mark.parametrize("room", [0, 4096, 300_000])
def test_a_build_without_room_leaves_the_file(tmp_path: Path, folders: list[Path], room: int) -> None:
    path = tmp_path / "served" / "served.sqlite"
    path.parent.mkdir()
    assert build(path, folders[0]) == []
    before = path.read_bytes()
    assert len(before) > room
    command = [
        sys.executable,
        "-c",
        FULL_DISK,
        str(room),
        "--records",
        str(folders[1]),
        "--database",
        str(path),
    ]
    result = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1
    assert f"{path} is left as it was" in result.stderr
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == [path.name]


class Client:
    """Asks over one connection until it is told that an answer is the last, or to stop."""

    def __init__(self, server: Running) -> None:
        self.server = server
        self.answered = 0
        self.lost: list[str] = []
        self.over = threading.Event()

    def run(self) -> None:
        client = self.server.client()
        client.connect()
        while not self.over.is_set():
            try:
                client.request("GET", f"/meetings?limit=3&q={self.answered}")
                response = client.getresponse()
                response.read()
            except (OSError, HTTPException) as error:
                self.lost.append(repr(error))
                return
            if response.status != 200:
                self.lost.append(str(response.status))
            self.answered += 1
            if response.will_close:
                return


def test_every_request_is_answered_before_the_server_ends(database: Path, tmp_path: Path) -> None:
    """A long answer that is half read, too."""
    with running(database, tmp_path) as server, ThreadPoolExecutor(16) as pool:
        clients = [Client(server) for _ in range(16)]
        for client in clients:
            pool.submit(client.run)
        reader = server.client()
        reader.request("GET", "/downloads/cooperation.sqlite")
        long = reader.getresponse()
        begun = long.read(1000)
        time.sleep(1)
        start = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        assert len(begun + long.read()) == int(long.headers["Content-Length"])
        reader.close()
        server.process.wait(10)
        took = time.monotonic() - start
    assert [lost for client in clients for lost in client.lost] == []
    assert all(client.answered for client in clients)
    assert took < 5


def workers(server: Running) -> list[int]:
    """The processes that serve: forked by one that the server started."""
    return [worker for child in children(server.process.pid) for worker in children(child)]


def children(process: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    except FileNotFoundError:
        return []


@pytest.fixture
def two_workers(database: Path, tmp_path: Path) -> Iterator[Running]:
    with running(database, tmp_path, "--workers", "2") as server:
        yield server


def test_a_worker_that_is_killed_comes_back_and_the_other_goes_on(two_workers: Running) -> None:
    first, second = workers(two_workers)
    os.kill(first, signal.SIGKILL)
    for _ in range(100):
        assert two_workers.get("/meetings?limit=1")[0] == 200
    deadline = time.monotonic() + 20
    while len(workers(two_workers)) < 2 or first in workers(two_workers):
        assert two_workers.get("/health/ready")[0] == 200
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert second in workers(two_workers)
