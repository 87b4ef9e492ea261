"""The whole build: records read, proved, written, rendered, and put in the place of the old database at once."""

import json
import os
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing, suppress
from pathlib import Path
from time import time
from uuid import uuid4

from sqlalchemy import Connection, Table, create_engine, func, insert, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlmodel import SQLModel

from app import models as m
from seed.check import check
from seed.coverage import Covered, load
from seed.crew import Crew
from seed.downloads import downloads
from seed.index import index_texts
from seed.network import network
from seed.pictures import pictures
from seed.read import Fault, Records, read
from seed.render import render
from seed.report import dataset
from seed.sets import sets
from seed.tallies import tallies
from seed.timeline import timeline
from seed.version import RECORDS
from seed.write import write

View = Callable[[Connection, Crew], None]
VIEWS: tuple[View, ...] = (timeline, network, index_texts, pictures)
"""What is drawn up from the rendered records."""
PRAGMAS = (
    "page_size = 8192",  # two to four rows of lists, and a record in detail in two
    "journal_mode = OFF",
    "synchronous = OFF",
    "cache_size = -98304",
    "threads = 1",
    "analysis_limit = 1000",
)
UNFINISHED = ".building"
FAILURES = (OSError, sqlite3.Error, DBAPIError)
"""What a build ends with where the disk is full or cannot be written; the database is left as it was."""
ABANDONED = 600
"""Seconds after its last write when an unfinished file is nobody's."""


def build(path: Path, folder: Path = RECORDS) -> list[Fault]:
    """Build the database of a folder of records. With faults, they are returned and nothing is changed."""
    records, faults = read(folder)
    measured: list[Covered] = []
    if records.complete:
        measured, stale = load(folder, records)
        faults += [*check(records), *stale]
    if faults:
        return sorted(faults)
    sweep(path)
    unfinished = path.with_name(f"{path.name}.{uuid4().hex}{UNFINISHED}")
    try:
        fill(unfinished, records, measured)
        compact(unfinished)
        sync(unfinished)
        unfinished.replace(path)
        sync(path.parent)
    finally:
        discard(unfinished)
    return []


def sweep(path: Path) -> None:
    """Remove what earlier builds left that were killed, but not what another process is building now."""
    for leftover in path.parent.glob(f"{path.name}.*{UNFINISHED}"):
        with suppress(FileNotFoundError):
            if time() - max(file.stat().st_mtime for file in files(leftover)) > ABANDONED:
                discard(leftover)


def discard(unfinished: Path) -> None:
    """Remove an unfinished file, itself last, so that what is left of this can be swept as well."""
    for file in files(unfinished):
        file.unlink(missing_ok=True)


def files(unfinished: Path) -> list[Path]:
    """What SQLite keeps beside an unfinished file, and the file."""
    return sorted(unfinished.parent.glob(f"{unfinished.name}*"), reverse=True)


def fill(
    path: Path,
    records: Records,
    measured: list[Covered],
    helpers: int = 0,
    views: Sequence[View] = VIEWS,
    files: bool = True,
) -> None:
    """Write and render every record into a new file, with so many helping processes; `files` are the downloads."""
    engine = create_engine(f"sqlite:///{path}")
    crew = Crew(helpers)
    with engine.connect() as connection:
        for pragma in PRAGMAS:
            connection.execute(text(f"PRAGMA {pragma}"))
        tables = SQLModel.metadata.sorted_tables
        for table in tables:
            connection.execute(CreateTable(table))
        write(connection, records, crew)
        later = [table for table in tables if is_empty(connection, table)]
        create_indexes(connection, [table for table in tables if table not in later])
        connection.execute(text("ANALYZE"))
        connection.commit()
        connection.execute(text("PRAGMA journal_mode = WAL"))  # so that helpers read while texts are stored
        render(connection, crew)
        for view in views:
            view(connection, crew)
            connection.commit()
        create_indexes(connection, later)
        counts = counted(connection)
        tallies(connection, counts)
        sets(connection, crew)
        connection.execute(insert(m.Dataset), [dataset_row(counts, records, measured)])
        if files:
            downloads(connection, records)
        connection.commit()
        connection.execute(text("ANALYZE"))
        connection.commit()
        connection.execute(text("PRAGMA journal_mode = DELETE"))
    engine.dispose()


def is_empty(connection: Connection, table: Table) -> bool:
    return connection.execute(select(table).limit(1)).first() is None


def create_indexes(connection: Connection, tables: Iterable[Table]) -> None:
    """When the rows are there: to put them in one by one would read and write pages all over an index that outgrew the memory."""
    indexes = (index for table in tables for index in table.indexes)
    for index in sorted(indexes, key=lambda index: str(index.name)):
        connection.execute(CreateIndex(index))


def compact(path: Path) -> None:
    """Take out the gaps that rendering leaves; needs as much space again while it works."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("VACUUM")


def counted(connection: Connection) -> dict[str, int]:
    """How many records of each type there are."""
    record = m.table(m.Record)
    statement = select(record.c.type, func.count()).group_by(record.c.type).order_by(record.c.type)
    return {str(type_): int(count) for type_, count in connection.execute(statement)}


def dataset_row(counts: dict[str, int], records: Records, measured: list[Covered]) -> dict[str, str]:
    return {
        "version": records.version,
        "schema_version": m.SCHEMA_VERSION,
        "released": records.released,
        "counts": json.dumps(counts),
        "detail": dataset(records, measured, counts).model_dump_json(exclude={"cite", "downloads"}),
    }


def sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
