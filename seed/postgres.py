"""A built file into PostgreSQL: one transaction fills a fresh schema and makes it the newest, so that readers see the old dataset or the new one."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from hashlib import file_digest
from itertools import chain, count, groupby, pairwise
from pathlib import Path
from typing import Any

import psycopg
from psycopg.sql import SQL, Identifier
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    NullPool,
    PrimaryKeyConstraint,
    Table,
    Text,
    create_engine,
    delete,
    func,
    insert,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.schema import AddConstraint, CreateIndex, CreateSchema, CreateTable, DropSchema
from sqlalchemy.types import TypeEngine
from sqlmodel import SQLModel

from app import fulltext
from app import models as m
from app.connections import POINTER
from app.downloads import DESCRIPTION, MEDIA_TYPE, PART, SQLITE
from app.fulltext import LABELS
from app.near import parts
from app.postgres import LOADED
from app.search import FACTS
from app.spelling import plain
from app.vocabularies import RecordType
from seed.crew import batches
from seed.index import fold, passages

GRACE = timedelta(minutes=1)
"""How long a dataset stays after the next one was loaded: requests may still be reading it."""
ONE_AT_A_TIME = 4_711_001
"""The number of the lock that a load holds."""
SIMILARITY = text("CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA cooperation")
INDEXED = ((fulltext.RECORDS, "words"), (fulltext.FACTS, "words"), (fulltext.NAMES, "parts"))
TYPES: dict[str, TypeEngine[Any]] = {
    "rowid": BigInteger(),
    "words": TSVECTOR(),
    "parts": TSVECTOR(),
    "name": Text(),
}
LAST = 16383
"""The highest place that a word of a document can have."""
SOONER_READ = text(
    "SELECT set_config('default_toast_compression', 'lz4', true) FROM pg_settings"
    " WHERE name = 'default_toast_compression' AND 'lz4' = ANY (enumvals)"
)
"""Long texts are compressed, and lz4 gives them back in less time, where the server has it."""
BINARY = {BigInteger: "int8", Boolean: "bool", LargeBinary: "bytea", Text: "text"}
"""The types of which COPY takes the bytes as they are."""
BATCH = 1000
Rows = Iterable[tuple[Any, ...]]
Found = tuple[int, list[tuple[str, str]]]
"""The number of a document, and its texts, each under its field."""
DOCUMENT, PASSAGE = m.table(m.SearchDocument), m.table(m.SearchPassage)


def load(path: Path, url: str) -> str:
    """Load a built file, and return the name of its schema."""
    source = create_engine(f"sqlite:///file:{path.resolve()}?mode=ro&uri=true", poolclass=NullPool)
    target = create_engine("postgresql+psycopg://", creator=lambda: writer(url), poolclass=NullPool)
    with source.connect() as file, target.begin() as server:
        at = prepare(server)
        schema = f"{POINTER}_{at:%Y%m%d%H%M%S%f}"
        server.execute(CreateSchema(schema))
        tables = described(schema)
        keys = [AddConstraint(table.primary_key) for table in tables.sorted_tables]  # left out of the tables
        for table in tables.sorted_tables:
            server.execute(CreateTable(table, include_foreign_key_constraints=[]))
            copy(server, table, content(file, path, table))
        finish(server, tables, keys)
        server.execute(insert(LOADED), [{"at": at, "schema": schema}])
        forget(server, at)
    return schema


def writer(url: str) -> psycopg.Connection:
    """A connection to the server that can be written to, whichever of the hosts that is."""
    return psycopg.connect(url, target_session_attrs="read-write", client_encoding="UTF8")


def prepare(server: Connection) -> datetime:
    """What all datasets share, where it is not there yet; the moment of this load. One load waits for another."""
    server.execute(select(func.pg_advisory_xact_lock(ONE_AT_A_TIME)))
    server.execute(CreateSchema(POINTER, if_not_exists=True))
    server.execute(SIMILARITY)
    server.execute(SOONER_READ)
    server.execute(CreateTable(LOADED, if_not_exists=True))
    at: datetime = server.execute(select(func.clock_timestamp())).scalar_one()
    return at


def described(schema: str) -> MetaData:
    """The tables of the file as PostgreSQL is to have them, compared byte by byte as in the file, and those of the full text."""
    tables = MetaData()
    for table in SQLModel.metadata.sorted_tables:
        for column in table.to_metadata(tables, schema=schema).columns:
            column.autoincrement = False
            if isinstance(column.type, Integer):
                column.type = BigInteger()
            elif not isinstance(column.type, Boolean | LargeBinary):
                column.type = Text(collation="C")
    for index, name in INDEXED:
        columns = [Column(column.name, TYPES[column.name]) for column in index.c]
        gin = Index(f"{index.name}_{name}", name, postgresql_using="gin")
        key = PrimaryKeyConstraint("rowid")
        Table(index.name, tables, *columns, key, gin, schema=schema)
    return tables


def content(file: Connection, path: Path, table: Table) -> Rows:
    """The rows of a table of the server."""
    match table.name:
        case fulltext.RECORDS.name:
            return documents(file, facts=False)
        case fulltext.FACTS.name:
            return documents(file, facts=True)
        case fulltext.NAMES.name:
            return names(file)
    own = SQLModel.metadata.tables[table.name]
    rows = (tuple(row) for row in file.execute(select(own).execution_options(yield_per=BATCH)))
    match table.name:
        case "download":
            return chain(rows, [itself(path)])
        case "download_part":
            return chain(rows, pieces(path))
    return rows


def documents(file: Connection, facts: bool) -> Rows:
    """The words of every record, each with its place and the letter of its field."""
    for number, found in facts_of(file) if facts else texts_of(file):
        words = ((word, LABELS[field]) for field, folded in found for word in folded.split())
        placed = (f"'{word}':{min(at, LAST)}{label}" for at, (word, label) in enumerate(words, 1))
        yield number, " ".join(placed)


def texts_of(file: Connection) -> Iterator[Found]:
    """What a search finds records by, as it was folded for the file."""
    columns = (DOCUMENT.c.id, PASSAGE.c.field, PASSAGE.c.words)
    stored = select(*columns).join(PASSAGE, PASSAGE.c.record_id == DOCUMENT.c.record_id)
    in_order = stored.order_by(PASSAGE.c.record_id, PASSAGE.c.position)
    rows = file.execute(in_order.execution_options(yield_per=BATCH))
    for number, found in groupby(rows, lambda row: row[0]):
        yield number, [(field, words) for _, field, words in found]


def facts_of(file: Connection) -> Iterator[Found]:
    """What relations and evidence say; the file does not keep that folded."""
    for type_ in RecordType:
        for batch in batches(file, type_) if type_ in FACTS else ():
            numbered = select(DOCUMENT.c.record_id, DOCUMENT.c.id).where(DOCUMENT.c.record_id.in_(batch.ids))
            numbers = {one.record_id: one.id for one in file.execute(numbered)}
            for id_, found in passages(file, type_, batch.ids).items():
                yield numbers[id_], [(one.field, fold(one.text)) for one in found]


def names(file: Connection) -> Rows:
    """The parts of the words of every name, and the name itself."""
    name = m.table(m.SearchName)
    for id_, spelling in file.execute(select(name.c.id, name.c.name).execution_options(yield_per=BATCH)):
        yield id_, " ".join(f"'{part}'" for part in parts(spelling)), plain(spelling)


def itself(path: Path) -> tuple[Any, ...]:
    """The file as one of the downloads, in the order of their columns."""
    with path.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    return SQLITE, MEDIA_TYPE, DESCRIPTION, path.stat().st_size, digest


def pieces(path: Path) -> Rows:
    with path.open("rb") as file:
        for position in count():
            if not (piece := file.read(PART)):
                return
            yield SQLITE, position, piece


def copy(server: Connection, table: Table, rows: Rows) -> None:
    """Store rows, in the format that costs least where it has all types, and so that they need no vacuum."""
    name = Identifier(str(table.schema), table.name)
    columns = SQL(", ").join(Identifier(column.name) for column in table.columns)
    types = [BINARY[type(column.type)] for column in table.columns if type(column.type) in BINARY]
    binary = len(types) == len(table.columns)
    format_ = SQL("binary" if binary else "text")
    order = SQL("COPY {} ({}) FROM STDIN (FORMAT {}, FREEZE)").format(name, columns, format_)
    with cursor(server) as cursor_, cursor_.copy(order) as out:
        if binary:
            out.set_types(types)
        for row in rows:
            out.write_row(row)


def finish(server: Connection, tables: MetaData, keys: list[AddConstraint]) -> None:
    """What is sooner done when the rows are there: keys, indexes, and what the planner knows of them."""
    for key in keys:
        server.execute(key)
    for table in tables.sorted_tables:
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            server.execute(CreateIndex(index))
    for table in tables.sorted_tables:
        for constraint in table.foreign_key_constraints:
            server.execute(AddConstraint(constraint, isolate_from_table=False))
        with cursor(server) as cursor_:
            cursor_.execute(SQL("ANALYZE {}").format(Identifier(str(table.schema), table.name)))


def cursor(server: Connection) -> psycopg.Cursor:
    """The driver's own, for what SQLAlchemy has no words for."""
    own: Any = server.connection.driver_connection
    made: psycopg.Cursor = own.cursor()
    return made


def forget(server: Connection, now: datetime) -> None:
    """Drop the datasets that nobody reads any more. The one before the newest stays, however old it is."""
    loaded = server.execute(select(LOADED.c.at, LOADED.c.schema).order_by(LOADED.c.at)).all()
    for (_, schema), (replaced, _) in pairwise(loaded):
        if replaced < now - GRACE:
            server.execute(DropSchema(schema, cascade=True, if_exists=True))
            server.execute(delete(LOADED).where(LOADED.c.schema == schema))
