"""The set of what is in a period (app/sets.py): of what lasts a day one set is stored for each year, and the rest is looked up."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select, union_all

from app.conditions import Shape, reached
from app.database import Compiled, Release, compiled
from app.listings import Listing
from app.models import OPEN_END, OPEN_START
from app.periods import filed, files
from app.queries import in_files
from app.search import DOCUMENT
from app.sets import VALUE_SET, of_numbers, unpacked

YEAR = "year"
"""The filter, though no list has it, under which the records that last one day have sets."""


class Days(NamedTuple):
    """From one day to another."""

    first: str
    last: str

    @property
    def whole_years(self) -> tuple[int, int]:
        """The first and the last year of which they have every day; there is none where these come the other way round."""
        first, last = int(self.first[:4]), int(self.last[:4])
        return first + (self.first[4:] > "-01-01"), last - (self.last[4:] < "-12-31")

    def beside_years(self) -> Iterator["Days"]:
        """The days that are in no whole year."""
        first, last = self.whole_years
        if first > last:
            yield self
            return
        if self.first < f"{first:04}-01-01":
            yield Days(self.first, f"{first - 1:04}-12-31")
        if self.last > f"{last:04}-12-31":
            yield Days(f"{last + 1:04}-01-01", self.last)


def in_period(
    release: Release,
    listing: Listing,
    period: Shape,
    filters: Mapping[str, list[Any]],
    values: dict[str, Any],
) -> int:
    """The documents of the records in a period."""
    asked = {name.rpartition("_")[2]: filters[name][0] for name, _ in period}
    days = Days(asked.get("from", OPEN_START), asked.get("to", OPEN_END))
    first, last = (f"{year:04}" for year in days.whole_years)
    years = {"path": listing.path, "first": first, "last": last}
    found = 0
    for (bits,) in release.fetch(years_statement(), years):
        found |= unpacked(bits)
    for some in days.beside_years():
        rows = release.fetch(days_statement(listing), {"first": some.first, "last": some.last})
        found |= of_numbers(row[0] for row in rows)
    return found | of_numbers(row[0] for row in release.fetch(longer_statement(listing, period), values))


@lru_cache
def years_statement() -> Compiled:
    key = (VALUE_SET.c.path == bindparam("path"), VALUE_SET.c.filter == YEAR)
    return compiled(
        select(VALUE_SET.c.bits).where(*key, VALUE_SET.c.value.between(bindparam("first"), bindparam("last")))
    )


def numbered(listing: Listing, found: Any) -> Any:
    return found.join(DOCUMENT, DOCUMENT.c.record_id == listing.id)


@lru_cache
def days_statement(listing: Listing) -> Compiled:
    """The documents of what lasts a day, between two days."""
    within = listing.sorts["date"].ascending.between(bindparam("first"), bindparam("last"))
    found = select(DOCUMENT.c.id).select_from(listing.table)
    return compiled(numbered(listing, found).where(filed(reached(listing), 0), within))


@lru_cache
def longer_statement(listing: Listing, period: Shape) -> Compiled:
    """The documents of what lasts longer, and may be in a period."""
    reaches = (reach for reach in files(period) if reach)
    found = in_files(listing, period, reaches, DOCUMENT.c.id)
    return compiled(union_all(*(numbered(listing, one) for one in found)))
