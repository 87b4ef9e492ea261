"""A crowd of slow and idle clients costs the others nothing, and is cut off; whoever is too many is told so."""

import json
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector
from statistics import median, quantiles
from typing import cast

from tests.conftest import in_ci
from tests.running import ROOT, Running, running

IDLE, SLOW = 500, 200
ROUNDS, REQUESTS, TRIES = 3, 300, 6
LIMIT = 3.0
"""How many times its unloaded value the 99th percentile of the others' waiting may be."""
HASTY = "protocol.HEAD_SECONDS = 3.0"


@contextmanager
def crowd(server: Running) -> Iterator[dict[str, int]]:
    """Idle and slow clients of a server; how they fared is known at the end."""
    fared: dict[str, int] = {}
    command = [sys.executable, "-m", "tests.crowd", *map(str, (server.port, IDLE, SLOW))]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "there\n"
        yield fared
        output, _ = process.communicate(timeout=30)
        fared |= json.loads(output)


def waited(client: HTTPConnection) -> float:
    """Seconds until one answer is there."""
    start = time.perf_counter()
    client.request("GET", "/meetings?limit=5")
    response = client.getresponse()
    response.read()
    assert response.status == 200
    return time.perf_counter() - start


def ratio(loaded: Running, quiet: Running) -> float:
    """The 99th percentile on one server in terms of that on the other, asked in turn so that both have the same minute."""
    ratios = []
    for _ in range(ROUNDS):
        with ExitStack() as stack:
            clients = loaded.client(), quiet.client()
            for client in clients:
                stack.callback(client.close)
                waited(client)
            pairs = [(waited(clients[0]), waited(clients[1])) for _ in range(REQUESTS)]
        slow, fast = (quantiles(times, n=100)[-1] for times in zip(*pairs, strict=True))
        ratios.append(slow / fast)
    return float(median(ratios))


@in_ci
def test_others_hardly_wait_and_slow_ones_are_cut_off(database: Path, tmp_path: Path) -> None:
    with (
        running(database, tmp_path, changes=HASTY) as loaded,
        running(database, tmp_path) as quiet,
        crowd(loaded) as fared,
    ):
        ratios: list[float] = []
        while not ratios or (ratios[-1] >= LIMIT and len(ratios) < TRIES):
            ratios.append(ratio(loaded, quiet))
        time.sleep(4)  # until every slow client has been cut off at least once
    assert min(ratios) < LIMIT, ratios
    assert fared == {"kept": IDLE, "408": SLOW}


MANY = 100
REQUEST = b"GET /meetings?limit=50 HTTP/1.1\r\nHost: localhost\r\n\r\n"
TURNS = 20
"""Answers that others may have before everybody has one; it would be as many as there are connections."""


def test_who_comes_among_many_is_soon_answered(database: Path, tmp_path: Path) -> None:
    """All ask again as soon as they are answered, from the moment on when all of them connect."""
    with (
        running(database, tmp_path, settings={"APP_CACHE_MB": 0}) as server,
        ExitStack() as stack,
        DefaultSelector() as selector,
    ):
        answers: dict[socket.socket, int] = {}
        for _ in range(MANY):
            connection = stack.enter_context(server.connect())
            connection.send(REQUEST)
            selector.register(connection, EVENT_READ)
            answers[connection] = 0
        while not all(answers.values()):
            for key, _ in selector.select(10):
                connection = cast(socket.socket, key.fileobj)
                if connection.recv(1 << 20).endswith(b"}"):
                    answers[connection] += 1
                    connection.send(REQUEST)
        assert max(answers.values()) < TURNS


FEW = """
protocol.MAX_CONNECTIONS, protocol.MAX_REFUSED = 20, 10
protocol.LINGER_SECONDS = 2.0
"""


def test_who_is_too_many_is_told_so_and_nobody_hangs(database: Path, tmp_path: Path) -> None:
    """Beyond as many as can be told at a time, connections are closed at once."""
    with running(database, tmp_path, changes=FEW) as server, ExitStack() as stack:
        time.sleep(0.2)  # until the connection that found the server up is gone
        crowd = [stack.enter_context(server.connect()) for _ in range(60)]
        time.sleep(0.7)
        fared = Counter(map(fate, crowd))
        assert fared == {"held": 20, "told": 10, "closed": 30}
        for connection in crowd:
            connection.close()
        time.sleep(0.2)
        assert server.get("/health/live")[0] == 200


def fate(connection: socket.socket) -> str:
    """What became of a connection over which nothing was said."""
    connection.setblocking(False)
    try:
        answer = connection.recv(65536)
    except BlockingIOError:
        return "held"
    except ConnectionResetError:
        return "closed"
    told = answer.startswith(b"HTTP/1.1 503") and b"retry-after: " in answer.lower()
    return "told" if told and b"/problems/overloaded" in answer else "closed"


SCARCE = """
import resource
resource.setrlimit(resource.RLIMIT_NOFILE, (100, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
"""


def test_it_opens_as_many_files_as_it_has_connections(database: Path, tmp_path: Path) -> None:
    with running(database, tmp_path, changes=SCARCE) as server, ExitStack() as stack:
        for _ in range(200):
            client = server.client()
            stack.callback(client.close)
            client.request("GET", "/health/live")
            assert client.getresponse().status == 200
