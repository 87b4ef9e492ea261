"""A crowd of slow and idle clients costs the others nothing, and is cut off; whoever is too many is told so."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from statistics import median, quantiles

from tests.running import ROOT, Running, running

IDLE, SLOW = 500, 200
ROUNDS, REQUESTS, TRIES = 3, 300, 3
LIMIT = 3.0
"""How many times its unloaded value the 99th percentile of the others' waiting may be."""
HASTY = "protocol.HEAD_SECONDS = 1.5"


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


def test_others_hardly_wait_and_slow_ones_are_cut_off(database: Path, tmp_path: Path) -> None:
    with (
        running(database, tmp_path, changes=HASTY) as loaded,
        running(database, tmp_path) as quiet,
        crowd(loaded) as fared,
    ):
        ratios: list[float] = []
        while not ratios or (ratios[-1] >= LIMIT and len(ratios) < TRIES):
            ratios.append(ratio(loaded, quiet))
        time.sleep(2)  # until every slow client has been cut off at least once
    print(ratios)
    assert min(ratios) < LIMIT, ratios
    assert fared == {"kept": IDLE, "408": SLOW}
