"""On PostgreSQL, too, a page is read in the order of an index: nothing is sorted for it, and no table is read as a whole.

The planner may do otherwise where that costs less, as among the few records of these tests. So it is kept from sorting and
from reading whole tables here: it does so all the same where no index gives what is asked for, and that is what would fail.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
import pytest

from app.conditions import STANDING, Key, parameters
from app.connections import connect
from app.database import Compiled
from app.fulltext import NAMES, RECORDS
from app.listings import LISTINGS, MEETINGS, Listing
from app.parameters import SearchQuery
from app.postgres import DIALECT
from app.queries import page_statement
from app.search import names_statement
from app.search import page_statement as search_statement
from seed.postgres import load
from tests.bench.world import build_world
from tests.engine import new_database
from tests.test_plans import FILTERS, OF_ONE_RECORD, PERIODS
from tests.test_postgres import newest

AVOIDED = (
    "seqscan",
    "bitmapscan",
    "sort",
    "incremental_sort",
    "hashjoin",
    "mergejoin",
    "hashagg",
    "material",
)
TYPES = SearchQuery(q="x").types()


class Node(NamedTuple):
    """A step of a plan."""

    kind: str
    reads: str
    entered: bool
    """Whether an index is entered where it is wanted, and not read from its beginning."""


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[psycopg.Connection[Any]]:
    path: Path = tmp_path_factory.mktemp("plans") / "world.sqlite"
    build_world(path, 300)
    url = new_database()
    load(path, url)
    with connect(url, newest(url)) as connection:
        yield connection


def nodes(plan: dict[str, Any]) -> Iterator[Node]:
    reads = plan.get("Index Name") or plan.get("Relation Name") or ""
    yield Node(plan["Node Type"], reads, "Index Cond" in plan)
    for inner in plan.get("Plans", []):
        yield from nodes(inner)


def steps(
    connection: psycopg.Connection[Any],
    statement: Compiled,
    values: dict[str, Any],
    avoided: tuple[str, ...] = AVOIDED,
) -> list[Node]:
    """The steps that a statement takes where the planner has to go by indexes."""
    sql, constants, names = statement.on(DIALECT)
    given = {**constants, **values}
    connection.execute("RESET ALL")
    for name in avoided:
        connection.execute("SELECT set_config($1, 'off', false)", [f"enable_{name}"])
    explained = connection.execute(f"EXPLAIN (FORMAT JSON) {sql}", [given[name] for name in names])
    return list(nodes(explained.fetchall()[0][0][0]["Plan"]))


def page(
    connection: psycopg.Connection[Any],
    listing: Listing,
    filters: dict[str, str],
    sort: str,
    after: bool,
    backward: bool = False,
) -> list[Node]:
    sorting = (Key(sort.removeprefix("-"), sort.startswith("-")),)
    shape = tuple((name, 1) for name in filters)
    statement = page_statement(listing, shape, sorting, after, backward)
    values = parameters({name: [value] for name, value in filters.items()})
    return steps(connection, statement, {**values, "k0": "x", "k1": "x", "limit": 26})


def flat(found: list[Node]) -> bool:
    return not any("Sort" in node.kind or node.kind == "Seq Scan" for node in found)


@pytest.mark.parametrize("backward", [False, True])
@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("sort", [f"{sign}{name}" for name in MEETINGS.sorts for sign in ("", "-")])
def test_every_sort(connection: psycopg.Connection[Any], sort: str, after: bool, backward: bool) -> None:
    found = page(connection, MEETINGS, {}, sort, after, backward)
    assert flat(found), found
    assert not after or all(node.entered for node in found if "Index" in node.kind), found


@pytest.mark.parametrize("listing", LISTINGS.values(), ids=lambda listing: listing.path)
def test_every_list_by_default(connection: psycopg.Connection[Any], listing: Listing) -> None:
    for after in (False, True):
        found = page(connection, listing, {}, listing.default_sort, after)
        assert flat(found), found


@pytest.mark.parametrize("sort", ["date", "-date"])
@pytest.mark.parametrize("filters", [*((name,) for name in FILTERS), *PERIODS], ids="+".join)
def test_every_filter_of_meetings(
    connection: psycopg.Connection[Any], filters: tuple[str, ...], sort: str
) -> None:
    for after in (False, True):
        found = page(connection, MEETINGS, dict.fromkeys(filters, "1999-01-01"), sort, after)
        assert flat(found), found


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("sort", ["date", "-date", "name"])
def test_what_a_set_has_is_read_in_the_order_of_the_page(
    connection: psycopg.Connection[Any], sort: str, after: bool
) -> None:
    sorting = (Key(sort.removeprefix("-"), sort.startswith("-")),)
    statement = page_statement(MEETINGS, (STANDING,), sorting, after, False)
    given = {"given_standing_0": b"01", "k0": "x", "k1": "x", "limit": 26}
    found = steps(connection, statement, given)
    assert flat(found), found
    assert [node.entered for node in found if "search_document" in node.reads] == [True], found


def test_one_record_and_what_stands_in_for_it(connection: psycopg.Connection[Any]) -> None:
    for statement, values in OF_ONE_RECORD:
        found = steps(connection, statement, values)
        assert flat(found), found
        assert all(node.entered for node in found if "Index" in node.kind), found


@pytest.mark.parametrize(
    ("statement", "values", "index"),
    [
        (search_statement(TYPES, False, False), {"whole": "|x|", "limit": 26}, RECORDS),
        (names_statement(TYPES, False), {"parts": "'abc' | 'bcd'", "asked": "abcd"}, NAMES),
    ],
    ids=["page", "names"],
)
def test_the_full_text_finds_what_has_a_word(
    connection: psycopg.Connection[Any], statement: Compiled, values: dict[str, Any], index: Any
) -> None:
    """What it finds of a rare word is sorted; no document without the word is read."""
    found = steps(connection, statement, {"q": "'abcd':*", **values}, ("seqscan", "indexscan"))
    assert not any(node.kind == "Seq Scan" for node in found), found
    assert any(node.reads == f"{index.name}_{index.c[1].name}" for node in found), found


def test_what_no_index_gives_is_seen(connection: psycopg.Connection[Any]) -> None:
    """Else none of this would prove anything."""
    sorting = (Key("date", descending=False), Key("name", descending=True))
    found = steps(connection, page_statement(MEETINGS, (), sorting, False, False), {"limit": 26})
    assert not flat(found), found
