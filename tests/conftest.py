"""One database built from the real records for the whole run, however many processes it has; tiny worlds for the rest."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.main import create_app
from seed.build import build
from tests.direct import Direct
from tests.engine import settings_for
from tests.world import tiny_world, write_records

Get = Callable[..., Any]
in_ci = pytest.mark.skipif("CI" not in os.environ, reason="takes long; set CI=1 to do it")
"""Marks what takes many seconds of a core and is seldom broken."""


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """The whole suite runs on every core; what is named on the command line starts sooner in this process alone."""
    whole = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return cores if whole and cores > 1 else 0


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database built from the records of this repository; never write to it."""
    whole_run = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        whole_run = whole_run.parent
    path = whole_run / "cooperation.sqlite"
    with closing(sqlite3.connect(whole_run / "building", timeout=300, isolation_level=None)) as lock:
        lock.execute("BEGIN EXCLUSIVE")  # the others wait; a process that dies lets go
        if not path.exists():
            assert build(path) == []
    return path


@pytest.fixture(scope="session")
def client(database: Path) -> Iterator[TestClient]:
    with serve(database) as client:
        yield client


def serve(database: Path) -> TestClient:
    """A client over an application of its own; use it as a context manager."""
    return TestClient(
        create_app(settings_for(database)), raise_server_exceptions=False, follow_redirects=False
    )


def release_class(client: TestClient) -> Any:
    """The class whose `fetch` every answer of a client comes through."""
    app: Any = client.app
    return type(app.state.database.release())


@pytest.fixture(scope="session")
def direct(database: Path) -> Iterator[Direct]:
    with Direct.over(database) as direct:
        yield direct


@pytest.fixture(scope="session")
def uncached(database: Path) -> Iterator[Direct]:
    """A client that no answer is kept for, so that every answer is read from the database."""
    with Direct.over(database, cache_mb=0) as direct:
        yield direct


@pytest.fixture(scope="session")
def get(direct: Direct) -> Get:
    """Ask for a path, with parameters if any, and take the JSON of what must be a 200."""
    return direct.get


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Direct]:
    """The tiny world of `tests/world.py`."""
    folder = tmp_path_factory.mktemp("tiny")
    path = folder / "tiny.sqlite"
    assert [str(fault) for fault in build(path, write_records(folder / "records", **tiny_world()))] == []
    with Direct.over(path) as direct:
        yield direct


World = Callable[..., Path]


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Build a database from a handful of records: `world(meetings=[meeting("a", date="2001")])`."""

    def make(name: str = "world", **records: list[dict[str, Any]]) -> Path:
        folder, path = tmp_path / f"{name}-records", tmp_path / f"{name}.sqlite"
        write_records(folder, **records)
        assert [str(fault) for fault in build(path, folder)] == []
        return path

    return make
