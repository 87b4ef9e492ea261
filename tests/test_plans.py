"""A page costs the same however many records there are: it is read in the order of an index, and nothing is sorted.

What is not flat yet stands in KNOWN with the index that it lacks; a test fails when one of them becomes flat.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from app.listings import LISTINGS, MEETINGS, Listing
from app.queries import Key, page_statement, parameters
from app.sqlite import DIALECT
from tests.bench.world import build_world

KNOWN = {
    "overlaps_from": "starts at the first of all dates; an interval needs an index of two dimensions",
    "overlaps_to": "descending it starts at the last of all dates",
    "within_from": "a bound of the sort key itself, which the condition on earliest implies",
    "within_to": "a bound of the sort key itself",
}


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
    connection: sqlite3.Connection, listing: Listing, filter_: str, sort: str, after: bool, backward: bool
) -> list[str]:
    """The steps by which a page is read."""
    sorting = (Key(sort.removeprefix("-"), sort.startswith("-")),)
    shape = ((filter_, 1),) if filter_ else ()
    statement = page_statement(listing, shape, sorting, after, backward)
    sql, constants = statement.on(DIALECT)
    values = {**constants, "k0": "x", "k1": "x", "limit": 26, **parameters({filter_: ["x"]})}
    rows = connection.execute(f"EXPLAIN QUERY PLAN {sql}", values)
    return [row[3] for row in rows]


def flat(steps: list[str]) -> bool:
    scans = [step for step in steps if step.startswith("SCAN") and "INDEX" not in step]
    return not scans and not any("TEMP B-TREE" in step for step in steps)


@pytest.mark.parametrize("backward", [False, True])
@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("sort", [f"{sign}{name}" for name in MEETINGS.sorts for sign in ("", "-")])
def test_every_sort(connection: sqlite3.Connection, sort: str, after: bool, backward: bool) -> None:
    steps = plan(connection, MEETINGS, "", sort, after, backward)
    assert flat(steps), steps
    assert not after or "SCAN" not in " ".join(steps), steps


@pytest.mark.parametrize("listing", LISTINGS.values(), ids=lambda listing: listing.path)
def test_every_list_by_default(blind: sqlite3.Connection, listing: Listing) -> None:
    for after in (False, True):
        steps = plan(blind, listing, "", listing.default_sort, after, False)
        assert flat(steps), steps


FILTERS = [name for name in MEETINGS.filters if name not in ("id", "q", *KNOWN)]


@pytest.mark.parametrize("name", FILTERS)
@pytest.mark.parametrize("sort", ["date", "-date"])
def test_every_filter_of_meetings(connection: sqlite3.Connection, name: str, sort: str) -> None:
    for after in (False, True):
        steps = plan(connection, MEETINGS, name, sort, after, False)
        assert flat(steps), steps
        assert not any(step.startswith("SCAN") for step in steps), steps


@pytest.mark.parametrize("name", KNOWN)
def test_what_is_not_flat(connection: sqlite3.Connection, name: str) -> None:
    steps = plan(connection, MEETINGS, name, "date", False, False)
    assert not flat(steps) or any(step.startswith("SCAN") for step in steps), f"{name} is flat now: {steps}"
