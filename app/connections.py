"""Connections to PostgreSQL: few, kept, read-only, waited for by the event loop, and made anew where a server has gone.

A request asks and is waiting; no thread is. What comes between it and the server is libpq, as psycopg gives it (psycopg.pq):
the cursors that psycopg lays over it cost a request more than all else that it does here.
"""

from asyncio import Event, Future, Semaphore, get_running_loop, timeout
from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg.adapt import Dumper, PyFormat, Transformer
from psycopg.conninfo import conninfo_to_dict
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus, Format
from psycopg.pq.abc import PGconn, PGresult

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
PREPARED = 256
"""Statements that a connection keeps prepared; when there are more, it begins anew."""


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


def parameters(url: str, schema: str) -> dict[str, Any]:
    """A connection that cannot write and that sees one schema. The role that it is given should not be able to write either."""
    given = conninfo_to_dict(url)
    settings = (
        f"-c statement_timeout={STATEMENT_SECONDS * 1000:.0f}",
        str(given.get("options") or ""),
        "-c default_transaction_read_only=on",
        f"-c search_path={schema},{POINTER},public",
    )
    return {**DEFAULTS, **given, "options": " ".join(settings), "autocommit": True}


def connect(url: str, schema: str) -> psycopg.Connection[Row]:
    """A connection for a thread of its own."""
    return psycopg.connect(**parameters(url, schema), cursor_factory=psycopg.RawCursor)


class Connection:
    """A connection for requests; its statements are prepared when they are first sent."""

    def __init__(self, own: psycopg.AsyncConnection[Row]) -> None:
        self.own, self.pgconn = own, own.pgconn
        self.prepared: dict[str, bytes] = {}
        for type_ in (Text, Parts):
            own.adapters.register_dumper(type_, TsqueryDumper)

    async def fetch(self, sql: str, values: Sequence[Any]) -> list[Row]:
        name = self.prepared.get(sql) or await self.prepare(sql)
        adapter = Transformer(self.own)
        given = adapter.dump_sequence(values, [PyFormat.TEXT] * len(values))
        self.pgconn.send_query_prepared(name, given, result_format=Format.BINARY)
        result = await answered(self.pgconn)
        adapter.set_pgresult(result)
        return adapter.load_rows(0, result.ntuples, tuple)

    async def prepare(self, sql: str) -> bytes:
        if len(self.prepared) == PREPARED:
            self.pgconn.send_query(b"DEALLOCATE ALL")
            await answered(self.pgconn)
            self.prepared.clear()
        name = b"s%d" % len(self.prepared)
        self.pgconn.send_prepare(name, sql.encode())
        await answered(self.pgconn)
        self.prepared[sql] = name
        return name

    def close(self) -> None:
        self.pgconn.finish()


async def answered(pgconn: PGconn) -> PGresult:
    """The server's answer to what was sent. Raises psycopg.Error where that is one, or where the server has gone."""
    loop, socket = get_running_loop(), pgconn.socket
    while pgconn.flush():
        writable = Event()
        loop.add_writer(socket, writable.set)
        try:
            await writable.wait()
        finally:
            loop.remove_writer(socket)
    whole: Future[None] = loop.create_future()
    loop.add_reader(socket, take_in, pgconn, whole)
    try:
        await whole
    finally:
        loop.remove_reader(socket)
    result = pgconn.get_result()
    while pgconn.get_result():
        pass
    if result is None or result.status == ExecStatus.FATAL_ERROR:
        raise error_from_result(result) if result else psycopg.OperationalError("the server says nothing")
    return result


def take_in(pgconn: PGconn, whole: "Future[None]") -> None:
    """Read what has arrived; tell when the answer is there as a whole."""
    try:
        pgconn.consume_input()
        over = not pgconn.is_busy()
    except psycopg.Error as error:
        if not whole.done():
            whole.set_exception(error)
    else:
        if over and not whole.done():
            whole.set_result(None)


class Pool:
    """At most so many connections to one schema; who came first is served first, by the connection that was used last."""

    def __init__(self, url: str, schema: str, size: int) -> None:
        self.url, self.schema = url, schema
        self.idle: list[Connection] = []
        self.places = Semaphore(size)
        self.gone = False
        """Whether the schema was not there any more when it was last asked for something."""

    async def fetch(self, sql: str, values: Sequence[Any]) -> list[Row]:
        """Raises Overloaded where the others are slow to go, Unavailable where no server takes a connection."""
        try:
            async with timeout(PATIENCE if self.places.locked() else None):
                await self.places.acquire()
        except TimeoutError:
            raise Overloaded from None
        try:
            connection = self.taken() or await self.connection()
            try:
                rows = await connection.fetch(sql, values)
            except BaseException:
                connection.close()  # nobody knows what it was in the middle of
                raise
            self.idle.append(connection)
            return rows
        finally:
            self.places.release()

    def taken(self) -> Connection | None:
        try:
            return self.idle.pop()
        except IndexError:
            return None

    async def connection(self) -> Connection:
        try:
            return Connection(await psycopg.AsyncConnection.connect(**parameters(self.url, self.schema)))
        except psycopg.Error as error:
            raise Unavailable from error

    def clear(self) -> None:
        """Close what is idle; what is in use is closed by whoever finds it broken."""
        while connection := self.taken():
            connection.close()
