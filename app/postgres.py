"""A database that is a server: each dataset version is a schema of its own, and never changes once it is there."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cached_property, lru_cache
from threading import Event, Lock, Thread
from typing import Any

import psycopg
from psycopg import errors
from sqlalchemy import Column, DateTime, Dialect, MetaData, String, Table, select
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

from app import database
from app import models as m
from app.connections import POINTER, Pool, check
from app.database import REMEMBERED, STATEMENT_SECONDS, Compiled, OwnFile, Row, compiled
from app.problems import ApiError, TooCostly, Unavailable

log = logging.getLogger("app.database")
DIALECT: Dialect = PGDialect_psycopg(paramstyle="pyformat")  # type: ignore[no-untyped-call]
ATTEMPTS = 3
"""How often a statement is sent when connections turn out to be dead, or to lead to a replica that lags behind."""
GONE = (errors.UndefinedTable, errors.InvalidSchemaName, errors.InsufficientPrivilege)
LOST = (psycopg.OperationalError, psycopg.InterfaceError, *GONE)
LOAD = "load a dataset with: python -m seed --database-url"
LOADED = Table(
    "loaded",
    MetaData(schema=POINTER),
    Column("at", DateTime(timezone=True), primary_key=True),
    Column("schema", String, nullable=False),
)
"""Which datasets are there: when each was loaded, and into which schema. The last is the newest, even after a backup was restored."""


@lru_cache
def newest() -> Compiled:
    return compiled(select(LOADED.c.at, LOADED.c.schema).order_by(LOADED.c.at.desc()).limit(1))


@lru_cache
def dataset() -> Compiled:
    columns = m.table(m.Dataset).c
    return compiled(
        select(columns.version, columns.schema_version, columns.released, columns.counts, columns.detail)
    )


class PostgresRelease:
    """A schema, and the dataset version that it holds."""

    file: OwnFile | None = None

    def __init__(self, pool: Pool, at: datetime) -> None:
        self.pool, self.at = pool, at
        self.version, schema_version, self.released, self.counts, self.detail = run(pool, dataset(), {})[0]
        if schema_version != m.SCHEMA_VERSION:
            log.error("%s has schema %s, not %s; %s", pool.schema, schema_version, m.SCHEMA_VERSION, LOAD)
            raise Unavailable

    def __del__(self) -> None:
        """Its connections are closed by the last request that reads from it."""
        self.pool.clear()

    def fetch(self, statement: Compiled, values: Mapping[str, Any]) -> list[Row]:
        if statement.remembered:
            return self.counted(statement, tuple(values.items()))
        return run(self.pool, statement, values)

    @cached_property
    def counted(self) -> Callable[[Compiled, tuple[tuple[str, Any], ...]], list[Row]]:
        """Totals and facets: the data do not change, so each of them is counted once."""
        pool = self.pool  # without self, which would keep itself alive
        return lru_cache(REMEMBERED)(lambda statement, values: run(pool, statement, dict(values)))


def run(pool: Pool, statement: Compiled, values: Mapping[str, Any]) -> list[Row]:
    """The rows of a statement, from whichever server answers. Raises Unavailable or TooCostly."""
    sql, constants = statement.on(DIALECT)
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return pool.fetch(sql, {**constants, **values})
        except errors.QueryCanceled as error:
            log.warning("stopped after %s s: %s", STATEMENT_SECONDS, sql)
            raise TooCostly from error
        except LOST as error:
            pool.clear()
            pool.gone = isinstance(error, GONE)
            if attempt == ATTEMPTS:
                log.error("the database does not answer (%s)", error)
                raise Unavailable from error
    raise AssertionError("unreachable")


class PostgresDatabase:
    """Serves the dataset that was loaded last. A thread looks for it, so that no request waits for a look."""

    waits = True

    def __init__(self, url: str, size: int) -> None:
        check(url)
        self.url, self.size = url, size
        self._release: PostgresRelease | None = None
        self._looked, self._closed = Event(), Event()
        self._start = Lock()
        self._watcher: Thread | None = None

    def release(self) -> PostgresRelease:
        release = self._release
        if release is None:
            self._watch()
            release = self._release
        if release is None:
            raise Unavailable
        return release

    def _watch(self) -> None:
        """Look for the first time, and from then on."""
        with self._start:
            if self._watcher is None:
                self._watcher = Thread(target=self._keep_looking, name="database", daemon=True)
                self._watcher.start()
        self._looked.wait()

    def _keep_looking(self) -> None:
        pointer = Pool(self.url, POINTER, 1)
        while not self._closed.is_set():
            try:
                self._look(pointer)
            except (ApiError, psycopg.Error) as error:
                if self._release is not None or not self._looked.is_set():
                    log.error("no dataset can be served (%s); %s", error.__cause__ or error, LOAD)
                self._release = None
            finally:
                self._looked.set()
            self._closed.wait(database.CHECK_EVERY)
        pointer.clear()

    def _look(self, pointer: Pool) -> None:
        """Serve what was loaded last. Raises Unavailable where there is nothing to serve."""
        found, old = run(pointer, newest(), {}), self._release
        if not found:
            raise Unavailable
        at, schema = found[0]
        # A replica may lag behind the server that told of what is served now: go back only if that is gone.
        if old is not None and at <= old.at and not old.pool.gone:
            return
        try:
            self._release = PostgresRelease(Pool(self.url, schema, self.size), at)
        except Unavailable:
            if old is None or old.pool.gone:
                raise
            return
        if old is not None:
            log.info("serving dataset %s in place of %s", self._release.version, old.version)

    def close(self) -> None:
        self._closed.set()
        if self._watcher is not None:
            self._watcher.join()
        self._release = None
