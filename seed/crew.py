"""Processes that work out what the builder stores: it alone writes, and in its own order."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
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
"""Batches after which what is logged is brought into the file itself."""
Task = TypeVar("Task")
Result = TypeVar("Result")


class Crew:
    """So many helping processes; without any the builder does it all."""

    def __init__(self, helpers: int = 0) -> None:
        self.helpers, self.batches = helpers, 0

    def each(self, work: Callable[[Task], Result], tasks: Iterable[Task]) -> Iterator[Result]:
        """What comes of each task, in their order, and so few ahead that they fit into memory.

        Helpers end with their tasks: what they took of memory they would keep, and the next work has new ones at once."""
        if not self.helpers:
            yield from map(work, tasks)
            return
        with ProcessPoolExecutor(self.helpers, context()) as pool:
            waiting: deque[Future[Result]] = deque()
            for task in tasks:
                waiting.append(pool.submit(work, task))
                if len(waiting) > self.helpers:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()

    def commit(self, connection: Connection) -> None:
        """Now and then, and then bring what is logged into the file: to do so for each batch would write the same pages again and again."""
        self.batches += 1
        if self.batches % LOGGED == 0:
            connection.commit()
            if self.helpers:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(RESTART)")


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
