"""What every list and detail shares: one statement a question, compiled once for each shape of query."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    Integer,
    Select,
    String,
    bindparam,
    cast,
    func,
    literal,
    null,
    select,
    union,
    union_all,
)

from app.conditions import (
    NUMBERED,
    STANDING,
    Key,
    Shape,
    Sorting,
    asked,
    base,
    beyond,
    comparisons,
    directions,
    past,
    reached,
    turned,
)
from app.database import Compiled, compiled
from app.fulltext import Among
from app.linked import link_of, linked_page, linked_total
from app.listings import LISTINGS, Filter, Listing
from app.models import Detail, Picture, Record, Redirect, Retired, table
from app.octets import octets
from app.periods import between, by_period, filed, files, limits
from app.search import DOCUMENT
from app.vocabularies import RecordType

RECORD, DETAIL = table(Record), table(Detail)
REDIRECT, RETIRED = table(Redirect), table(Retired)
PICTURE = table(Picture)
MAX_VALUES = 10_000
"""Values of a facet; what has more is refused, and never cut."""


def keys(listing: Listing, sorting: Sorting) -> list[Any]:
    """The columns of a sort, always ended by the id."""
    sorts = [listing.sorts[key.name] for key in sorting]
    columns = [s.descending if k.descending else s.ascending for s, k in zip(sorts, sorting, strict=True)]
    return [*columns, RECORD.c.id if by_name(listing, sorting) else listing.id]


def by_name(listing: Listing, sorting: Sorting) -> bool:
    return sorting[0].name == "name" and not listing.mixed


@lru_cache(maxsize=1024)
def page_statement(listing: Listing, shape: Shape, sorting: Sorting, after: bool, backward: bool) -> Compiled:
    """Rows of a page as they are sent, and their sort keys; `after` continues from the keys k0, k1 …"""
    if shape == NUMBERED:
        return numbered_page(listing, sorting, after, backward)
    if STANDING not in shape and (link := link_of(listing, shape, sorting)):
        return linked_page(listing, link, sorting[0], after, backward)
    columns = keys(listing, sorting)
    period = tuple(one for one in shape if one != STANDING)
    if by_period(period) and [key.name for key in sorting] == ["date"]:
        return merged(listing, shape, columns, directions(sorting), after, backward)
    descending = [flag != backward for flag in directions(sorting)]
    # Outer, though each has its record, so that the table whose index has the order is read first.
    first = not by_name(listing, sorting)
    statement = base(listing, shape, octets(listing.row), *columns)
    statement = statement.join(RECORD, RECORD.c.id == listing.id, isouter=first)
    if by_name(listing, sorting):
        statement = statement.where(RECORD.c.type == literal(listing.type.value))
    if after:
        statement = statement.where(beyond(columns, descending))
    return compiled(statement.order_by(*turned(columns, descending)).limit(bindparam("limit")))


def numbered_page(listing: Listing, sorting: Sorting, after: bool, backward: bool) -> Compiled:
    """Rows of a page of a few records: their ids are found and sorted first, and then the rows are read."""
    columns = keys(listing, sorting)
    descending = [flag != backward for flag in directions(sorting)]
    found = select(DOCUMENT.c.record_id).where(Among(DOCUMENT.c.id, *asked("numbered", 1)))
    found = rows_of(listing, found, DOCUMENT.c.record_id)
    if after:
        found = found.where(beyond(columns, descending))
    order = turned(columns, descending)
    page = found.order_by(*order).limit(bindparam("limit")).subquery()
    rows = rows_of(listing, select(octets(listing.row), *columns).select_from(page), page.c.record_id)
    return compiled(rows.order_by(*order))


def rows_of(listing: Listing, statement: Select[Any], id_: Any) -> Select[Any]:
    """With the tables of a list, looked up by an id; outer, so that these are not read first."""
    listed = statement.join(table(listing.table), listing.id == id_, isouter=True)
    return listed.join(RECORD, RECORD.c.id == id_, isouter=True)


def merged(
    listing: Listing, shape: Shape, columns: list[Any], directions: list[bool], after: bool, backward: bool
) -> Compiled:
    """The rows of a period: those of every file in the order of the page, merged as they are read."""
    descending = [flag != backward for flag in directions]
    labelled = [column.label(f"by_{index}") for index, column in enumerate(columns)]
    branches = []
    for reach in files(shape):
        low, high = limits(shape, reach)
        branch = base(listing, shape, octets(listing.row), *labelled).join(
            RECORD, RECORD.c.id == listing.id, isouter=True
        )
        if after:
            (high if descending[0] else low).append(bindparam("k0", type_=String))
            branch = branch.where(past(columns, descending))
        branches.append(branch.where(filed(reached(listing), reach), *between(columns[0], low, high)))
    # SQLite merges by itself; PostgreSQL does where each file is in order and cut to a page.
    cut = [first(branch, labelled, descending) for branch in branches]
    merged = first(union_all(*branches), labelled, descending)
    return compiled(merged, on_server=first(union_all(*cut), labelled, descending))


def first(found: Any, columns: list[Any], descending: list[bool]) -> Any:
    """The first rows by columns that bear these names."""
    named = [found.selected_columns[column.name] for column in columns]
    return found.order_by(*turned(named, descending)).limit(bindparam("limit"))


@lru_cache(maxsize=1024)
def total_statement(listing: Listing, shape: Shape) -> Compiled:
    if by_period(shape):
        return period_total(listing, shape)
    for name in listing.own_sorts:
        link = link_of(listing, shape, (Key(name, descending=False),))
        if link and link.others:
            return linked_total(listing, link)
    return compiled(base(listing, shape, func.count()), remembered=True)


def period_total(listing: Listing, shape: Shape) -> Compiled:
    """The number of records in a period."""
    return summed(period_counts(listing, shape, files(shape)))


def period_counts(listing: Listing, shape: Shape, reaches: Iterable[int]) -> list[Select[Any]]:
    """The number of records in a period, file by file."""
    return list(in_files(listing, shape, reaches, func.count().label("records")))


def in_files(listing: Listing, shape: Shape, reaches: Iterable[int], *columns: Any) -> Iterator[Select[Any]]:
    """The records in a period, file by file; what lasts one day is told by its first alone."""
    first_day = listing.sorts["date"].ascending
    for reach in reaches:
        found = base(listing, () if reach == 0 else shape, *columns)
        within = between(first_day, *limits(shape, reach))
        yield found.where(filed(reached(listing), reach), *within)


def summed(counts: Iterable[Select[Any]]) -> Compiled:
    found = union_all(*counts).subquery()
    return compiled(select(cast(func.coalesce(func.sum(found.c.records), 0), Integer)), remembered=True)


@lru_cache(maxsize=1024)
def facet_statement(listing: Listing, shape: Shape, name: str) -> Compiled:
    """How many matching records have each value of a filter, and how many have none.

    Where other filters are about one and the same link, the values of that link alone count.
    """
    filter_, count = listing.filters[name], func.count().label("count")
    if filter_.record is None and filter_.either is None:
        single = base(listing, shape, filter_.column, count).group_by(filter_.column)
        ordered = single.order_by(count.desc(), filter_.column.nulls_first())
        return compiled(ordered.limit(MAX_VALUES + 1), remembered=True)
    about = tuple((other, n) for other, n in shape if other != name and same_link(listing, other, name))
    pairs = union(*(values_of(listing, way, about).distinct() for way in ways(filter_))).cte("pairs")
    matching = base(listing, shape, listing.id.label("id")).cte("matching")
    matched = select(matching.c.id)
    having = select(pairs.c.value, count).where(pairs.c.record.in_(matched)).group_by(pairs.c.value)
    lacking = select(null(), count).where(matching.c.id.not_in(select(pairs.c.record))).having(count > 0)
    counts = union_all(having, lacking).subquery()
    ordered = select(*counts.c).order_by(counts.c.count.desc(), counts.c.value.nulls_first())
    return compiled(ordered.limit(MAX_VALUES + 1), remembered=True)


def same_link(listing: Listing, one: str, other: str) -> bool:
    first, second = listing.filters[one], listing.filters[other]
    return first.together and second.together and first.record is second.record


def ways(filter_: Filter) -> Iterator[Filter]:
    """The ways in which a value may be linked."""
    yield filter_
    if filter_.either is not None:
        yield from ways(filter_.either)


def values_of(listing: Listing, filter_: Filter, about: Shape) -> Select[Any]:
    """Each listed record with each value that it has, of the types that the filter takes; twice, where two links say so."""
    record = listing.id if filter_.record is None else filter_.record
    pairs = select(record.label("record"), filter_.column.label("value"))
    pairs = pairs.where(filter_.column.is_not(None), record.is_not(None))
    if filter_.where is not None:
        pairs = pairs.where(filter_.where)
    if filter_.record is not None and 0 < len(filter_.refs) < len(RecordType):
        types = [literal(type_.value) for type_ in filter_.refs]
        typed = select(RECORD.c.id).where(RECORD.c.type.in_(types))
        pairs = pairs.where(filter_.column.in_(typed))
    return pairs.where(*comparisons(listing, about))


@lru_cache(maxsize=64)
def types_statement(count: int) -> Compiled:
    """The types of the records with these ids."""
    ids: list[Any] = [bindparam(f"id_{index}") for index in range(count)]
    return compiled(select(RECORD.c.id, RECORD.c.type).where(RECORD.c.id.in_(ids)), remembered=True)


@lru_cache(maxsize=256)
def record_names_statement(count: int) -> Compiled:
    """The names of the records with these ids."""
    ids: list[Any] = [bindparam(f"id_{index}") for index in range(count)]
    return compiled(select(RECORD.c.id, RECORD.c.name).where(RECORD.c.id.in_(ids)))


@lru_cache
def pictures_statement() -> Compiled:
    """The pictures of the dataset, drawn when it was built."""
    return compiled(select(PICTURE.c.name, PICTURE.c.markup))


@lru_cache
def detail_statement(type_: RecordType, whole: bool) -> Compiled:
    """A record, as a whole or as it stands in lists, and its name."""
    where = (RECORD.c.id == bindparam("id"), RECORD.c.type == type_)
    if not whole:
        return compiled(select(octets(RECORD.c.list_row), RECORD.c.name).where(*where))
    detail = func.coalesce(DETAIL.c.text, RECORD.c.list_row)
    statement = select(octets(detail), RECORD.c.name).select_from(RECORD)
    statement = statement.join(DETAIL, DETAIL.c.record_id == RECORD.c.id, isouter=True)
    return compiled(statement.where(*where))


@lru_cache
def ids_statement(type_: RecordType) -> Compiled:
    """Some ids of a type between two others."""
    where = (RECORD.c.id >= bindparam("first"), RECORD.c.id < bindparam("last"), RECORD.c.type == type_)
    return compiled(select(RECORD.c.id).where(*where).order_by(RECORD.c.id).limit(100))


@lru_cache
def neighbours_statement(type_: RecordType, before: bool) -> Compiled:
    """Some records of a type just before or after an id: as a misspelt name, by which the id itself is compared."""
    id_: Any = LISTINGS[type_].id
    there = id_ < bindparam("id") if before else id_ > bindparam("id")
    found = select(id_, RECORD.c.type, RECORD.c.name, id_).join(RECORD, RECORD.c.id == id_).where(there)
    return compiled(found.order_by(id_.desc() if before else id_).limit(3))


@lru_cache
def first_ids_statement(type_: RecordType) -> Compiled:
    """The first ids of a type."""
    ids = select(RECORD.c.id).where(RECORD.c.type == type_).order_by(RECORD.c.id)
    return compiled(ids.limit(bindparam("limit")))


@lru_cache
def form_statement() -> Compiled:
    """What an id, or a name as a slug, stands for: a record, one under another name, or an id that is gone."""
    form: Any = bindparam("form")
    type_: Any = bindparam("type")
    none = null()
    known = select(RECORD.c.id, RECORD.c.type, RECORD.c.id.label("target"), none.label("reason")).where(
        RECORD.c.id == form
    )
    redirect = select(REDIRECT.c.form, REDIRECT.c.type, REDIRECT.c.record_id, none).where(
        REDIRECT.c.form == form, REDIRECT.c.type == type_
    )
    retired = select(RETIRED.c.id, RETIRED.c.type, RETIRED.c.into_id, RETIRED.c.reason).where(
        RETIRED.c.id == form
    )
    return compiled(union_all(known, retired, redirect))
