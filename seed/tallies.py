"""The totals and facets of large lists, counted once."""

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

from sqlalchemy import Connection, func, select

from app import models as m
from app.conditions import reached
from app.listings import LISTINGS, Listing
from app.queries import facet_statement
from app.tallies import DAY, TALLY, WHOLE, countable, tallied
from app.timeline import TIMELINE
from seed.rows import Row, store

BATCH = 1000
"""Rows that are stored at a time; a filter may have a value for every record."""


def tallies(connection: Connection, counts: dict[str, int]) -> None:
    """Count every list that is too long to be counted when it is asked for."""
    for listing in (*LISTINGS.values(), TIMELINE):
        if tallied(listing, json.dumps(counts)):
            found = rows(connection, listing)
            while some := list(islice(found, BATCH)):
                store(connection, TALLY, some)


def rows(connection: Connection, listing: Listing) -> Iterator[Row]:
    whole = connection.scalar(select(func.count()).select_from(m.table(listing.table)))
    yield {"path": listing.path, "filter": WHOLE, "value": WHOLE, "records": whole}
    for name, filter_ in listing.filters.items():
        if countable(filter_):
            facet: Any = facet_statement(listing, (), name).clause
            for value, records in connection.execute(facet.limit(None)):
                given = WHOLE if value is None else str(value)
                yield {"path": listing.path, "filter": name, "value": given, "records": records}
    if "reach" in m.table(listing.table).c:
        day = listing.sorts["date"].ascending
        days = select(day, func.count()).where(reached(listing) == 0).group_by(day)
        for value, records in connection.execute(days):
            yield {"path": listing.path, "filter": DAY, "value": value, "records": records}
