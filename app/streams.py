"""Whole lists, sent while they are read: keyset page by keyset page, from one release, in constant memory."""

from asyncio import sleep
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from typing import Any, TypeVar
from weakref import WeakSet

from app import queries
from app.conditions import Shape, Sorting
from app.database import Release, Row, Run
from app.listings import Listing
from app.problems import OVERLOADED, ApiError

P = TypeVar("P", str, bytes)
BATCH = 50
"""How many rows are in memory at a time."""
MAX_STREAMS = 32
"""Long answers that are under way at a time: each takes a few MB, and pages need none of these places."""


@dataclass(frozen=True)
class Selection:
    """The rows of a list that a request asks for, in their order."""

    release: Release
    listing: Listing
    shape: Shape
    sorting: Sorting
    values: dict[str, Any]

    def page(self, last: Row | None) -> list[Row]:
        """The rows that follow one, or the first ones."""
        keys = {f"k{index}": key for index, key in enumerate(last[1:])} if last else {}
        statement = queries.page_statement(self.listing, self.shape, self.sorting, last is not None, False)
        return self.release.fetch(statement, {**self.values, **keys, "limit": BATCH})

    def texts(self) -> Iterator[list[str]]:
        """The stored text of every row, a batch at a time."""
        rows = self.page(None)
        while rows:
            yield [row[0].decode() for row in rows]
            rows = self.page(rows[-1]) if len(rows) == BATCH else []


class Place:
    """One of the streams that are under way; an answer that is never begun lets go of it as well."""


UNDER_WAY: WeakSet[Place] = WeakSet()


def stream(pieces: Iterable[P], run: Run | None) -> AsyncIterator[P]:
    """A document in pieces. The first is made at once: what fails then is a problem, not an answer that breaks off.

    Raises ApiError where as many are under way as the process may have.
    """
    if len(UNDER_WAY) >= MAX_STREAMS:
        raise ApiError(OVERLOADED, OVERLOADED.meaning, headers={"Retry-After": "5"})
    place = Place()
    UNDER_WAY.add(place)
    rest = iter(pieces)
    return in_turns(chain(list(islice(rest, 1)), rest), run, place)


async def in_turns(pieces: Iterable[P], run: Run | None, place: Place) -> AsyncIterator[P]:
    """Between two pieces other requests have their turn, and while one is waited for."""
    try:
        following = partial(next, iter(pieces), None)
        while (piece := await run(following) if run else following()) is not None:
            yield piece
            await sleep(0)
    finally:
        UNDER_WAY.discard(place)
