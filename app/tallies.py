"""Totals and facets of large lists, counted when the database was built: to count a million rows takes a request too long."""

import json
from functools import lru_cache

from sqlalchemy import Integer, bindparam, cast, func, select

from app.database import Compiled, compiled
from app.listings import Filter, Listing
from app.models import Tally, table
from app.periods import Shape, between, files, limits
from app.queries import MAX_VALUES, period_counts, summed
from app.vocabularies import RecordType

MANY = 20_000
"""Lists with more records than this have their totals and facets stored."""
WHOLE = ""
"""The filter, and the value, of the total of a whole list; the value of a facet where a record has none."""
DAY = "day"
"""The filter, though no list has it, under which the records that last one day are counted by that day."""
TALLY = table(Tally)


def tallied(listing: Listing, counts: str) -> bool:
    """Whether a list is so long that its totals are stored, by the counts of all records."""
    known = numbers(counts)
    return sum(known.get(type_, 0) for type_ in listing.mixed or (listing.type,)) > MANY


@lru_cache(maxsize=4)
def numbers(counts: str) -> dict[str, int]:
    found: dict[str, int] = json.loads(counts)
    return found


def countable(filter_: Filter) -> bool:
    """Whether a facet has few enough values to be stored; a filter that may name any record has not."""
    return filter_.facet and len(filter_.refs) < len(RecordType)


@lru_cache
def tally_statement(listing: Listing, name: str) -> Compiled:
    """How many records of a whole list have each value of a filter."""
    where = (TALLY.c.path == listing.path, TALLY.c.filter == name)
    counts = select(func.nullif(TALLY.c.value, WHOLE), TALLY.c.records).where(*where)
    ordered = counts.order_by(TALLY.c.records.desc(), TALLY.c.value)
    return compiled(ordered.limit(MAX_VALUES + 1), remembered=True)


@lru_cache
def tallied_total_statement(listing: Listing, name: str) -> Compiled:
    """How many records of a list have one value of a filter: none if it is not stored."""
    key = (TALLY.c.path == listing.path, TALLY.c.filter == name, TALLY.c.value == bindparam("value"))
    return compiled(
        select(cast(func.coalesce(func.sum(TALLY.c.records), 0), Integer)).where(*key), remembered=True
    )


@lru_cache
def tallied_period_statement(listing: Listing, shape: Shape) -> Compiled:
    """How many records of a list are in a period: those that last a day are stored, and the others are counted."""
    days = select(func.coalesce(func.sum(TALLY.c.records), 0).label("records"))
    days = days.where(TALLY.c.path == listing.path, TALLY.c.filter == DAY)
    longer = period_counts(listing, shape, (reach for reach in files(shape) if reach))
    return summed([days.where(*between(TALLY.c.value, *limits(shape, 0))), *longer])
