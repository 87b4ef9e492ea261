"""The records of a list that a query asks for: how many they are, and how a page of them is found, in the way that costs least.

Of a large list one value of a filter was counted when the database was built (app/tallies.py); what several filters or
words leave is counted by sets (app/sets.py). What has neither is counted by the database, when it is first asked for.
"""

import json
from collections.abc import Iterator
from functools import cached_property, reduce
from operator import and_, or_
from typing import Any

from app.conditions import NUMBERED, STANDING, Shape, Sorting, parameters
from app.database import Release, Row
from app.days import in_period
from app.linked import link_of
from app.listings import Listing
from app.periods import PERIOD, by_period
from app.queries import facet_statement, same_link, total_statement
from app.search import FACTS
from app.sets import digits, every_set, members, stored, with_words
from app.tallies import (
    WHOLE,
    countable,
    tallied,
    tallied_period_statement,
    tallied_total_statement,
    tally_statement,
)

FEW = 5000
"""So many records are looked up and sorted; among more, a list is read in its order until a page is full."""


class Chosen:
    """The records of a list that fulfil all filters of a query."""

    def __init__(self, release: Release, listing: Listing, filters: dict[str, list[Any]]) -> None:
        self.release, self.listing, self.filters = release, listing, filters
        self.shape: Shape = tuple((name, len(values)) for name, values in filters.items())
        self.period: Shape = tuple(one for one in self.shape if one[0] in PERIOD)
        self.values = parameters(filters)
        self.large = tallied(listing, release.counts)
        self.key = listing.path, *((name, *values) for name, values in filters.items())

    def total(self) -> int:
        """How many they are."""
        given = [(name, value) for name, values in self.filters.items() for value in values] or [
            (WHOLE, WHOLE)
        ]
        name, value = given[0]
        statement, values = None, self.values
        if self.large and by_period(self.shape):
            statement = tallied_period_statement(self.listing, self.shape)
        elif self.large and len(given) == 1 and (name == WHOLE or countable(self.listing.filters[name])):
            statement, values = tallied_total_statement(self.listing, name), {"value": str(value)}
        elif (known := self.total_by_sets) is not None:
            return known
        total: int = self.release.fetch(statement or total_statement(self.listing, self.shape), values)[0][0]
        return total

    def facet(self, name: str) -> list[Row]:
        """Each value of a filter with the number of those that have it, the most first; None stands for those without one."""
        if self.large and countable(self.listing.filters[name]):
            if not self.shape:
                return self.release.fetch(tally_statement(self.listing, name), {})
            found: list[Row] | None = self.release.remembered(
                (name, *self.key), lambda: self._facet_by_sets(name)
            )
            if found is not None:
                return found
        return self.release.fetch(facet_statement(self.listing, self.shape, name), self.values)

    def page(self, sorting: Sorting) -> tuple[Shape, dict[str, Any]]:
        """What finds a page of them: the filters, or the numbers of their documents if these are few, or their set."""
        if not self.large or not self.filters or by_period(self.shape):
            return self.shape, self.values
        in_order = self._in_order(sorting)
        total = self.total_by_sets if not in_order or len(self.values) > 1 else None
        if total is None or (in_order and total > FEW):
            return self.shape, self.values
        found = self.digits
        if total > FEW:
            return (*self.period, STANDING), {**self.values, "given_standing_0": found.encode()}
        return NUMBERED, {"given_numbered_0": json.dumps(list(members(found)))}

    def _in_order(self, sorting: Sorting) -> bool:
        """Whether the filters lead to an index that has the order of the page."""
        if "q" in self.filters:
            return False
        filters = ((self.listing.filters[name], count) for name, count in self.shape)
        own = not self.period and all(count == 1 and filter_.record is None for filter_, count in filters)
        return own or link_of(self.listing, self.shape, sorting) is not None

    @cached_property
    def digits(self) -> str:
        return digits(self.bits or 0)

    @cached_property
    def total_by_sets(self) -> int | None:
        """None where a filter has no sets."""
        total: int | None = self.release.remembered(self.key, self._total_by_sets) if self.large else None
        return total

    def _total_by_sets(self) -> int | None:
        return None if self.bits is None else self.bits.bit_count()

    def _facet_by_sets(self, name: str) -> list[Row] | None:
        linked = any(other != name and same_link(self.listing, other, name) for other in self.filters)
        bits = None if linked else self.bits
        if bits is None:
            return None
        sets = every_set(self.release, self.listing.path, name)
        counts = [(value, (bits & having).bit_count()) for value, having in sets]
        ordered = sorted(counts, key=lambda one: (-one[1], one[0]))
        return [(value or None, count) for value, count in ordered if count] if counts else None

    @cached_property
    def bits(self) -> int | None:
        """The set of their documents; none where a filter has no sets."""
        filters = {name: self.listing.filters[name] for name in self.filters}
        links = [filter_.record for filter_ in filters.values() if filter_.together]
        by_value = {name: filter_ for name, filter_ in filters.items() if name not in ("q", *PERIOD)}
        uncounted = not all(map(countable, by_value.values()))
        if uncounted or len(links) > len(set(links)) or self.listing.type in FACTS:
            return None  # nor can sets tell whether it is one link that fulfils two filters
        found: list[int] = []
        for bits in self._sets():
            if bits is None:
                return None
            found.append(bits)
        return reduce(and_, found)

    def _sets(self) -> Iterator[int | None]:
        """The set of the list, and that of each filter."""
        yield stored(self.release, self.listing.path, WHOLE, [WHOLE]).get(WHOLE)
        for name, values in self.filters.items():
            if name == "q":
                yield with_words(self.release, values[0])
            elif name not in PERIOD:
                yield self._having(name, values)
        if self.period:
            yield in_period(self.release, self.listing, self.period, self.filters, self.values)

    def _having(self, name: str, values: list[Any]) -> int | None:
        """What has one of some values; where a filter has sets there is one of what has no value."""
        found = stored(self.release, self.listing.path, name, [*values, WHOLE])
        return reduce(or_, found.values(), 0) if found.pop(WHOLE, None) is not None else None
