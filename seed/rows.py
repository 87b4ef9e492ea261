"""Rows in and out of the database in bulk, without what costs time for each of them."""

from collections.abc import Iterable, Sequence
from functools import cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, TableClause, insert, select
from sqlalchemy.dialects import sqlite

from app import models as m

RECORD = m.table(m.Record)
DIALECT = sqlite.dialect()
Row = dict[str, Any]


@cache
def insertion(table: TableClause, columns: tuple[str, ...]) -> tuple[str, Any]:
    """A statement that inserts these columns, and what takes its values from a row."""
    compiled = insert(table).compile(dialect=DIALECT, column_keys=list(columns))
    names = list(compiled.positiontup or ())
    return str(compiled), itemgetter(*names) if len(names) > 1 else lambda row: (row[names[0]],)


def store(connection: Connection, table: TableClause, rows: Sequence[Row]) -> None:
    """Insert rows that have the same columns."""
    if rows:
        statement, values = insertion(table, tuple(rows[0]))
        connection.exec_driver_sql(statement, list(map(values, rows)))


def mappings(connection: Connection, statement: Any) -> list[Row]:
    """Rows as the driver gives them; nothing here has a type that needs more."""
    result = connection.execute(statement)
    names = tuple(result.keys())
    return [dict(zip(names, row, strict=True)) for row in result.cursor.fetchall()] if result.cursor else []


def names(connection: Connection, ids: Iterable[str]) -> dict[str, tuple[str, str]]:
    """The types and names of records."""
    statement = select(RECORD.c.id, RECORD.c.type, RECORD.c.name).where(RECORD.c.id.in_(sorted(ids)))
    return {id_: (type_, name) for id_, type_, name in connection.execute(statement)}
