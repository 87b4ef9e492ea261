"""Nothing can be written, nor another file opened, whichever one of the layers that forbid it is taken away."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest

from app import readonly
from app.sqlite import open_release
from seed.build import build
from tests.small import write_small

ALL = ("opening", *(layer.__name__ for layer in readonly.LAYERS))


class Attempt(NamedTuple):
    """Something that must not succeed."""

    statements: list[str]
    stopped_by: str = "opening query_only authorize"
    """The layers each of which stops it alone."""
    leaves: str = "folder"
    """What tells that it succeeded: other bytes in the folder of the database, or merely no error."""


ATTEMPTS = {
    "insert": Attempt(["INSERT INTO redirect (type, form, record_id) VALUES ('a', 'b', 'c')"]),
    "update": Attempt(["UPDATE dataset SET version = 'x'"]),
    "delete": Attempt(["DELETE FROM record"]),
    "drop": Attempt(["DROP TABLE evidence"]),
    "create": Attempt(["CREATE TABLE more (id TEXT)"]),
    "alter": Attempt(["ALTER TABLE dataset ADD COLUMN more TEXT"]),
    "index": Attempt(["CREATE INDEX more ON dataset (version)"]),
    "trigger": Attempt(["CREATE TRIGGER more AFTER DELETE ON record BEGIN DELETE FROM evidence; END"]),
    "statistics": Attempt(["REINDEX", "ANALYZE"]),
    "user version": Attempt(["PRAGMA user_version = 7"]),
    "journal": Attempt(["PRAGMA journal_mode = WAL"], "opening authorize"),
    "schema": Attempt(
        ["PRAGMA writable_schema = ON", "UPDATE sqlite_master SET sql = 'x' WHERE name = 'record'"]
    ),
    "query_only off": Attempt(["PRAGMA query_only = OFF", "DELETE FROM record"], "opening authorize"),
    "full text emptied": Attempt(["INSERT INTO search_record (search_record) VALUES ('delete-all')"]),
    "full text merged": Attempt(
        ["INSERT INTO search_record (search_record, rank) VALUES ('merge', 500)"], leaves="no error"
    ),
    "full text's own table": Attempt(["DELETE FROM search_record_data"]),
    "vacuum": Attempt(["VACUUM"], "opening query_only limit authorize"),
    "vacuum into": Attempt(["VACUUM INTO '{folder}/copy.sqlite'"], "limit authorize"),
    "attach": Attempt(["ATTACH '{folder}/other.sqlite' AS other"], "limit authorize"),
    "attach in memory": Attempt(["ATTACH ':memory:' AS other"], "limit authorize", "no error"),
    "temporary table": Attempt(["CREATE TEMP TABLE more (id TEXT)"], "query_only authorize", "no error"),
    "transaction": Attempt(["BEGIN IMMEDIATE"], "query_only authorize", "no error"),
    "planted view": Attempt(["SELECT * FROM planted"], "distrust_schema authorize", "no error"),
    "huge value": Attempt(["SELECT length(zeroblob(100000000))"], "limit authorize", "no error"),
}
attempts = pytest.mark.parametrize("attempt", ATTEMPTS.values(), ids=ATTEMPTS)


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small database with a view that somebody planted in it."""
    folder = tmp_path_factory.mktemp("original")
    path = folder / "cooperation.sqlite"
    assert build(path, write_small(folder / "records")) == []
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE VIEW planted AS SELECT name FROM pragma_table_list")
    return path


Try = Callable[[Attempt, set[str]], bool]


@pytest.fixture
def succeeds(original: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Try:
    """Whether an attempt succeeds through these layers alone."""

    def attempted(attempt: Attempt, layers: set[str]) -> bool:
        folder = tmp_path / "-".join(["served", *sorted(layers)])
        folder.mkdir()
        path = Path(shutil.copy(original, folder))
        before = content(folder)
        with monkeypatch.context() as changed:
            if "opening" not in layers:
                changed.setattr(readonly, "OPENING", "mode=rw")
            left = tuple(layer for layer in readonly.LAYERS if layer.__name__ in layers)
            changed.setattr(readonly, "LAYERS", left)
            with closing(readonly.connect(path)) as connection:
                done = ran(connection, [text.format(folder=folder) for text in attempt.statements])
        return content(folder) != before or (done and attempt.leaves == "no error")

    return attempted


def ran(connection: sqlite3.Connection, statements: list[str]) -> bool:
    """Whether statements run, and what they wrote can be kept."""
    try:
        for statement in statements:
            connection.execute(statement).fetchall()
        connection.commit()
    except sqlite3.DatabaseError:
        return False
    return True


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@attempts
def test_it_succeeds_where_no_layer_is(attempt: Attempt, succeeds: Try) -> None:
    """Else the table would prove nothing."""
    assert succeeds(attempt, set())


@attempts
def test_more_than_one_layer_stops_it_alone(attempt: Attempt, succeeds: Try) -> None:
    assert len(attempt.stopped_by.split()) > 1
    assert [layer for layer in attempt.stopped_by.split() if succeeds(attempt, {layer})] == []


@attempts
@pytest.mark.parametrize("taken", ["none", *ALL])
def test_it_fails_whichever_layer_is_taken_away(attempt: Attempt, taken: str, succeeds: Try) -> None:
    assert not succeeds(attempt, {*ALL} - {taken})


def test_every_layer_stops_something_alone() -> None:
    assert {layer for attempt in ATTEMPTS.values() for layer in attempt.stopped_by.split()} == {*ALL}


@pytest.mark.parametrize(
    "statement",
    ["SELECT load_extension('x')", "SELECT writefile('x', 'y')", "SELECT readfile('/etc/hostname')"],
)
def test_nothing_loads_code_or_reaches_files(original: Path, statement: str) -> None:
    """SQLite as it comes does not, and our layers would not let it."""
    with closing(sqlite3.connect(original)) as connection, pytest.raises(sqlite3.OperationalError):
        connection.execute(statement)
    with closing(readonly.connect(original)) as connection, pytest.raises(sqlite3.DatabaseError):
        connection.execute(statement)


@attempts
def test_what_requests_read_from_has_every_layer(original: Path, attempt: Attempt) -> None:
    before = original.read_bytes()
    statements = [text.format(folder=original.parent) for text in attempt.statements]
    assert not ran(open_release(original).reader.connection, statements)
    assert original.read_bytes() == before
