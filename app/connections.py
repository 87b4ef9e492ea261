"""Connections to PostgreSQL: few, kept, read-only, and made anew where a server has gone."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import Any

import psycopg
from psycopg import Connection
from psycopg.adapt import Dumper
from psycopg.conninfo import conninfo_to_dict

from app.database import STATEMENT_SECONDS, Row
from app.problems import Overloaded, Unavailable
from app.search import Parts, Text

DEFAULTS = {
    "application_name": "nato-osce-cooperation-api",
    "connect_timeout": 3,
    "tcp_user_timeout": 5000,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
}
"""A server that is cut off is given up after some seconds; whatever the URL says goes first."""
POINTER = "cooperation"
"""The schema that says which schema holds the newest dataset, and has what all of them use."""
PATIENCE = 2.0
"""Seconds that a request waits for a connection while others use all of them."""


class TsqueryDumper(Dumper):
    """What a search asks for, as PostgreSQL takes it."""

    def dump(self, obj: Text | Parts) -> bytes:
        return obj.tsquery.encode()


def check(url: str) -> None:
    """Raises ValueError for what is no URL of a database, without its text, which may hold a password."""
    try:
        conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        raise ValueError("APP_DATABASE_URL is no URL of a PostgreSQL database as libpq takes it") from None


def connect(url: str, schema: str) -> Connection[Row]:
    """A connection that cannot write and that sees one schema. The role that it is given should not be able to write either."""
    given = conninfo_to_dict(url)
    settings = (
        f"-c statement_timeout={STATEMENT_SECONDS * 1000:.0f}",
        str(given.get("options") or ""),
        "-c default_transaction_read_only=on",
        f"-c search_path={schema},{POINTER},public",
    )
    parameters: dict[str, Any] = {**DEFAULTS, **given, "options": " ".join(settings)}
    connection = psycopg.connect(**parameters, autocommit=True, prepare_threshold=1)
    for type_ in (Text, Parts):
        connection.adapters.register_dumper(type_, TsqueryDumper)
    return connection


class Pool:
    """At most so many connections to one schema; the one that was used last is used next."""

    def __init__(self, url: str, schema: str, size: int) -> None:
        self.url, self.schema = url, schema
        self.idle: list[Connection[Row]] = []
        self.places = BoundedSemaphore(size)
        self.gone = False
        """Whether the schema was not there any more when it was last asked for something."""

    def fetch(self, sql: str, parameters: Mapping[str, Any]) -> list[Row]:
        with self.connection() as connection:
            return connection.execute(sql, parameters, binary=True).fetchall()

    @contextmanager
    def connection(self) -> Iterator[Connection[Row]]:
        """One that is free, or a new one. Raises Unavailable where no server takes it."""
        if not self.places.acquire(timeout=PATIENCE):
            raise Overloaded
        try:
            connection = self.taken()
            try:
                yield connection
            except BaseException:
                connection.close()  # nobody knows what it was in the middle of
                raise
            self.idle.append(connection)
        finally:
            self.places.release()

    def taken(self) -> Connection[Row]:
        try:
            return self.idle.pop()
        except IndexError:
            pass
        try:
            return connect(self.url, self.schema)
        except psycopg.Error as error:
            raise Unavailable from error

    def clear(self) -> None:
        """Close what is idle; what is in use is closed by whoever finds it broken."""
        while self.idle:
            try:
                self.idle.pop().close()
            except IndexError:
                return  # another thread closed the last one
