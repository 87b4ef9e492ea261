"""A page costs the same however many records there are: it is read in the order of an index, and nothing is sorted."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from app.conditions import NUMBERED, STANDING, Key, parameters
from app.database import Compiled
from app.listings import LISTINGS, MEETINGS, Listing
from app.models import SPANS
from app.periods import PERIOD
from app.queries import (
    detail_statement,
    form_statement,
    neighbours_statement,
    page_statement,
)
from app.search import common_parts_statement, counts_statement
from app.search import page_statement as search_statement
from app.sqlite import DIALECT
from app.tallies import tallied_total_statement
from tests.bench.world import build_world

PERIODS = [
    ("overlaps_from",),
    ("overlaps_to",),
    ("overlaps_from", "overlaps_to"),
    ("within_from",),
    ("within_to",),
    ("within_from", "within_to"),
]

OF_ONE_RECORD: list[tuple[Compiled, dict[str, Any]]] = [
    (detail_statement(MEETINGS.type, True), {"id": "x"}),
    (detail_statement(MEETINGS.type, False), {"id": "x"}),
    (form_statement(), {"form": "x", "type": "meeting"}),
    (neighbours_statement(MEETINGS.type, True), {"id": "x"}),
    (neighbours_statement(MEETINGS.type, False), {"id": "x"}),
    (common_parts_statement(3), {f"part_{index}": "x" for index in range(3)}),
    (tallied_total_statement(MEETINGS, "kind"), {"value": "visit"}),
]
"""A record, a name under which it goes, the ids beside a misspelt one, and a total that was counted before."""


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    path: Path = tmp_path_factory.mktemp("plans") / "world.sqlite"
    build_world(path, 300)
    with closing(sqlite3.connect(path)) as connection:
        yield connection


@pytest.fixture
def blind(connection: sqlite3.Connection, tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """The same without statistics, so that the small tables of this world are planned for as large ones."""
    with closing(sqlite3.connect(tmp_path / "blind.sqlite")) as copy:
        connection.backup(copy)
        copy.execute("DELETE FROM sqlite_stat1")
        copy.execute("ANALYZE sqlite_schema")
        yield copy


def plan(
    connection: sqlite3.Connection,
    listing: Listing,
    filters: dict[str, str],
    sort: str,
    after: bool,
    backward: bool = False,
) -> list[str]:
    """The steps by which a page is read."""
    sorting = (Key(sort.removeprefix("-"), sort.startswith("-")),)
    shape = tuple((name, 1) for name in filters)
    sql, constants, _ = page_statement(listing, shape, sorting, after, backward).on(DIALECT)
    values = {**constants, "k0": "x", "k1": "x", "limit": 26}
    values |= parameters({name: [value] for name, value in filters.items()})
    rows = connection.execute(f"EXPLAIN QUERY PLAN {sql}", values)
    return [row[3] for row in rows]


def flat(steps: list[str]) -> bool:
    scans = [step for step in steps if step.startswith("SCAN") and "INDEX" not in step]
    return not scans and not any("TEMP B-TREE" in step for step in steps)


@pytest.mark.parametrize("backward", [False, True])
@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("sort", [f"{sign}{name}" for name in MEETINGS.sorts for sign in ("", "-")])
def test_every_sort(connection: sqlite3.Connection, sort: str, after: bool, backward: bool) -> None:
    steps = plan(connection, MEETINGS, {}, sort, after, backward)
    if sort.endswith("id"):  # the table itself is in this order, and is read from its first row
        steps = [step for step in steps if step != "SCAN meeting"]
    assert flat(steps), steps
    assert not after or "SCAN" not in " ".join(steps), steps


@pytest.mark.parametrize("listing", LISTINGS.values(), ids=lambda listing: listing.path)
def test_every_list_by_default(blind: sqlite3.Connection, listing: Listing) -> None:
    for after in (False, True):
        steps = plan(blind, listing, {}, listing.default_sort, after)
        assert flat(steps), steps


BY_DATE = [
    (listing, sort)
    for listing in LISTINGS.values()
    for sort in ("date", "start", "published")
    if sort in listing.sorts
]


@pytest.mark.parametrize(("listing", "sort"), BY_DATE, ids=lambda one: getattr(one, "path", one))
def test_by_date_no_row_is_looked_up_to_be_ordered(
    connection: sqlite3.Connection, listing: Listing, sort: str
) -> None:
    for sign in ("", "-"):
        for after in (False, True):
            steps = plan(connection, listing, {}, sign + sort, after)
            assert "USING COVERING INDEX" in steps[0], steps


FILTERS = [name for name in MEETINGS.filters if name not in ("id", "q", *PERIOD)]


@pytest.mark.parametrize("sort", ["date", "-date"])
@pytest.mark.parametrize("filters", [*((name,) for name in FILTERS), *PERIODS], ids="+".join)
def test_every_filter_of_meetings(
    connection: sqlite3.Connection, filters: tuple[str, ...], sort: str
) -> None:
    for after in (False, True):
        steps = plan(connection, MEETINGS, dict.fromkeys(filters, "1999-01-01"), sort, after)
        assert flat(steps), steps
        assert not any(step.startswith("SCAN") for step in steps), steps


@pytest.mark.parametrize("filters", PERIODS, ids="+".join)
def test_a_period_is_entered_where_it_starts_and_left_where_it_ends(
    connection: sqlite3.Connection, filters: tuple[str, ...]
) -> None:
    """In the file of what lasts a day, which most do; a file is never read as a whole."""
    steps = plan(connection, MEETINGS, dict.fromkeys(filters, "1999-01-01"), "date", False)
    bounds = {"from": "<expr>>?", "to": "<expr><?"}
    wanted = {bounds[name.partition("_")[2]] for name in filters}
    assert all(bound in steps_of_files(steps)[0] for bound in wanted), steps


@pytest.mark.parametrize("after", [False, True])
def test_beside_other_filters_what_one_link_has_is_read_from_where_the_period_starts(
    connection: sqlite3.Connection, after: bool
) -> None:
    """And what lasts into the period is found by its files; neither the link nor the list is read as a whole."""
    filters = {"kind": "visit", "organization": "organization-000", "overlaps_from": "1999-01-01"}
    steps = plan(connection, MEETINGS, filters, "date", after)
    links = [step for step in steps if "participation" in step]
    assert "participation_organization_id_earliest_ascending (organization_id=? AND <expr>>?)" in links[0], (
        steps
    )
    assert all("organization_id=? AND event_id=?" in step for step in links[1:]), steps
    assert len([step for step in steps_of_files(steps) if "(reach=? AND <expr>" in step]) == len(SPANS), steps
    assert not any("SCAN" in step and "meeting" in step for step in steps), steps


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("others", [("kind",), ("kind", "status")], ids="+".join)
def test_beside_other_filters_one_link_is_read_in_order(
    connection: sqlite3.Connection, others: tuple[str, ...], after: bool
) -> None:
    steps = plan(connection, MEETINGS, dict.fromkeys((*others, "organization"), "x"), "date", after)
    assert flat(steps), steps
    assert "participation_organization_id_earliest_ascending" in steps[0], steps


def steps_of_files(steps: list[str]) -> list[str]:
    return [step for step in steps if "INDEX meeting_reach_earliest" in step]


def steps_of(connection: sqlite3.Connection, statement: Compiled, **values: Any) -> list[str]:
    sql, constants, _ = statement.on(DIALECT)
    return [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", {**constants, **values})]


def test_one_record_and_what_stands_in_for_it(connection: sqlite3.Connection) -> None:
    for statement, values in OF_ONE_RECORD:
        steps = steps_of(connection, statement, **values)
        assert flat(steps), steps
        assert not any(step.startswith("SCAN") for step in steps), steps


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("sort", ["date", "-date", "name"])
def test_what_a_set_has_is_read_in_the_order_of_the_page(
    connection: sqlite3.Connection, sort: str, after: bool
) -> None:
    """Each record is looked up in the set; if the set has few, they are looked up in the list and sorted."""
    sorting = (Key(sort.removeprefix("-"), sort.startswith("-")),)
    standing, numbered = (
        steps_of(connection, page_statement(MEETINGS, shape, sorting, after, False), **given)
        for shape, given in (
            ((STANDING,), {"given_standing_0": b"01", "k0": "x", "k1": "x", "limit": 26}),
            (NUMBERED, {"given_numbered_0": "[1]", "k0": "x", "k1": "x", "limit": 26}),
        )
    )
    assert not any("TEMP B-TREE" in step for step in standing), standing
    assert "SEARCH search_document USING COVERING INDEX" in " ".join(standing), standing
    assert numbered[1] == "SEARCH search_document USING INTEGER PRIMARY KEY (rowid=?)", numbered
    assert not any("SCAN meeting" in step or "SCAN record" in step for step in numbered), numbered


def test_words_are_looked_for_among_the_documents_of_the_types_that_are_asked_for(
    connection: sqlite3.Connection,
) -> None:
    """In the index of the full text, which is read once."""
    types = (MEETINGS.type,)
    for statement in (search_statement(types, False, False), counts_statement(types)):
        steps = steps_of(connection, statement, q='"delegations" *', whole="|x|", limit=26)
        read = [step for step in steps if "search_record VIRTUAL TABLE" in step]
        assert len(read) == 1, steps
        assert "><" in read[0] or steps.index("SCAN search_range LEFT-JOIN") > steps.index(read[0]), steps
