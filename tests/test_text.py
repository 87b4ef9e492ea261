"""The text of every record, put together from its rows, is letter by letter what the documented models write of it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from pydantic import BaseModel

from app.schemas import Evidence, TimelineItem
from app.vocabularies import RecordType
from seed.related import SCHEMAS

Record = tuple[str, str, str | None]


@pytest.fixture(scope="module")
def connection(database: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(database)) as connection:
        yield connection


def written(model: type[BaseModel], text: str) -> str:
    """What a model writes of what it reads; `cite` is added to a detail when it is asked for."""
    if "cite" in model.model_fields:
        text = f'{text[:-1]},"cite":""}}'
    return model.model_validate_json(text).model_dump_json(exclude={"cite"})


def records(connection: sqlite3.Connection, type_: RecordType) -> list[Record]:
    statement = (
        "SELECT id, list_row, text FROM record LEFT JOIN detail ON record_id = id WHERE type = ? ORDER BY id"
    )
    found: list[Record] = connection.execute(statement, [type_.value]).fetchall()
    assert found
    return found


@pytest.mark.parametrize("type_", SCHEMAS)
def test_every_record(connection: sqlite3.Connection, type_: RecordType) -> None:
    row_model, detail_model = SCHEMAS[type_]
    for id_, row, detail in records(connection, type_):
        assert written(row_model, row) == row, id_
        assert detail is not None
        assert written(detail_model, detail) == detail, id_


def test_evidence_which_has_no_more_to_tell_in_detail(connection: sqlite3.Connection) -> None:
    for id_, row, detail in records(connection, RecordType.EVIDENCE):
        assert written(Evidence, row) == row, id_
        assert detail is None


def test_every_item_of_the_timeline(connection: sqlite3.Connection) -> None:
    items = connection.execute("SELECT list_row FROM timeline").fetchall()
    assert len(items) > 50
    for (text,) in items:
        assert written(TimelineItem, text) == text
