"""The filters and sorts of a query, as what every statement about a list is made of."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Integer,
    LargeBinary,
    Select,
    and_,
    bindparam,
    cast,
    func,
    literal,
    or_,
    select,
    tuple_,
)

from app.listings import Filter, Listing
from app.models import table
from app.periods import earlier
from app.search import DOCUMENT

Shape = tuple[tuple[str, int], ...]
"""The filters of a query and how many values each has: what its statement depends on, besides the sort."""


NUMBERED: Shape = (("numbered", 1),)
"""Records by the numbers of their documents, in place of the filters that chose them (app/chosen.py)."""
STANDING = ("standing", 1)
"""In place of filters, though not of a period: records whose number has a 1 among the digits of a set (app/sets.py)."""


class Key(NamedTuple):
    """One key of a sort."""

    name: str
    descending: bool


Sorting = tuple[Key, ...]


def conditions(listing: Listing, shape: Shape) -> Iterator[ColumnElement[bool]]:
    """What a row must fulfil; filters that are about one link are asked of one link."""
    together: dict[Any, Shape] = defaultdict(tuple)
    for name, count in shape:
        if (name, count) == STANDING:
            yield standing(listing.id, *asked(name, count))
            continue
        filter_ = listing.filters[name]
        if filter_.together:
            together[filter_.record] += ((name, count),)
        else:
            yield matches(listing, filter_, asked(name, count))
    for record, about in together.items():
        yield listing.id.in_(select(record).where(*comparisons(listing, about)))


def standing(id_: Any, digits: Any) -> ColumnElement[bool]:
    number = select(DOCUMENT.c.id).where(DOCUMENT.c.record_id == id_).scalar_subquery()
    digit = func.substr(cast(digits, LargeBinary), cast(number, Integer) + 1, 1)
    condition: ColumnElement[bool] = digit == cast(literal(b"1"), LargeBinary)
    return condition


def asked(name: str, count: int) -> list[Any]:
    """The values of a filter, as parameters of a statement."""
    return [bindparam(f"given_{name}_{index}") for index in range(count)]


def comparisons(listing: Listing, shape: Shape) -> list[ColumnElement[bool]]:
    """What filters ask of one link."""
    filters = ((listing.filters[name], asked(name, count)) for name, count in shape)
    return [filter_.compare(filter_.column, values) for filter_, values in filters]


def matches(listing: Listing, filter_: Filter, values: list[Any]) -> ColumnElement[bool]:
    clause = filter_.compare(filter_.column, values)
    if filter_.record is not None:
        linked = select(filter_.record).where(clause)
        clause = listing.id.in_(linked if filter_.where is None else linked.where(filter_.where))
    return or_(clause, matches(listing, filter_.either, values)) if filter_.either else clause


def parameters(filters: Mapping[str, list[Any]]) -> dict[str, Any]:
    """The values of a query, under the names that its statement gives them."""
    return earlier(filters) | {
        f"given_{name}_{index}": value
        for name, values in filters.items()
        for index, value in enumerate(values)
    }


def base(listing: Listing, shape: Shape, *columns: Any) -> Select[Any]:
    statement: Select[Any] = select(*columns).select_from(listing.table)
    return statement.where(*conditions(listing, shape))


def directions(sorting: Sorting) -> list[bool]:
    return [key.descending for key in sorting] + [sorting[-1].descending]


def turned(columns: Iterable[Any], descending: list[bool]) -> list[Any]:
    """What a page is ordered by: each column in its direction."""
    return [column.desc() if down else column.asc() for column, down in zip(columns, descending, strict=True)]


def reached(listing: Listing) -> Any:
    """The column that files the records of a list by how long they last."""
    return table(listing.table).c.reach


def past(columns: list[Any], descending: list[bool]) -> ColumnElement[bool]:
    """Rows that come after the keys k0, k1 … where all keys have one direction."""
    left, right = tuple_(*columns), tuple_(*(bindparam(f"k{index}") for index in range(len(columns))))
    return left < right if descending[0] else left > right


def beyond(columns: list[Any], descending: list[bool]) -> ColumnElement[bool]:
    """Rows that come after the keys: one row comparison, or one for each key where directions differ.

    The first key is compared alone besides: an index over an expression is entered by it, but not by a row.
    """
    values: list[Any] = [bindparam(f"k{index}") for index in range(len(columns))]
    first = columns[0] <= values[0] if descending[0] else columns[0] >= values[0]
    if len(set(descending)) == 1:
        return and_(first, past(columns, descending))
    steps = []
    for index, (column, value) in enumerate(zip(columns, values, strict=True)):
        equal = [columns[n] == values[n] for n in range(index)]
        steps.append(and_(*equal, column < value if descending[index] else column > value))
    return and_(first, or_(*steps))
