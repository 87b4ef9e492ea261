"""Totals and facets that were counted when the database was built are those that are counted when they are asked for."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine

import seed.tallies
from app import queries, tallies
from app.listings import MEETINGS
from seed.build import build
from tests.api import DOCUMENT, LISTS
from tests.direct import Direct
from tests.world import tiny_world, write_records

ANY_RECORD = ("record", "related", "subject", "object")
"""Filters with too many values to be stored."""


DATED = ["/timeline", "/meetings", "/documents", "/activities", "/statements"]
RANGES: list[dict[str, str]] = [
    {name: year for name, year in (("date_from", first), ("date_to", last)) if year}
    for first, last in (
        ("1970", ""),
        ("", "2014"),
        ("2004-01-21", "2004-01-21"),
        ("2014", "2022-09"),
        ("2300", ""),
    )
]


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Direct]:
    """The tiny world, as if it were large."""
    folder = tmp_path_factory.mktemp("stored")
    path = folder / "stored.sqlite"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tallies, "MANY", 0)
        assert build(path, write_records(folder / "records", **tiny_world())) == []
        assert counted(path) > 100
        assert counted(path, filter=tallies.DAY) > 3
        with Direct.over(path) as direct:
            yield direct


def counted(path: Path, filter: str = "%") -> int:
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT count(*) FROM tally WHERE filter LIKE ?", [filter])
        number: int = rows.fetchone()[0]
    return number


def answer(direct: Direct, path: str, **parameters: Any) -> tuple[int, dict[str, dict[str, int]]]:
    page = direct.get(path, limit="0", **parameters)
    return page["total"], page["facets"]


def facets(path: str) -> list[str]:
    parameters = DOCUMENT["paths"][path]["get"]["parameters"]
    found: list[str] = next(p for p in parameters if p["name"] == "facet")["schema"]["items"]["enum"]
    return found


@pytest.mark.parametrize("path", LISTS)
def test_every_total_and_every_facet(
    tiny: Direct, stored: Direct, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in facets(path):
        monkeypatch.setattr(tallies, "MANY", 20_000)
        total, values = answer(tiny, path, facet=name)
        asked = [value for value in values[name] if value != "null" and name not in ANY_RECORD]
        filtered = {value: answer(tiny, path, **{name: value}) for value in asked}
        monkeypatch.setattr(tallies, "MANY", 0)
        assert answer(stored, path, facet=name) == (total, values)
        assert list(answer(stored, path, facet=name)[1][name]) == list(values[name])
        assert {value: answer(stored, path, **{name: value}) for value in filtered} == filtered


@pytest.mark.parametrize("path", DATED)
def test_every_total_of_a_period(
    tiny: Direct, stored: Direct, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also of what lasts longer than a day, which is counted beside what is stored."""
    for asked in RANGES:
        for match in ("overlaps", "within"):
            monkeypatch.setattr(tallies, "MANY", 20_000)
            total = answer(tiny, path, date_match=match, **asked)
            monkeypatch.setattr(tallies, "MANY", 0)
            assert answer(stored, path, date_match=match, **asked) == total, (asked, match)


def test_the_totals_of_a_filter_that_has_too_many_values_for_a_facet(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are stored as well: what is not stored would be told as none."""
    monkeypatch.setattr(queries, "MAX_VALUES", 1)
    anew = queries.facet_statement.__wrapped__  # one that was compiled before has another limit
    monkeypatch.setattr(seed.tallies, "facet_statement", anew)
    with create_engine(f"sqlite:///{database}").connect() as connection:
        found = [row for row in seed.tallies.rows(connection, MEETINGS) if row["filter"] == "organization"]
    assert len(found) > queries.MAX_VALUES + 1
