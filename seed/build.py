"""The whole build: records read, proved, written, rendered, and put in the place of the old database at once."""

import json
import os
from collections import Counter
from pathlib import Path

from sqlalchemy import create_engine, insert, text
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlmodel import SQLModel

from app import models as m
from seed.check import check
from seed.read import RECORDS, Fault, Records, read
from seed.render import render
from seed.write import write

UNFINISHED = ".building"


def build(path: Path, folder: Path = RECORDS) -> list[Fault]:
    """Build the database of a folder of records. With faults, they are returned and nothing is changed."""
    records, faults = read(folder)
    if not faults:
        faults = check(records)
    if faults:
        return sorted(faults)
    for leftover in path.parent.glob(f"{path.name}.*{UNFINISHED}"):
        leftover.unlink(missing_ok=True)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}{UNFINISHED}")
    try:
        fill(unfinished, records)
        sync(unfinished)
        unfinished.replace(path)
        sync(path.parent)
    finally:
        unfinished.unlink(missing_ok=True)
    return []


def fill(path: Path, records: Records) -> None:
    """Write and render every record into a new file."""
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "locking_mode = EXCLUSIVE"):
            connection.execute(text(f"PRAGMA {pragma}"))
        tables = SQLModel.metadata.sorted_tables
        for table in tables:
            connection.execute(CreateTable(table))
        write(connection, records)
        for index in sorted(
            (index for table in tables for index in table.indexes), key=lambda i: str(i.name)
        ):
            connection.execute(CreateIndex(index))
        render(connection)
        connection.execute(insert(m.Dataset), [dataset_row(records)])
        connection.commit()
        connection.execute(text("ANALYZE"))
        connection.commit()
        connection.execute(text("VACUUM"))
    engine.dispose()


def dataset_row(records: Records) -> dict[str, str]:
    counts = Counter(entry.record.type for entry in records.entries)
    return {
        "version": records.version,
        "schema_version": m.SCHEMA_VERSION,
        "released": records.released,
        "counts": json.dumps(counts, sort_keys=True),
    }


def sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
