"""A database that is a server: each dataset version is a schema of its own, and never changes once it is there."""

import logging
from collections.abc import Callable, Hashable, Mapping
from datetime import datetime
from functools import cached_property, lru_cache
from threading import Event, Lock, Thread
from typing import Any

import psycopg
from psycopg import Connection, errors
from sqlalchemy import Column, DateTime, Dialect, MetaData, String, Table, select
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

from app import database
from app import models as m
from app.connections import POINTER, Pool, check, connect
from app.database import STATEMENT_SECONDS, Compiled, Memory, OwnFile, Row, Run, compiled
from app.problems import TooCostly, Unavailable
from app.waiting import run, wait_for

log = logging.getLogger("app.database")
DIALECT: Dialect = PGDialect_psycopg(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]
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

    def __init__(self, pool: Pool, at: datetime, told: Row) -> None:
        self.pool, self.at = pool, at
        self.version, schema_version, self.released, self.counts, self.detail = told
        if schema_version != m.SCHEMA_VERSION:
            log.error("%s has schema %s, not %s; %s", pool.schema, schema_version, m.SCHEMA_VERSION, LOAD)
            raise Unavailable

    def __del__(self) -> None:
        """Its connections are closed by the last request that reads from it."""
        self.pool.clear()

    def fetch(self, statement: Compiled, values: Mapping[str, Any]) -> list[Row]:
        if statement.remembered:
            found: list[Row] = self.remembered(
                (statement, *values.items()), lambda: wait_for(rows_of(self.pool, statement, values))
            )
            return found
        return wait_for(rows_of(self.pool, statement, values))

    @cached_property
    def remembered(self) -> Callable[[Hashable, Callable[[], Any]], Any]:
        return Memory().remembered


async def rows_of(pool: Pool, statement: Compiled, values: Mapping[str, Any]) -> list[Row]:
    """The rows of a statement, from whichever server answers. Raises Unavailable or TooCostly."""
    sql, constants, names = statement.on(DIALECT)
    given = {**constants, **values}
    ordered = [given[name] for name in names]
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return await pool.fetch(sql, ordered)
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


def told_by(connection: Connection[Row], statement: Compiled) -> list[Row]:
    """The rows of a statement without parameters but its own, for a thread that may wait."""
    sql, constants, names = statement.on(DIALECT)
    return connection.execute(sql, [constants[name] for name in names]).fetchall()


class PostgresDatabase:
    """Serves the dataset that was loaded last. A thread looks for it, so that no request waits for a look."""

    run: Run = staticmethod(run)

    def __init__(self, url: str, size: int) -> None:
        check(url)
        self.url, self.size = url, size
        self._release: PostgresRelease | None = None
        self._looked, self._closed = Event(), Event()
        self._start = Lock()
        self._watcher: Thread | None = None
        self._pointer: Connection[Row] | None = None

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
        while not self._closed.is_set():
            try:
                self._look()
            except (Unavailable, psycopg.Error) as error:
                if self._release is not None or not self._looked.is_set():
                    log.error("no dataset can be served (%s); %s", error.__cause__ or error, LOAD)
                self._release = None
            finally:
                self._looked.set()
            self._closed.wait(database.CHECK_EVERY)
        self._let_go()

    def _look(self) -> None:
        """Serve what was loaded last. Raises Unavailable where there is nothing to serve."""
        found, old = self._newest(), self._release
        if not found:
            raise Unavailable
        at, schema = found[0]
        # A replica may lag behind the server that told of what is served now: go back only if that is gone.
        if old is not None and at <= old.at and not old.pool.gone:
            return
        try:
            with connect(self.url, schema) as connection:
                told = told_by(connection, dataset())[0]
            self._release = PostgresRelease(Pool(self.url, schema, self.size), at, told)
        except (Unavailable, *LOST):
            if old is None or old.pool.gone:
                raise
            return
        if old is not None:
            log.info("serving dataset %s in place of %s", self._release.version, old.version)

    def _newest(self) -> list[Row]:
        """What the kept connection tells, or a new one where its server has gone."""
        for _ in range(ATTEMPTS - 1):
            try:
                return self._told()
            except LOST:
                self._let_go()
        return self._told()

    def _told(self) -> list[Row]:
        if self._pointer is None:
            self._pointer = connect(self.url, POINTER)
        return told_by(self._pointer, newest())

    def _let_go(self) -> None:
        if self._pointer is not None:
            self._pointer.close()
            self._pointer = None

    def close(self) -> None:
        self._closed.set()
        if self._watcher is not None:
            self._watcher.join()
        self._release = None
