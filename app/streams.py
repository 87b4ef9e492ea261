"""Whole lists, sent while they are read: keyset page by keyset page, from one release, in constant memory."""

from asyncio import sleep
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from typing import Any

from app import queries
from app.database import Release, Row
from app.listings import Listing

BATCH = 200
"""How many rows are in memory at a time."""


@dataclass(frozen=True)
class Writer:
    """How a format writes a list: what comes first, each row from its stored text, what comes last."""

    row: Callable[[str], str]
    head: str = ""
    tail: str = ""


@dataclass(frozen=True)
class Selection:
    """The rows of a list that a request asks for, in their order."""

    release: Release
    listing: Listing
    shape: queries.Shape
    sorting: queries.Sorting
    values: dict[str, Any]

    def batch(self, last: Row | None) -> list[Row]:
        """The rows that follow one, or the first ones."""
        keys = {f"k{index}": key for index, key in enumerate(last[1:])} if last else {}
        statement = queries.page_statement(self.listing, self.shape, self.sorting, last is not None, False)
        return self.release.fetch(statement, {**self.values, **keys, "limit": BATCH})

    def batches(self) -> Iterator[list[Row]]:
        rows = self.batch(None)
        while rows:
            yield rows
            rows = self.batch(rows[-1]) if len(rows) == BATCH else []


async def stream(selection: Selection, writer: Writer) -> AsyncIterator[str]:
    """The text of a list in pieces; between two of them other requests have their turn."""
    yield writer.head
    for rows in selection.batches():
        yield "".join(writer.row(row[0]) for row in rows)
        await sleep(0)
    yield writer.tail
