"""A database that is a file: one kept, read-only connection, reopened when a new file takes the old one's place."""

import gc
import logging
import sqlite3
from collections.abc import Callable, Hashable, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import cached_property
from hashlib import file_digest
from io import FileIO
from os import fstat, stat_result
from pathlib import Path
from time import monotonic
from typing import Any
from weakref import ref

from sqlalchemy.dialects import sqlite

from app import database
from app.database import STATEMENT_SECONDS, Compiled, Memory, Row
from app.models import SCHEMA_VERSION
from app.problems import TooCostly, Unavailable
from app.readonly import connect

log = logging.getLogger("app.database")
DIALECT = sqlite.dialect(paramstyle="named")
STEPS = 10_000
"""How many steps of a statement pass between two looks at the clock."""
ATTEMPTS = 10
"""How often a file is opened again because another one took its place meanwhile."""
Inode = tuple[int, int, int]


class OpenFile:
    """The very file, so that it can be fetched even when another has taken its place."""

    def __init__(self, file: FileIO) -> None:
        self.file = file
        self.inode = stamp(fstat(file.fileno()))
        self.size = self.inode[-1]

    def changed(self) -> bool:
        """Whether somebody has written into the file itself; what is read from it then may be of two releases."""
        return stamp(fstat(self.file.fileno())) != self.inode

    @cached_property
    def sha256(self) -> str:
        """The hash of the file, taken when it is first asked for."""
        self.file.seek(0)
        return file_digest(self.file, "sha256").hexdigest()

    def bytes(self, first: int, count: int) -> bytes:
        self.file.seek(first)
        found = self.file.read(count)
        if self.changed():
            raise Unavailable
        return found


class Reader:
    """Runs statements on a file, each of them in bounded time."""

    def __init__(self, connection: sqlite3.Connection, file: OpenFile) -> None:
        self.connection, self.file, self.clock = connection, file, Clock()
        connection.set_progress_handler(self.clock.late, STEPS)

    def rows(self, sql: str, parameters: Mapping[str, Any]) -> list[Row]:
        self.clock.ends = monotonic() + STATEMENT_SECONDS
        try:
            found = self.connection.execute(sql, parameters).fetchall()
        except sqlite3.ProgrammingError:
            raise  # our mistake, not the file's
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
                log.warning("stopped after %s s: %s", STATEMENT_SECONDS, sql)
                raise TooCostly from error
            log.error("%s while reading the database; rebuild it with: python -m seed", error)
            raise Unavailable from error
        if self.file.changed():
            log.error("the database was written into; replace it by renaming, as python -m seed does")
            raise Unavailable
        return found

    def close(self) -> None:
        self.connection.close()
        self.file.file.close()


class Clock:
    """Tells when a statement must end."""

    ends = 0.0

    def late(self) -> bool:
        return monotonic() > self.ends


@dataclass(frozen=True)
class SqliteRelease:
    """An opened database file and the dataset version that it holds."""

    reader: Reader
    version: str
    released: str
    counts: str
    detail: str
    file: OpenFile

    def __del__(self) -> None:
        """Closed by the last request that reads from it."""
        self.reader.close()

    def fetch(self, statement: Compiled, values: Mapping[str, Any]) -> list[Row]:
        sql, constants, _ = statement.on(DIALECT)
        parameters = {**constants, **values}
        if statement.remembered:
            # In two tuples: pairs of names and values would take thrice as much as what is remembered.
            key = sql, tuple(parameters), tuple(parameters.values())
            found: list[Row] = self.remembered(key, lambda: self.reader.rows(sql, parameters))
            return found
        return self.reader.rows(sql, parameters)

    @cached_property
    def remembered(self) -> Callable[[Hashable, Callable[[], Any]], Any]:
        return Memory().remembered


def stamp(status: stat_result) -> Inode:
    """What another file, or the same file written into, would not have."""
    return status.st_ino, status.st_mtime_ns, status.st_size


class Replaced(Unavailable):
    """Another file took the place of the one that was being opened."""


def open_release(path: Path) -> SqliteRelease:
    """Open a database file read-only. Raises Unavailable, and logs why, if it cannot be served."""
    with ExitStack() as undo:
        try:
            file = OpenFile(undo.enter_context(FileIO(path)))
            connection = undo.enter_context(closing(connect(path)))
            found = connection.execute(
                "SELECT version, schema_version, released, counts, detail FROM dataset"
            ).fetchone()
            version, schema_version, released, counts, detail = found
            if stamp(path.stat()) != file.inode:
                raise Replaced
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
        undo.pop_all()
    return SqliteRelease(Reader(connection, file), version, released, counts, detail, file)


class SqliteDatabase:
    """Serves a file, and the file that takes its place."""

    run = None

    def __init__(self, path: Path) -> None:
        self.path = path
        self._release: SqliteRelease | None = None
        self._look_at = 0.0
        self._replaced: Callable[[], SqliteRelease | None] = lambda: None
        """The release that was served before, while somebody still reads from it."""

    def release(self) -> SqliteRelease:
        now = monotonic()
        if now >= self._look_at:
            self._look_at = now + database.CHECK_EVERY
            self._release = self._current()
        if self._release is None:
            raise Unavailable
        return self._release

    def _current(self) -> SqliteRelease:
        old = self._release
        if self._replaced() is not None:
            gc.collect()  # an answer that broke off may hold it; kept answers leave no garbage that would be collected
        try:
            if old is not None and stamp(self.path.stat()) == old.file.inode:
                return old
        except OSError:
            pass  # the file is gone; opening it says so
        self._release = None
        new = self._open(ATTEMPTS)
        if old is not None:
            log.info("serving dataset %s in place of %s", new.version, old.version)
            self._replaced = ref(old)
        return new

    def _open(self, attempts: int) -> SqliteRelease:
        try:
            return open_release(self.path)
        except Replaced:
            if attempts == 1:
                raise
            return self._open(attempts - 1)

    def close(self) -> None:
        if self._release is not None:
            self._release.reader.close()
            self._release, self._look_at = None, 0.0
