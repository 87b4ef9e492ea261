"""A database that is a file: one kept, read-only connection, reopened when a new file takes the old one's place."""

import logging
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import file_digest
from io import FileIO
from os import fstat
from pathlib import Path
from typing import Any

from sqlalchemy.dialects import sqlite

from app.database import REMEMBERED, Compiled, Database, Row
from app.models import SCHEMA_VERSION
from app.problems import Unavailable

log = logging.getLogger("app.database")
DIALECT = sqlite.dialect(paramstyle="named")
CACHE_KIB = 262144
"""Pages are kept, but not mapped: to read from a mapping kills the process when somebody copies over the file."""
Inode = tuple[int, int, int]


class OpenFile:
    """The very file, so that it can be fetched even when another has taken its place."""

    def __init__(self, file: FileIO) -> None:
        self.file = file
        self.size = fstat(file.fileno()).st_size

    @cached_property
    def sha256(self) -> str:
        """The hash of the file, taken when it is first asked for."""
        self.file.seek(0)
        return file_digest(self.file, "sha256").hexdigest()

    def bytes(self, first: int, count: int) -> bytes:
        self.file.seek(first)
        return self.file.read(count)


@dataclass(frozen=True)
class SqliteRelease:
    """An opened database file and the dataset version that it holds."""

    connection: sqlite3.Connection
    version: str
    released: str
    counts: str
    detail: str
    inode: Inode
    file: OpenFile

    def __del__(self) -> None:
        """Closed by the last request that reads from it."""
        self.connection.close()
        self.file.file.close()

    def fetch(self, statement: Compiled, values: Mapping[str, Any]) -> list[Row]:
        sql, constants = statement.on(DIALECT)
        parameters = {**constants, **values}
        if statement.remembered:
            return self.counted(sql, tuple(parameters.items()))
        return run(self.connection, sql, parameters)

    @cached_property
    def counted(self) -> Callable[[str, tuple[tuple[str, Any], ...]], list[Row]]:
        """Totals and facets: the data do not change, so each of them is counted once."""
        connection = self.connection  # without self, which would keep itself alive
        return lru_cache(REMEMBERED)(lambda sql, parameters: run(connection, sql, dict(parameters)))


def run(connection: sqlite3.Connection, sql: str, parameters: Mapping[str, Any]) -> list[Row]:
    try:
        return connection.execute(sql, parameters).fetchall()
    except sqlite3.ProgrammingError:
        raise  # our mistake, not the file's
    except sqlite3.DatabaseError as error:
        log.error("%s while reading the database; rebuild it with: python -m seed", error)
        raise Unavailable from error


def identity(path: Path) -> Inode:
    status = path.stat()
    return status.st_ino, status.st_mtime_ns, status.st_size


class Replaced(Unavailable):
    """Another file took the place of the one that was being opened."""


def opened(path: Path, inode: Inode) -> FileIO:
    """The file itself. Raises Replaced in the moment in which another one has taken its place."""
    try:
        file = FileIO(path)
    except OSError as error:
        raise Replaced from error
    status = fstat(file.fileno())
    if (status.st_ino, status.st_mtime_ns, status.st_size) != inode:
        file.close()
        raise Replaced
    return file


def open_release(path: Path) -> SqliteRelease:
    """Open a database file read-only. Raises Unavailable, and logs why, if it cannot be served."""
    try:
        inode = identity(path)
        uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        connection = sqlite3.connect(uri, uri=True, check_same_thread=False, cached_statements=1024)
        connection.execute("PRAGMA query_only = ON")
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        version, schema_version, released, counts, detail = connection.execute(
            "SELECT version, schema_version, released, counts, detail FROM dataset"
        ).fetchone()
    except (OSError, sqlite3.Error, TypeError, ValueError) as error:
        log.error("the database %s cannot be read (%s); build it with: python -m seed", path, error)
        raise Unavailable from error
    if schema_version != SCHEMA_VERSION:
        log.error(
            "the database %s has schema %s, not %s; rebuild it with: python -m seed",
            path,
            schema_version,
            SCHEMA_VERSION,
        )
        raise Unavailable
    file = OpenFile(opened(path, inode))
    return SqliteRelease(connection, version, released, counts, detail, inode, file)


class SqliteDatabase(Database):
    """Serves a file, and the file that takes its place."""

    waits = False
    _release: SqliteRelease | None

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path

    def _current(self) -> SqliteRelease:
        old = self._release
        try:
            if old is not None and identity(self.path) == old.inode:
                return old
        except OSError:
            pass  # the file is gone; opening it says so
        self._release = None
        try:
            new = open_release(self.path)
        except Replaced:
            new = open_release(self.path)
        if old is not None:
            log.info("serving dataset %s in place of %s", new.version, old.version)
        self._release = new
        return new

    def close(self) -> None:
        if self._release is not None:
            self._release.connection.close()
            self._release = None
