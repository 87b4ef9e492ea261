"""One database built from the real records and one client over it for the whole session; tiny worlds for the rest."""

from collections.abc import Callable, Iterator
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


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database built from the records of this repository; never write to it."""
    path = tmp_path_factory.mktemp("database") / "cooperation.sqlite"
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
