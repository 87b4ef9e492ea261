"""Processes that work out what the builder stores: it alone writes, and in its own order."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from functools import cache
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.context import BaseContext
from typing import NamedTuple, TypeVar

from sqlalchemy import Connection, Engine, NullPool, create_engine, select

from app.listings import LISTINGS
from app.vocabularies import RecordType

BATCH = 250
"""Records that are worked on at a time, so that what comes of them fits into memory."""
LOGGED = 20
"""Batches after which what is logged is in the file itself."""
Task = TypeVar("Task")
Result = TypeVar("Result")


class Crew:
    """So many helping processes; without any the builder does it all."""

    def __init__(self, helpers: int, pool: ProcessPoolExecutor | None) -> None:
        self.helpers, self.pool, self.commits = helpers, pool, 0

    def each(self, work: Callable[[Task], Result], tasks: Iterable[Task]) -> Iterator[Result]:
        """What comes of each task, in their order, and so few ahead that they fit into memory."""
        if self.pool is None:
            yield from map(work, tasks)
            return
        waiting: deque[Future[Result]] = deque()
        for task in tasks:
            waiting.append(self.pool.submit(work, task))
            if len(waiting) > self.helpers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

    def commit(self, connection: Connection) -> None:
        """Let the helpers read what is stored, and now and then empty the log, which they keep from being begun anew."""
        connection.commit()
        self.commits += 1
        if self.pool is not None and self.commits % LOGGED == 0:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(RESTART)")


@contextmanager
def crew(helpers: int) -> Iterator[Crew]:
    if not helpers:
        yield Crew(0, None)
        return
    with ProcessPoolExecutor(helpers, context()) as pool:
        yield Crew(helpers, pool)


def context() -> BaseContext:
    """Helpers are forked from one process that has loaded what all of them need, where a system can fork."""
    if "forkserver" not in get_all_start_methods():
        return get_context("spawn")
    forking = get_context("forkserver")
    forking.set_forkserver_preload(["seed.preloaded"])
    return forking


class Batch(NamedTuple):
    """Some records of one type, in a database."""

    url: str
    type: RecordType
    ids: list[str]

    def connect(self) -> Connection:
        return engine(self.url).connect()


@cache
def engine(url: str) -> Engine:
    return create_engine(url, poolclass=NullPool)  # the last step of a build needs the file for itself


def batches(connection: Connection, type_: RecordType) -> Iterator[Batch]:
    """All records of a type."""
    url = connection.engine.url.render_as_string(hide_password=False)
    last, id_ = "", LISTINGS[type_].id
    ids = select(id_).order_by(id_).limit(BATCH)
    while found := list(connection.scalars(ids.where(id_ > last))):
        yield Batch(url, type_, found)
        last = found[-1]
