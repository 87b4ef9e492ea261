"""Without a usable database every answer about data is a 503 that says so, and service resumes with the file."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.api import PATHS, parameters, with_required
from tests.conftest import World, serve
from tests.world import meeting

DATA = ["/", "/health/ready"] + [
    with_required(path, path).replace("{id}", "osce")
    for path in PATHS
    if "cursor" in parameters(path.removesuffix("/{id}") if path.endswith("/{id}") else path)
]


def missing(path: Path) -> None:
    path.unlink()


def missing_with_its_folder(path: Path) -> None:
    shutil.rmtree(path.parent)


def empty(path: Path) -> None:
    path.write_bytes(b"")


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def a_few_bytes(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:50])


def garbage(path: Path) -> None:
    path.write_bytes(os.urandom(65536))


def text(path: Path) -> None:
    path.write_text("This is no database.\n" * 100)


def another_database(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE unheard (of TEXT)")


def change(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement)


def another_schema(path: Path) -> None:
    change(path, "UPDATE dataset SET schema_version = 'other'")


def no_release(path: Path) -> None:
    change(path, "DELETE FROM dataset")


def no_table(path: Path) -> None:
    change(path, "DROP TABLE dataset")


def a_directory(path: Path) -> None:
    path.unlink()
    path.mkdir()


def a_dangling_link(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.with_name("nothing"))


def unreadable(path: Path) -> None:
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this user may read every file")


STATES = [
    missing,
    missing_with_its_folder,
    empty,
    truncated,
    a_few_bytes,
    garbage,
    text,
    another_database,
    another_schema,
    no_release,
    no_table,
    a_directory,
    a_dangling_link,
    unreadable,
]
Damage = Callable[[Path], None]
of_every_kind = pytest.mark.parametrize("damage", STATES, ids=lambda damage: damage.__name__)


@pytest.fixture
def served(tmp_path: Path, database: Path) -> Path:
    """A database of its own, in a folder of its own."""
    folder = tmp_path / "served"
    folder.mkdir()
    return Path(shutil.copy(database, folder / "cooperation.sqlite"))


@pytest.fixture(autouse=True)
def always_looking(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every request looks whether the file is another one."""
    monkeypatch.setattr("app.database.CHECK_EVERY", 0.0)


def unavailable(response: Any) -> None:
    assert response.status_code == 503, response.text[:300]
    assert response.headers["content-type"] == "application/problem+json"
    assert int(response.headers["retry-after"]) > 0
    assert response.headers["cache-control"] == "no-store"
    assert response.json()["type"] == "/problems/unavailable"
    assert response.json()["instance"] == response.headers["x-request-id"]


def said(caplog: pytest.LogCaptureFixture, path: Path) -> None:
    """The log names the file and the command that builds it."""
    errors = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    assert errors
    assert all("python -m seed" in message for message in errors)
    assert any(str(path) in message for message in errors)
    assert not any(record.exc_info for record in caplog.records)


def restore(path: Path, database: Path) -> None:
    """Put a good file in the place of the bad one, as the build does."""
    path.parent.mkdir(exist_ok=True)
    if path.is_dir():
        path.rmdir()
    Path(shutil.copy(database, path.with_suffix(".new"))).replace(path)


@of_every_kind
def test_a_database_that_was_never_good(
    served: Path, database: Path, damage: Damage, caplog: pytest.LogCaptureFixture
) -> None:
    damage(served)
    with serve(served) as client:
        for path in DATA:
            unavailable(client.get(path))
        assert client.get("/health/live").status_code == 200
        assert client.get("/docs").status_code == 200
        said(caplog, served)
        restore(served, database)
        assert client.get("/health/ready").status_code == 200
        assert client.get("/organizations/osce").status_code == 200


@of_every_kind
def test_a_database_that_goes_bad(
    served: Path, database: Path, damage: Damage, caplog: pytest.LogCaptureFixture
) -> None:
    """Replaced by another file, as files are replaced; one that changes under the server is nobody's promise."""
    with serve(served) as client:
        assert client.get("/health/ready").status_code == 200
        shutil.copy(served, served.with_suffix(".copy"))
        served.with_suffix(".copy").replace(served)
        damage(served)
        for path in ("/health/ready", "/meetings", "/organizations/osce", "/health/ready"):
            unavailable(client.get(path))
        said(caplog, served)
        restore(served, database)
        assert client.get("/meetings").status_code == 200
        assert client.get("/health/ready").status_code == 200


def test_it_stays_unavailable_between_two_looks(
    served: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with serve(served) as client:
        assert client.get("/meetings").status_code == 200
        garbage(served)
        unavailable(client.get("/meetings"))
        monkeypatch.setattr("app.database.CHECK_EVERY", 3600.0)
        unavailable(client.get("/meetings"))
        unavailable(client.get("/meetings"))
    said(caplog, served)


def test_a_bad_file_is_opened_once_in_a_while_and_not_for_every_request(
    served: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("app.database.CHECK_EVERY", 3600.0)
    garbage(served)
    with serve(served) as client:
        for _ in range(5):
            unavailable(client.get("/meetings"))
    assert len([record for record in caplog.records if record.levelname == "ERROR"]) == 1


AS_NOBODY = """
import os, sys
from pathlib import Path
from app.problems import Unavailable
from app.sqlite import open_release
os.setuid(65534)
try:
    open_release(Path(sys.argv[1]))
except Unavailable:
    sys.exit(7)
"""


@pytest.mark.skipif(os.getuid() != 0, reason="the states above have it: no other user reads every file")
def test_a_file_that_may_not_be_read(served: Path) -> None:
    """Even where the tests run as a user who may read everything."""
    result = subprocess.run([sys.executable, "-c", AS_NOBODY, str(served)], check=False, capture_output=True)
    assert result.returncode == 7
    assert b"Permission denied" in result.stderr


def test_an_unknown_path_needs_no_database(tmp_path: Path) -> None:
    with serve(tmp_path / "nothing.sqlite") as client:
        assert client.get("/nothing").status_code == 404
        assert client.post("/meetings").status_code == 405
        assert client.get("/meetings?limit=x").status_code == 400


@pytest.fixture
def two(world: World) -> Iterator[tuple[TestClient, Path, Path]]:
    """A client of one database, and another database to take its place."""
    old, new = world("old", meetings=[meeting("a")]), world("new", meetings=[meeting("a"), meeting("b")])
    with serve(old) as client:
        yield client, old, new


def test_a_new_file_is_served_without_a_restart(two: tuple[TestClient, Path, Path]) -> None:
    client, old, new = two
    before = client.get("/meetings")
    new.replace(old)
    after = client.get("/meetings")
    assert [before.json()["total"], after.json()["total"]] == [1, 2]
    assert before.headers["etag"] != after.headers["etag"]
    assert client.get("/").json()["version"] in after.headers["etag"]
    unchanged = client.get("/meetings", headers={"If-None-Match": after.headers["etag"]})
    assert unchanged.status_code == 304
    stale = client.get("/meetings", headers={"If-None-Match": before.headers["etag"]})
    assert stale.status_code == 200


def test_the_file_is_not_looked_at_for_every_request(
    two: tuple[TestClient, Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    client, old, new = two
    monkeypatch.setattr("app.database.CHECK_EVERY", 3600.0)
    assert client.get("/meetings").json()["total"] == 1
    new.replace(old)
    assert client.get("/meetings").json()["total"] == 1
