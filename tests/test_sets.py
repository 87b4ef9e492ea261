"""What several filters or words leave of a large list is the same whether it is found by stored sets or by the database."""

import json
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine

from app import chosen, search, tallies
from app.days import Days
from app.listings import LISTINGS
from app.search import FACTS
from app.sets import digits, members, members_before, of_numbers, packed, unpacked
from app.spelling import plain
from seed.build import counted as counted_records
from seed.crew import Crew
from seed.sets import Begun, beginnings, runs, sets
from seed.tallies import tallies as store_tallies
from tests.api import LISTS, PAGED, sorts
from tests.direct import Direct
from tests.test_consistency import SETTINGS, Query, counted, queries
from tests.test_facets import ONE_LINK
from tests.test_paging import walk, walked
from tests.test_tallies import DATED, RANGES

QUERIES = (
    "nato",
    "o",
    "cooperation",
    "osce the",
    "security con",
    "visit",
    "2014 o",
    "zzz",
    "the nato",
    "---",
)
MANY_HAVE = 15
"""What more records have than this is taken for very many here."""
OF_FACTS = {LISTINGS[type_].path for type_ in FACTS}


@pytest.fixture(scope="module")
def large(database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Direct]:
    """The dataset, as if it were large."""
    path = tmp_path_factory.mktemp("large") / "large.sqlite"
    shutil.copy(database, path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tallies, "MANY", 0)
        patch.setattr(search, "RANKED", MANY_HAVE)
        engine = create_engine(f"sqlite:///{path}")
        with engine.connect() as connection:
            store_tallies(connection, counted_records(connection))
            sets(connection, Crew())
            connection.commit()
        engine.dispose()
    with Direct.over(path, cache_mb=0) as direct:
        yield direct


def by_sets(large: Direct, url: str, few: int = chosen.FEW) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tallies, "MANY", 0)
        patch.setattr(search, "RANKED", MANY_HAVE)
        patch.setattr(chosen, "FEW", few)
        return large.get(url)


@pytest.mark.parametrize("path", LISTS)
def test_any_page_of_any_list(uncached: Direct, large: Direct, path: str) -> None:
    """With its neighbours, whether few records are left or many."""
    facets = counted(uncached, path)
    known = {name: [value for value in counts if value != "null"][:30] for name, counts in facets.items()}
    asked = queries(path, {name: values for name, values in known.items() if values})

    @SETTINGS
    @given(
        asked,
        st.none() | st.sampled_from(QUERIES),
        st.sampled_from(sorts(path)),
        st.sets(st.sampled_from(sorted(facets)), max_size=2),
    )
    def agrees(query: Query, q: str | None, sort: str, facet: set[str]) -> None:
        words = {} if q is None else {"q": q}
        following = f"{path}?{urlencode({**query, **words, 'sort': sort, 'limit': 3, 'facet': sorted(facet)}, doseq=True)}"
        for _ in range(3):
            page = uncached.get(following)
            for few in (0, 4, 5000):
                assert by_sets(large, following, few) == page, (following, few)
            if page["prev"] is not None:
                assert (
                    by_sets(large, page["prev"], 0)
                    == by_sets(large, page["prev"])
                    == uncached.get(page["prev"])
                )
            if (following := page["next"]) is None:
                break

    agrees()


@pytest.mark.parametrize("path", sorted({*LISTS} - OF_FACTS))
def test_it_is_found_by_sets(large: Direct, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else all of this would prove nothing."""
    monkeypatch.setattr(chosen, "total_statement", None)
    whole = by_sets(large, f"{path}?limit=0&q=o&facet=source")
    assert whole["total"] >= max([0, *whole["facets"]["source"].values()])


@pytest.mark.parametrize(("path", "name", "other"), ONE_LINK)
def test_two_filters_on_one_link(uncached: Direct, large: Direct, path: str, name: str, other: str) -> None:
    """A record may have both values, and no link that has both."""
    facets = uncached.get(path, limit=0, facet=[name, other])["facets"]
    values, others = ([value for value in facets[one] if value != "null"][:10] for one in (name, other))
    asked = [{name: value, "facet": other} for value in values]
    asked += [{name: value, other: second} for value in values for second in others]
    for query in asked:
        url = f"{path}?{urlencode(query)}"
        assert by_sets(large, url) == uncached.get(url), url


@pytest.mark.parametrize("match", ["overlaps", "within"])
@pytest.mark.parametrize("path", DATED)
def test_any_period_beside_another_filter(uncached: Direct, large: Direct, path: str, match: str) -> None:
    name = "type" if path == "/timeline" else "kind"
    source = next(iter(uncached.get(path, facet="source")["facets"]["source"]))
    for dates in RANGES:
        for more in ({}, {"q": "o"}, {"source": source}):
            asked = {"limit": 2, "facet": [name, "area"], "date_match": match, **dates, **more}
            url = f"{path}?{urlencode(asked, doseq=True)}"
            assert by_sets(large, url, 0) == by_sets(large, url) == uncached.get(url), url


DAYS = st.dates(date(1990, 1, 1), date(1996, 12, 31))


@given(DAYS, DAYS, DAYS)
@SETTINGS
def test_a_day_is_in_a_whole_year_of_a_period_or_beside_it(first: date, last: date, day: date) -> None:
    days = Days(first.isoformat(), max(first, last).isoformat())
    low, high = days.whole_years
    beside = [one for one in days.beside_years() if one.first <= day.isoformat() <= one.last]
    assert [low <= day.year <= high, *([True] * len(beside))].count(True) == (
        first <= day <= max(first, last)
    )


@pytest.mark.parametrize("q", QUERIES)
@pytest.mark.parametrize("types", [[], ["meeting"], ["organization", "area"]])
def test_any_search(uncached: Direct, large: Direct, q: str, types: list[str]) -> None:
    url = f"/search?{urlencode({'q': q, 'type': types, 'limit': 100}, doseq=True)}"
    known, found = uncached.get(url), by_sets(large, url)
    assert (found["total"], found["facets"]) == (known["total"], known["facets"])
    if known["total"] <= 100:
        assert sorted(item["id"] for item in found["items"]) == sorted(item["id"] for item in known["items"])
    assert "/search" in PAGED


@pytest.mark.parametrize("q", ["nato", "osce", "kosovo", "arms control", "o"])
def test_the_pages_of_what_very_many_records_have(
    large: Direct, q: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is seen once, in both directions, and what is called so is seen first."""
    monkeypatch.setattr(search, "RANKED", MANY_HAVE)
    for limit in (1, 7):
        seen = walked(large, f"/search?q={q.replace(' ', '+')}", limit)
        assert len(seen) > MANY_HAVE
    every = [item for page in walk(large, f"/search?q={q}&limit=100") for item in page["items"]]
    assert [item["id"] for item in every] == seen
    bearing = [plain(item["name"]) == q for item in every]
    assert bearing == sorted(bearing, reverse=True)
    assert q == "o" or bearing[0]
    assert {item["score"] for item in every} == {None}


NUMBERS = st.sets(st.integers(1, 300))


@given(NUMBERS, st.integers(-3, 320))
@SETTINGS
def test_a_set_tells_its_numbers_from_any_place_in_both_directions(numbers: set[int], place: int) -> None:
    bits = of_numbers(numbers)
    assert unpacked(packed(bits)) == bits
    assert bits.bit_count() == len(numbers)
    assert list(members(digits(bits), place)) == sorted(n for n in numbers if n > place)
    assert list(members_before(digits(bits), place)) == sorted(
        (n for n in numbers if n < place), reverse=True
    )


@given(st.dictionaries(st.text("abc", min_size=1, max_size=4), st.integers(1, 9)))
@SETTINGS
def test_every_beginning_of_a_word_is_counted(words: dict[str, int]) -> None:
    found = list(beginnings(sorted(words.items())))
    expected = {
        word[:length]: Begun(
            word[:length],
            sum(other.startswith(word[:length]) for other in words),
            sum(count for other, count in words.items() if other.startswith(word[:length])),
            words.get(word[:length], 0),
        )
        for word in words
        for length in range(1, len(word) + 1)
    }
    assert {begun.text: begun for begun in found} == expected
    assert len(found) == len(expected)
    for alike in runs(found):
        of = [{word for word in words if word.startswith(begun.text)} for begun in alike]
        assert all(one == of[0] for one in of), json.dumps([begun.text for begun in alike])
