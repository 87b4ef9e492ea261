"""The only way to the data: one kept, read-only connection, reopened when a new file takes the old one's place."""

import logging
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import file_digest
from io import FileIO
from os import fstat
from pathlib import Path
from time import monotonic
from typing import Any

from sqlalchemy import ClauseElement
from sqlalchemy.dialects import sqlite

from app.models import SCHEMA_VERSION
from app.problems import Unavailable

log = logging.getLogger("app.database")
DIALECT = sqlite.dialect(paramstyle="named")
CHECK_EVERY = 1.0
"""Seconds between two looks at whether the file has been replaced."""

CACHE_KIB = 262144
"""Pages are kept, but not mapped: to read from a mapping kills the process when somebody copies over the file."""

REMEMBERED = 4096
"""How many totals and facets are kept."""

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Compiled:
    """A statement as the driver takes it, with the values that are part of the statement itself."""

    sql: str
    constants: Mapping[str, Any]
    remembered: bool = False
    """Whether its answer is small and dear, so that a release counts once."""


def compiled(statement: ClauseElement, *, remembered: bool = False) -> Compiled:
    """Compile a statement; its bind parameters without a value are named by the caller."""
    result = statement.compile(dialect=DIALECT, compile_kwargs={"render_postcompile": True})
    constants = {name: value for name, value in result.params.items() if value is not None}
    return Compiled(str(result), constants, remembered)


@dataclass(frozen=True)
class Release:
    """An opened database file and the dataset version that it holds."""

    connection: sqlite3.Connection
    version: str
    released: str
    counts: str
    detail: str
    inode: tuple[int, int, int]
    file: FileIO
    """The very file, so that it can be fetched even when another has taken its place."""

    def __del__(self) -> None:
        """Closed by the last request that reads from it."""
        self.connection.close()
        self.file.close()

    @cached_property
    def sha256(self) -> str:
        """The hash of the file, taken when it is first asked for."""
        self.file.seek(0)
        return file_digest(self.file, "sha256").hexdigest()

    def bytes(self, first: int, count: int) -> bytes:
        """A piece of the file."""
        self.file.seek(first)
        return self.file.read(count)

    def fetch(self, statement: Compiled, values: Mapping[str, Any]) -> list[Row]:
        parameters = {**statement.constants, **values}
        if statement.remembered:
            return self.counted(statement.sql, tuple(parameters.items()))
        return run(self.connection, statement.sql, parameters)

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


def identity(path: Path) -> tuple[int, int, int]:
    status = path.stat()
    return status.st_ino, status.st_mtime_ns, status.st_size


class Replaced(Unavailable):
    """Another file took the place of the one that was being opened."""


def opened(path: Path, inode: tuple[int, int, int]) -> FileIO:
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


def open_release(path: Path) -> Release:
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
    return Release(connection, version, released, counts, detail, inode, opened(path, inode))


class Database:
    """Hands out the release to read from; a request reads all that it needs from one release."""

    waits = False
    """Whether its answers are waited for, so that requests must run in threads."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._release: Release | None = None
        self._look_at = 0.0

    def release(self) -> Release:
        now = monotonic()
        if self._release is None or now >= self._look_at:
            self._look_at = now + CHECK_EVERY
            self._release = self._current()
        return self._release

    def _current(self) -> Release:
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
        return new

    def close(self) -> None:
        if self._release is not None:
            self._release.connection.close()
            self._release = None
