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
def insertion(table: TableClause, columns: tuple[str, ...]) -> tuple[str, list[str]]:
    """A statement that inserts these columns, and the order in which it takes them."""
    compiled = insert(table).compile(dialect=DIALECT, column_keys=list(columns))
    return str(compiled), list(compiled.positiontup or ())


def values(table: TableClause, rows: Sequence[Row]) -> list[tuple[Any, ...]]:
    """Rows that have the same columns, as their statement takes them."""
    _, names = insertion(table, tuple(rows[0]))
    if len(names) == 1:
        return [(row[names[0]],) for row in rows]
    return list(map(itemgetter(*names), rows))


def store_values(
    connection: Connection, table: TableClause, columns: tuple[str, ...], rows: list[tuple[Any, ...]]
) -> None:
    connection.exec_driver_sql(insertion(table, columns)[0], rows)


def store(connection: Connection, table: TableClause, rows: Sequence[Row]) -> None:
    """Insert rows that have the same columns."""
    if rows:
        store_values(connection, table, tuple(rows[0]), values(table, rows))


def mappings(connection: Connection, statement: Any) -> list[Row]:
    """Rows as the driver gives them; nothing here has a type that needs more."""
    result = connection.execute(statement)
    names = tuple(result.keys())
    return [dict(zip(names, row, strict=True)) for row in result.cursor.fetchall()] if result.cursor else []


def names(connection: Connection, ids: Iterable[str]) -> dict[str, tuple[str, str]]:
    """The types and names of records."""
    statement = select(RECORD.c.id, RECORD.c.type, RECORD.c.name).where(RECORD.c.id.in_(sorted(ids)))
    return {id_: (type_, name) for id_, type_, name in connection.execute(statement)}
