"""Every filter and every sort does what it says: one table of paths, parameters and the ids that they keep."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest

from tests.api import LISTS, parameters, rows, sorts
from tests.conftest import Get
from tests.direct import Direct

FILTERED = [*LISTS, "/timeline"]
NO_FILTER = {"sort", "limit", "cursor", "facet", "format"}
Expected = set[str] | int

FILTERS: list[tuple[str, str, Expected]] = [
    # the text within a type; the last word may be only begun
    ("/organizations", "q=panel", {"panel"}),
    ("/people", "q=Aaron%20b", {"bob"}),
    ("/meetings", "q=whisp", {"whisper"}),
    ("/areas", "q=mines", {"mines"}),
    ("/documents", "q=a%20letter", {"letter"}),
    ("/activities", "q=z\u00c9al", {"aid"}),
    ("/statements", "q=vow", {"vow"}),
    ("/meeting-series", "q=reviews", {"reviews"}),
    ("/places", "q=hall", {"hall"}),
    ("/sources", "q=essay", {"essay"}),
    ("/relations", "q=succeeded", {"League – succeeded by – Big"}),
    ("/evidence", "q=book", 1),
    # `source` keeps what rests on a text, wholly or in part
    ("/organizations", "source=essay", {"panel"}),
    ("/organizations", "id=big&id=league", {"big", "league"}),
    ("/organizations", "kind=state", {"france", "spain", "malta"}),
    ("/organizations", "kind=body&kind=forum", {"council", "panel", "league"}),
    ("/organizations", "kind=body&category=council", {"council"}),
    ("/organizations", "category=council&category=committee", {"council", "panel"}),
    # a parent does not include its grandchildren
    ("/organizations", "parent=big", {"council"}),
    ("/organizations", "parent=council", {"panel"}),
    ("/organizations", "parent=big&parent=council", {"council", "panel"}),
    ("/organizations", "place=town", {"big"}),
    ("/organizations", "place=land", set()),
    ("/organizations", "country_code=FR", {"france"}),
    ("/organizations", "country_code=FR&country_code=ES", {"france", "spain"}),
    ("/organizations", "area=arms", {"big"}),
    ("/organizations", "meeting=visit", {"big"}),
    ("/organizations", "meeting=talks", {"league"}),
    ("/organizations", "meeting=visit&meeting=talk", {"big", "council"}),
    ("/organizations", "related=big", {"league"}),
    ("/organizations", "related=league", {"big"}),
    ("/organizations", "related=treaty", {"france"}),
    ("/organizations", "member=ann", {"big", "league"}),
    ("/organizations", "member=spain", {"big", "league"}),
    ("/organizations", "member=ann&member=malta&place=town", {"big"}),
    # role, on and member_of are about one and the same membership
    ("/organizations", "member_of=big", {"france", "spain", "malta"}),
    ("/organizations", "role=participating_state", {"france", "spain"}),
    ("/organizations", "role=participating_state&role=partner", {"france", "spain", "malta"}),
    ("/organizations", "member_of=big&role=participating_state", {"france"}),
    ("/organizations", "member_of=big&on=1992", {"malta"}),
    ("/organizations", "member_of=big&member_of=league&on=1992", {"malta", "spain"}),
    ("/organizations", "member_of=league&role=member", set()),
    ("/organizations", "role=member&on=1992", set()),
    # a membership of which neither start nor end is known may hold at any time
    ("/organizations", "on=2004", {"malta"}),
    ("/organizations", "on=1998", {"malta"}),
    ("/organizations", "on=1999-01-01", {"france", "malta"}),
    ("/organizations", "on=2003-12-31", {"france", "malta"}),
    ("/organizations", "on=2099", {"spain", "malta"}),
    ("/people", "source=essay", {"bob"}),
    ("/people", "id=bob", {"bob"}),
    ("/people", "organization=league", {"ann"}),
    ("/people", "post=secretary_general", {"ann"}),
    ("/people", "post=head&organization=big", {"bob"}),
    ("/people", "meeting=visit", {"ann"}),
    ("/people", "related=letter", {"ann"}),
    ("/people", "on=2000&organization=big", set()),
    ("/people", "on=2004&organization=big", {"ann"}),
    ("/people", "on=2005", {"ann"}),
    ("/people", "on=2006-07&organization=big", {"bob"}),
    ("/meetings", "source=essay", {"forum"}),
    ("/meetings", "id=visit", {"visit"}),
    ("/meetings", "kind=visit&kind=summit", {"visit", "summit"}),
    ("/meetings", "status=planned", {"summit"}),
    ("/meetings", "kind=talk&place=hall", {"talk"}),
    ("/meetings", "organization=big", {"visit"}),
    ("/meetings", "organization=big&organization=council", {"visit", "talk"}),
    ("/meetings", "organization=council&person=ann", set()),
    ("/meetings", "person=ann", {"visit"}),
    ("/meetings", "with_organization=big", {"visit"}),
    ("/meetings", "organization=big&organization=council&with_organization=council", {"talk"}),
    ("/meetings", "organization=big&with_organization=council", set()),
    ("/meetings", "post=secretary_general", {"visit"}),
    # each about a participation of its own
    ("/meetings", "post=secretary_general&organization=council", set()),
    ("/meetings", "area=arms", {"visit"}),
    ("/meetings", "area=arms&area=mines", {"visit", "talk"}),
    ("/meetings", "place=town", {"visit"}),
    ("/meetings", "series=talks", {"talk"}),
    ("/meetings", "parent=visit", {"talk"}),
    ("/meetings", "parent=talk", {"whisper"}),
    # a date may overlap the range, or must lie within it; what has no date is in no range
    ("/meetings", "date_from=2004", {"visit", "talk", "summit", "guess"}),
    ("/meetings", "date_from=2004-01-22", {"talk", "summit", "guess"}),
    ("/meetings", "date_to=2004", {"visit", "talk", "forum"}),
    ("/meetings", "date_to=2004-01-20", {"talk", "forum"}),
    ("/meetings", "date_from=2004-01-21&date_to=2004-01-21", {"visit", "talk"}),
    ("/meetings", "date_from=2004-01-21&date_to=2004-01-21&date_match=within", {"visit"}),
    ("/meetings", "date_from=2004-01&date_to=2004-01&date_match=overlaps", {"visit", "talk"}),
    ("/meetings", "date_from=2000&date_to=2003", set()),
    ("/meetings", "date_from=1949&date_to=1950", {"forum"}),
    ("/meetings", "date_from=2049&date_to=2050", {"summit"}),
    ("/meetings", "date_from=2010&date_match=within", {"summit", "guess"}),
    ("/meetings", "date_to=1999&date_match=within", {"forum"}),
    ("/meetings", "date_to=1998&date_match=within", set()),
    # a year from outside counts where the text has none
    ("/meetings", "date_from=2022-01-12&date_to=2022-01-12&kind=conference", {"guess"}),
    ("/areas", "source=essay", {"east"}),
    ("/areas", "id=mines&id=traps", {"mines", "traps"}),
    ("/areas", "scheme=nato_osce", {"east"}),
    ("/areas", "kind=regional", {"east"}),
    ("/areas", "status=past&status=potential", {"mines", "east"}),
    ("/areas", "parent=arms", {"mines"}),
    ("/areas", "organization=big", {"arms"}),
    ("/areas", "meeting=visit", {"arms", "east"}),
    ("/areas", "document=treaty", {"arms"}),
    ("/areas", "carrier=talk", {"mines"}),
    ("/areas", "carrier=vow&carrier=talk", {"arms", "mines"}),
    ("/areas", "place=land", {"east"}),
    ("/areas", "related=traps", {"east"}),
    ("/areas", "related=east", {"traps"}),
    ("/documents", "source=essay", {"letter"}),
    ("/documents", "id=paper", {"paper"}),
    ("/documents", "kind=treaty&kind=letter", {"treaty", "letter"}),
    ("/documents", "organization=france", {"treaty"}),
    ("/documents", "person=ann", {"letter"}),
    ("/documents", "area=arms", {"treaty"}),
    # adopted at the one, an outcome of the other
    ("/documents", "meeting=summit", {"treaty"}),
    ("/documents", "meeting=visit", {"letter"}),
    ("/documents", "related=ann", {"letter"}),
    ("/documents", "date_from=2010-06", {"letter"}),
    ("/documents", "date_to=2010", {"treaty"}),
    ("/documents", "date_from=2010-05-02&date_match=within", {"letter"}),
    ("/activities", "source=essay", {"course"}),
    ("/activities", "id=aid", {"aid"}),
    ("/activities", "kind=briefing", {"drill"}),
    ("/activities", "area=arms", {"drill"}),
    ("/activities", "organization=big", {"drill"}),
    ("/activities", "place=town", {"drill"}),
    ("/activities", "related=ann", {"course"}),
    ("/activities", "date_from=2005", {"course"}),
    ("/activities", "date_to=2003", {"drill"}),
    ("/activities", "date_to=2004-06&date_match=within", set()),
    ("/statements", "source=essay", {"claim"}),
    ("/statements", "id=vow", {"vow"}),
    ("/statements", "kind=pledge", {"vow"}),
    ("/statements", "mode=reported&mode=document", {"claim", "aside"}),
    ("/statements", "speaker=ann", {"vow"}),
    ("/statements", "speaker=big", {"claim"}),
    ("/statements", "speaker=ann&speaker=big&mode=direct", {"vow"}),
    ("/statements", "speaker=france", set()),
    ("/statements", "meeting=visit", {"vow"}),
    ("/statements", "area=arms", {"vow"}),
    ("/statements", "organization=big", {"claim"}),
    ("/statements", "organization=france", {"vow"}),
    ("/statements", "person=ann", {"vow", "claim"}),
    ("/statements", "about=france", {"vow"}),
    ("/statements", "about=arms", {"claim"}),
    ("/statements", "addressee=ann", {"claim"}),
    ("/statements", "position_of=panel", {"aside"}),
    ("/statements", "reported_by=essay", {"aside"}),
    ("/statements", "date_from=2005", {"claim"}),
    ("/statements", "date_to=2005", {"vow"}),
    ("/statements", "date_from=2004-02&date_to=2010-06", {"claim"}),
    ("/statements", "date_to=2010-06&date_match=within", {"vow"}),
    ("/meeting-series", "source=essay", {"reviews"}),
    ("/meeting-series", "id=talks", {"talks"}),
    ("/meeting-series", "kind=staff_talks", {"talks"}),
    ("/meeting-series", "frequency=annual", {"talks"}),
    ("/meeting-series", "status=past", {"reviews"}),
    ("/meeting-series", "organizer=big", {"talks"}),
    ("/meeting-series", "organization=league", {"talks"}),
    ("/meeting-series", "with_organization=league&organization=league", {"talks"}),
    ("/meeting-series", "with_organization=big", set()),
    ("/meeting-series", "area=arms", {"talks"}),
    ("/places", "source=essay", set()),
    ("/places", "id=hall", {"hall"}),
    ("/places", "kind=city&kind=building", {"town", "hall"}),
    ("/places", "parent=land", {"town"}),
    ("/places", "country_code=FR", {"land"}),
    ("/sources", "source=essay", {"essay"}),
    ("/sources", "id=text", {"text"}),
    ("/sources", "publisher=Nobody", {"text"}),
    ("/relations", "source=essay", set()),
    ("/relations", "source=text", 16),
    # hashed ids are permanent like all others
    ("/relations", "id=r-gfjx6vhntlzhy6yh", {"League – succeeded by – Big"}),
    (
        "/relations",
        "predicate=author&predicate=signatory",
        {"Treaty – signatory – France", "A Letter – author – Ann"},
    ),
    ("/relations", "subject=letter", {"A Letter – author – Ann", "A Letter – outcome of – Visit"}),
    ("/relations", "object=visit", {"A Letter – outcome of – Visit"}),
    ("/relations", "record=visit", {"A Letter – outcome of – Visit"}),
    ("/relations", "record=league", {"League – succeeded by – Big"}),
    ("/relations", "object=league", set()),
    ("/timeline", "type=document", {"treaty", "letter"}),
    ("/timeline", "type=document&type=activity&q=treaty", {"treaty"}),
    ("/timeline", "id=treaty&id=drill", {"treaty", "drill"}),
    ("/timeline", "source=essay", {"letter", "course", "claim", "forum", "reviews"}),
    ("/timeline", "organization=france", {"treaty", "vow", "big"}),
    ("/timeline", "person=ann&type=document&type=meeting", {"letter", "visit"}),
    ("/timeline", "area=mines", {"talk"}),
    ("/timeline", "date_from=2010&type=document", {"treaty", "letter"}),
    ("/timeline", "date_to=1997", {"forum", "league", "big"}),
    ("/timeline", "date_from=2004-01&date_to=2004-01&date_match=within", {"visit", "talk", "vow"}),
    ("/evidence", "record=paper", 2),
    ("/evidence", "record=paper&field=kind", 1),
    ("/evidence", "source=essay&record=letter", 3),
    ("/evidence", "field=date_outside", 1),
    ("/evidence", "basis=outside", 1),
    ("/evidence", "paragraph=3", 4),
    ("/evidence", "paragraph=2&paragraph=3&source=essay", 8),
    ("/evidence", "id=e-32lgrfpohwwm4dik", {"e-32lgrfpohwwm4dik"}),
]


@pytest.fixture
def ask(tiny: Direct) -> Get:
    return tiny.get


def found(ask: Get, path: str, query: str) -> list[str]:
    """What a query keeps: relations by name, the rest by id."""
    kept = rows(ask, f"{path}?{query}")
    return [row["name" if path == "/relations" else "id"] for row in kept]


@pytest.mark.parametrize(("path", "query", "expected"), FILTERS)
def test_a_filter_keeps_what_it_says(ask: Get, path: str, query: str, expected: Expected) -> None:
    kept = found(ask, path, query)
    assert (len(kept) if isinstance(expected, int) else set(kept)) == expected
    assert len(set(kept)) == len(kept) == ask(f"{path}?{query}&limit=0")["total"]


def test_every_filter_of_every_list_changes_the_answer_of_a_row(ask: Get) -> None:
    """Without the parameter, the row has another answer."""
    proved = set()
    for path, query, _ in FILTERS:
        pairs = parse_qsl(query)
        for name in dict(pairs):
            left = [pair for pair in pairs if pair[0] != name]
            if not {"date_from", "date_to"} & dict(left).keys():
                left = [pair for pair in left if pair[0] != "date_match"]  # it goes with one of them
            if found(ask, path, urlencode(left)) != found(ask, path, query):
                proved.add((path, name))
    declared = {(path, name) for path in FILTERED for name in parameters(path) if name not in NO_FILTER}
    assert declared - proved == set()


SORTS: list[tuple[str, str, list[str]]] = [
    # by name means by the name without case, accents and punctuation; then by id
    ("/organizations", "name", ["big", "council", "france", "league", "malta", "panel", "spain"]),
    ("/organizations", "-name", ["spain", "panel", "malta", "league", "france", "council", "big"]),
    ("/organizations", "id", ["big", "council", "france", "league", "malta", "panel", "spain"]),
    ("/organizations", "-id", ["spain", "panel", "malta", "league", "france", "council", "big"]),
    # what is unknown comes last in either direction
    ("/organizations", "start", ["league", "big", "council", "france", "malta", "panel", "spain"]),
    ("/organizations", "-start", ["big", "league", "spain", "panel", "malta", "france", "council"]),
    ("/organizations", "start,-id", ["league", "big", "spain", "panel", "malta", "france", "council"]),
    ("/organizations", "-start,id", ["big", "league", "council", "france", "malta", "panel", "spain"]),
    ("/meetings", "date", ["talk", "visit", "summit", "guess", "forum", "whisper"]),
    ("/meetings", "-date", ["guess", "summit", "visit", "talk", "whisper", "forum"]),
    ("/meetings", "name", ["forum", "guess", "summit", "talk", "visit", "whisper"]),
    ("/meetings", "-name", ["whisper", "visit", "talk", "summit", "guess", "forum"]),
    ("/meetings", "id", ["forum", "guess", "summit", "talk", "visit", "whisper"]),
    ("/people", "name", ["bob", "ann"]),
    ("/people", "-name", ["ann", "bob"]),
    ("/people", "id", ["ann", "bob"]),
    ("/areas", "name", ["east", "arms", "mines", "traps"]),
    ("/areas", "id", ["arms", "east", "mines", "traps"]),
    ("/documents", "date", ["treaty", "letter", "paper"]),
    ("/documents", "-date", ["letter", "treaty", "paper"]),
    ("/documents", "name", ["letter", "paper", "treaty"]),
    ("/documents", "-id", ["treaty", "paper", "letter"]),
    ("/activities", "date", ["drill", "course", "aid"]),
    ("/activities", "-date", ["course", "drill", "aid"]),
    ("/activities", "name", ["course", "drill", "aid"]),
    ("/activities", "id", ["aid", "course", "drill"]),
    ("/statements", "date", ["vow", "claim", "aside"]),
    ("/statements", "-date", ["claim", "vow", "aside"]),
    ("/statements", "name", ["aside", "claim", "vow"]),
    ("/statements", "-id", ["vow", "claim", "aside"]),
    ("/meeting-series", "start", ["reviews", "talks"]),
    ("/meeting-series", "-name", ["talks", "reviews"]),
    ("/meeting-series", "id", ["reviews", "talks"]),
    ("/places", "name", ["hall", "land", "town"]),
    ("/places", "-id", ["town", "land", "hall"]),
    ("/sources", "published", ["essay", "text"]),
    ("/sources", "-published", ["essay", "text"]),
    ("/sources", "-name", ["text", "essay"]),
    ("/sources", "-id", ["text", "essay"]),
]


@pytest.mark.parametrize(("path", "sort", "expected"), SORTS)
def test_a_sort_orders_as_it_says(ask: Get, path: str, sort: str, expected: list[str]) -> None:
    assert found(ask, path, f"sort={sort}") == expected


HASHED = {"/relations", "/evidence"}
"""Lists of records whose ids are hashes; their order is told by their rows."""
ORDERS: dict[str, Callable[[Any], Any]] = {
    "id": lambda row: row["id"],
    "source": lambda row: row["source"] and row["source"]["id"],
    "paragraph": lambda row: row["paragraph"],
    "name": lambda row: " ".join(
        re.findall(r"[^\W_]+", (row.get("name") or row["quote"] or row["how"]).lower())
    ),
}


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize(("path", "key"), [(p, k) for p in sorted(HASHED) for k in sorts(p) if k[0] != "-"])
def test_the_sorts_of_what_has_no_names(ask: Get, path: str, key: str, descending: bool) -> None:
    order, every = ORDERS[key], rows(ask, path)
    known = [row for row in every if order(row) is not None]
    unknown = [row for row in every if order(row) is None]
    expected = sorted(known, key=lambda row: (order(row), row["id"]), reverse=descending)
    expected += sorted(unknown, key=lambda row: row["id"], reverse=descending)
    assert rows(ask, f"{path}?sort={'-' if descending else ''}{key}") == expected
    assert len(expected) > 5


def test_every_sort_of_every_list_has_a_row() -> None:
    tested = {(path, key.removeprefix("-")) for path, sort, _ in SORTS for key in sort.split(",")}
    declared = {(path, key.removeprefix("-")) for path in LISTS for key in sorts(path)}
    assert {pair for pair in declared - tested if pair[0] not in HASHED} == set()
