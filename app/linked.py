"""Lists by one link, as by an organization: of all that the organization has only what comes before the end of the page is read.

The table of the link is read in the order of the page, and what else is asked for is looked up row by row. The link repeats
the first day of its record, but not how long that lasts: where a range of days is asked for, what begins in it is read in
order, and what began before and may reach into it is found by its file (app/periods.py); the two have nothing in common.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import Select, String, bindparam, func, literal, select, union_all

from app.conditions import Key, Shape, Sorting, base, beyond, comparisons, conditions, past, reached, turned
from app.database import Compiled, compiled
from app.listings import Filter, Listing, Sort
from app.models import Record, table
from app.octets import octets
from app.periods import BEFORE_ALL, PERIOD, between, filed, lasting, limits

RECORD = table(Record)


class Link(NamedTuple):
    """A filter by a link, and what else is asked for."""

    filter: Filter
    own: Shape
    others: Shape

    @property
    def dated(self) -> bool:
        return any(name in PERIOD for name, _ in self.others)


def link_of(listing: Listing, shape: Shape, keys: Sorting) -> Link | None:
    """The link by which a list is read: there is one alone, with one value, and its table repeats the sort key.

    Not beside another id, for that may have by far the fewer records."""
    if len(keys) != 1:
        return None
    names = [name for name, count in shape if count == 1 and keys[0].name in listing.filters[name].repeats]
    others = tuple(one for one in shape if one[0] not in names)
    plain = all(listing.filters[name].record is None and not listing.filters[name].refs for name, _ in others)
    return Link(listing.filters[names[0]], ((names[0], 1),), others) if len(names) == 1 and plain else None


def by(sorts: dict[str, Sort], key: Key) -> Any:
    sort = sorts[key.name]
    return sort.descending if key.descending else sort.ascending


def linked_page(listing: Listing, link: Link, key: Key, after: bool, backward: bool) -> Compiled:
    """The rows of a page and their sort keys."""
    descending = [key.descending != backward] * 2
    if link.dated:
        return dated_page(listing, link, key, after, descending)
    columns = [by(link.filter.repeats, key), link.filter.record]
    row = octets(func.min(listing.row))
    if link.others:
        found = checked(listing, link, row, *columns)
        found = found.join(RECORD, RECORD.c.id == link.filter.record, isouter=True)
    else:
        found = linked(listing, link, row, *columns)
    if after:
        found = found.where(beyond(columns, descending))
    # Grouped, because two links may lead to one record.
    found = found.group_by(*columns).order_by(*turned(columns, descending))
    return compiled(found.limit(bindparam("limit")))


def linked(listing: Listing, link: Link, *columns: Any) -> Select[Any]:
    """What is linked with the value, and is of the list by its type."""
    found: Select[Any] = select(*columns).select_from(link.filter.column.class_)
    found = found.join(RECORD, RECORD.c.id == link.filter.record)
    types = [literal(type_.value) for type_ in listing.mixed or (listing.type,)]
    return found.where(*comparisons(listing, link.own), RECORD.c.type.in_(types))


def checked(listing: Listing, link: Link, *columns: Any) -> Select[Any]:
    """What is linked with the value, and fulfils the other conditions."""
    found: Select[Any] = select(*columns).select_from(link.filter.column.class_)
    found = found.join(table(listing.table), listing.id == link.filter.record)
    return found.where(*comparisons(listing, link.own), *conditions(listing, link.others))


def dated_page(listing: Listing, link: Link, key: Key, after: bool, descending: list[bool]) -> Compiled:
    """The same where a range of days is asked for: the ids are found first, and then the rows."""
    found = union_all(*dated(listing, link, key, descending if after else None))
    page = found.order_by(*turned(found.selected_columns, descending)).limit(bindparam("limit")).subquery()
    rows = select(octets(listing.row), *page.c).select_from(page)
    rows = rows.join(RECORD, RECORD.c.id == page.c.id, isouter=True)
    return compiled(rows.order_by(*turned(page.c, descending)))


def linked_total(listing: Listing, link: Link) -> Compiled:
    """How many records there are."""
    key = Key(next(iter(link.filter.repeats)), descending=False)
    undated = checked(listing, link, link.filter.record).distinct()
    found = union_all(*dated(listing, link, key)) if link.dated else undated
    return compiled(select(func.count()).select_from(found.subquery()), remembered=True)


def dated(listing: Listing, link: Link, key: Key, after: list[bool] | None = None) -> Iterator[Select[Any]]:
    """The keys of what fulfils all conditions, where one is a range of days."""
    yield begun_within(listing, link, key, after)
    if any(lasting(link.others)):
        yield begun_before(listing, link, key, after)


def begun_within(listing: Listing, link: Link, key: Key, after: list[bool] | None) -> Select[Any]:
    """What begins in the range, in order; once, though two links may lead to one record."""
    columns = [by(link.filter.repeats, key), link.filter.record]
    low, high = limits(link.others, 0)
    if after:
        (high if after[0] else low).append(bindparam("k0", type_=String))
    found = checked(listing, link, columns[0].label("first"), columns[1].label("id")).distinct()
    found = found.where(reached(listing) < literal(BEFORE_ALL), *between(columns[0], low, high))
    return found.where(past(columns, after)) if after else found


def begun_before(listing: Listing, link: Link, key: Key, after: list[bool] | None) -> Select[Any]:
    """What began before the range, and may reach into it."""
    columns = [by(listing.sorts, key), listing.id]
    ids = union_all(*(filed_before(listing, link, columns[0], reach) for reach in lasting(link.others)))
    linked = select(link.filter.record).where(link.filter.record == listing.id)
    found = base(listing, link.others, columns[0].label("first"), columns[1].label("id"))
    found = found.where(listing.id.in_(ids), linked.where(*comparisons(listing, link.own)).exists())
    return found.where(past(columns, after)) if after else found


def filed_before(listing: Listing, link: Link, first: Any, reach: int) -> Select[Any]:
    """The ids of such records in one of the files."""
    found = select(listing.id).where(
        filed(reached(listing), reach), *between(first, *limits(link.others, reach))
    )
    found = found.correlate(None)
    return found.where(first < bindparam("reach_0")) if reach < BEFORE_ALL else found
