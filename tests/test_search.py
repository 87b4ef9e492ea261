"""Search finds names before aliases before text, however they are spelled; any text is a valid query."""

import re
from html import unescape
from pathlib import Path
from typing import Any, get_args
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from app.database import Release
from app.listings import LISTINGS
from app.search import FACTS, Text
from app.snippets import LENGTH, snippet
from app.spelling import folded
from app.vocabularies import OwnType, RecordType
from tests.api import rows
from tests.conftest import Get, World, release_class, serve
from tests.world import organization


def ids(page: dict[str, Any]) -> list[str]:
    return [item["id"] for item in page["items"]]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("osce", "osce"),
        ("NATO", "nato"),
        ("KFOR", "kfor"),
        ("kosovo force", "kfor"),
        ("Organization for Security and Co-operation in Europe", "osce"),
        ("organisation for security and cooperation in europe", "osce"),
        ("Jens", "jens-stoltenberg"),
        ("jens stolt", "jens-stoltenberg"),
        ("Turkiye", "turkiye"),
        ("TÜRKIYE", "turkiye"),
    ],
)
def test_names_come_first(get: Get, query: str, first: str) -> None:
    page = get("/search", q=query)
    assert ids(page)[0] == first
    assert page["items"][0]["match"] == "exact"
    assert page["suggestions"] == []


@pytest.mark.parametrize(
    ("query", "meant"),
    [
        ("Stoltenburg", "jens-stoltenberg"),
        ("Jens Stoltenburg", "jens-stoltenberg"),
        ("Zanier", "lamberto-zannier"),
        ("Kosova force", "kfor"),
        ("OCSE", "osce"),
        ("NTAO", "nato"),
    ],
)
def test_misspelt_names_are_found(get: Get, query: str, meant: str) -> None:
    page = get("/search", q=query)
    assert ids(page)[0] == meant
    assert {item["match"] for item in page["items"]} == {"similar"}
    assert [suggestion["id"] for suggestion in page["suggestions"]] == ids(page)
    assert page["total"] == len(page["items"]) == sum(page["facets"]["type"].values())
    assert get(page["suggestions"][0]["url"])["id"] == meant


def test_similar_names_have_pages_too(get: Get) -> None:
    whole = get("/search", q="OCSE")
    assert [row["id"] for row in rows(get, "/search?q=OCSE&limit=2")] == ids(whole)
    second = get(get("/search", q="OCSE", limit=2)["next"])
    assert ids(get(second["prev"])) == ids(whole)[:2]


def test_nothing_resembles_what_is_no_name(get: Get) -> None:
    page = get("/search", q="xylophone quartet")
    assert (page["items"], page["total"], page["suggestions"]) == ([], 0, [])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("co-operation", "cooperation"),
        ("co‑ordinator", "Coordinator"),
        ("co-op", "coop"),
        ("de-mining", "demining"),
        ("defence", "defense"),
        ("programme", "program"),
        ("programmes", "programs"),
        ("programming", "programing"),
        ("organisation", "organization"),
        ("mobilise", "mobilize"),
        ("analyse", "analyze"),
        ("centre", "center"),
        ("centres", "centers"),
        ("labour", "labor"),
        ("neighbourhood", "neighborhood"),
        ("dialogue", "dialog"),
        ("manoeuvres", "maneuvers"),
        ("judgement", "judgment"),
        ("Čaušević", "causevic"),
        ("cafe\u0301", "CAFÉ"),
        ("Straße", "STRASSE"),
        ("N.A.T.O", "n a t o"),
    ],
)
def test_spellings_are_folded(one: str, other: str) -> None:
    assert folded(one) == folded(other) != ""


@pytest.mark.parametrize("word", ["cooperation", "defence", "programmes", "organisation", "centre", "labour"])
def test_every_beginning_of_a_word_begins_either_spelling(word: str) -> None:
    american = {"defence": "defense", "programmes": "programs", "organisation": "organization"} | {
        "centre": "center",
        "labour": "labor",
        "cooperation": "co-operation",
    }
    for spelling in (word, american[word]):
        beginnings = [spelling[:length] for length in range(4, len(spelling) + 1)]
        assert all(folded(word).startswith(folded(beginning)) for beginning in beginnings)


@pytest.mark.parametrize(
    ("one", "other"),
    [("co-operation", "cooperation"), ("defence", "defense"), ("programme", "program"), ("Türk", "turk")],
)
def test_spellings_find_the_same(get: Get, one: str, other: str) -> None:
    page = get("/search", q=one, limit=100)
    assert page["total"] > 0
    assert ids(page) == ids(get("/search", q=other, limit=100))


def test_a_phrase_is_found_with_its_record(get: Get) -> None:
    found = next(
        item for item in get("/evidence", record="zannier-visits-nato-2014")["items"] if item["quote"]
    )
    page = get("/search", q=found["quote"], limit=100)
    item = next(item for item in page["items"] if item["id"] == "zannier-visits-nato-2014")
    assert item["field"] == "evidence"
    assert unescape(re.sub("</?mark>", "", item["snippet"])) == get(item["evidence"])["quote"]
    assert "<mark>" in item["snippet"]


def test_names_before_aliases_before_text(world: World) -> None:
    text = "Zebra " * 20
    path = world(
        organizations=[
            organization("third", name="One") | {"summary": text.strip()},
            organization("other", name=f"Another {'long ' * 30}zebra crossing"),
            organization("exact", name="Zebra"),
            organization(
                "alias",
                name="Two",
                aliases=[
                    {
                        "name": f"{'Long ' * 30}zebra",
                        "kind": "description",
                        "evidence": [{"at": "text#1", "quote": "three plain words"}],
                    }
                ],
            ),
        ]
    )
    with serve(path) as client:
        found = client.get("/search?q=zebra").json()
        assert ids(found) == ["exact", "other", "alias", "third"]
        assert [item["field"] for item in found["items"]] == ["name", "name", "alias", "summary"]
        assert len(re.sub("</?mark>", "", found["items"][3]["snippet"])) < LENGTH + 10


def test_what_is_no_mark_is_escaped(world: World) -> None:
    with serve(world(organizations=[organization("rock", name="<b>Rock</b> & 'Roll'")])) as client:
        item = client.get("/search?q=roll").json()["items"][0]
    assert item["snippet"] == "&lt;b&gt;Rock&lt;/b&gt; &amp; &#x27;<mark>Roll</mark>&#x27;"


def test_a_long_text_is_shown_around_the_first_mark() -> None:
    shown = snippet("word " * 200 + "needle " + "word " * 200, Text.of("needl"))
    assert "<mark>needle</mark>" in shown
    assert shown[0] == shown[-1] == "…"


@pytest.mark.parametrize("query", ["osce", "arms control", "a", "Stoltenberg", "kosovo"])
def test_pages_joined_are_the_whole(get: Get, query: str) -> None:
    url = f"/search?{urlencode({'q': query})}"
    joined = rows(get, f"{url}&limit=7")
    assert len(joined) == get(f"{url}&limit=0")["total"] == len({item["id"] for item in joined})
    assert joined[:100] == get(f"{url}&limit=100")["items"]
    first = get(f"{url}&limit=7")
    if first["next"]:
        assert ids(get(get(first["next"])["prev"])) == ids(first)


def test_types_and_facets(get: Get) -> None:
    whole = get("/search", q="osce", limit=0)
    assert whole["items"] == []
    assert sum(whole["facets"]["type"].values()) == whole["total"]
    for type_, count in whole["facets"]["type"].items():
        page = get("/search", q="osce", type=type_, limit=100)
        assert page["total"] == count
        assert {item["type"] for item in page["items"]} == {type_}
    both = get("/search", q="osce", type=["person", "source"], limit=0)["facets"]["type"]
    assert both == {type_: whole["facets"]["type"][type_] for type_ in both}
    assert len(both) == 2


def test_search_has_every_type_of_record() -> None:
    assert set(get_args(OwnType)) == {str(type_) for type_ in RecordType if type_ not in FACTS}


@pytest.mark.parametrize("query", ["kosovo", "arms", "co-operation", "!!!", "zz zz"])
def test_a_list_takes_q_as_the_search_does(get: Get, query: str) -> None:
    for type_, listing in LISTINGS.items():
        if type_ not in FACTS:
            found = {
                row["id"] for row in rows(get, f"{listing.path}?{urlencode({'q': query, 'limit': 100})}")
            }
            exact = rows(get, f"/search?{urlencode({'q': query, 'type': type_, 'limit': 100})}")
            assert found == {item["id"] for item in exact if item["match"] == "exact"}


def test_q_is_one_filter_among_others(get: Get) -> None:
    states = {row["id"] for row in rows(get, "/organizations?kind=state&limit=100")}
    named = {row["id"] for row in rows(get, "/organizations?q=kosovo&limit=100")}
    both = rows(get, "/organizations?q=kosovo&kind=state&limit=100")
    assert {row["id"] for row in both} == states & named
    facet = get("/organizations", q="osce", facet="kind", limit=0)
    assert sum(facet["facets"]["kind"].values()) == facet["total"]
    names = [row["name"] for row in rows(get, "/organizations?q=osce&sort=-name")]
    assert names[::-1] == [row["name"] for row in rows(get, "/organizations?q=osce&sort=name")]


def test_evidence_and_relations_have_q(get: Get) -> None:
    quotes = rows(get, "/evidence?q=visited+NATO+HQ&limit=100")
    assert quotes
    assert all({"visited", "nato", "hq"} <= set(folded(f"{e['quote']} {e['how']}").split()) for e in quotes)
    relations = rows(get, "/relations?q=stoltenberg&limit=100")
    assert any("Stoltenberg" in relation["name"] for relation in relations)


@pytest.mark.parametrize("path", ["/search", "/meetings", "/evidence"])
@pytest.mark.parametrize("query", ["q=", "q=" + "x" * 501, "q=%00", "q=a%00b", "q=%ff", "q=a&q=b"])
def test_what_is_no_query_is_refused(client: TestClient, path: str, query: str) -> None:
    response = client.get(f"{path}?{query}")
    assert response.status_code == 400
    assert "q" in response.text


def test_q_is_required(client: TestClient) -> None:
    (error,) = client.get("/search").json()["errors"]
    assert (error["parameter"], error["detail"]) == ("q", "The parameter 'q' is required.")


@pytest.mark.parametrize(
    "query", ["type=evidence", "type=organisation", "sort=name", "cursor=x", "limit=101"]
)
def test_what_the_search_does_not_know_is_refused(client: TestClient, query: str) -> None:
    response = client.get(f"/search?q=osce&{query}")
    assert response.status_code == 400
    assert response.json()["errors"][0]["parameter"] == query.partition("=")[0]


def test_a_cursor_belongs_to_its_query(client: TestClient, get: Get) -> None:
    cursor = get("/search", q="osce", limit=2)["next"]
    assert client.get(cursor.replace("q=osce", "q=nato")).status_code == 400
    assert client.get(f"{cursor}&type=person").status_code == 400


@pytest.mark.parametrize(
    ("query", "most"), [("osce", 3), ("arms control", 3), ("!!!", 2), ("Stoltenburg", 3), ("xyzzy", 4)]
)
def test_statements(database: Path, monkeypatch: pytest.MonkeyPatch, query: str, most: int) -> None:
    asked: list[Any] = []
    with serve(database) as client:
        served = release_class(client)
    fetch = served.fetch

    def counted(self: Release, statement: Any, values: Any) -> Any:
        asked.append(statement)
        return fetch(self, statement, values)

    monkeypatch.setattr(served, "fetch", counted)
    with serve(database) as client:
        assert client.get("/search", params={"q": query}).status_code == 200
    assert 1 <= len(asked) <= most


ODD = [
    '"',
    "'",
    "*",
    "(",
    ")",
    ":",
    "-",
    "^",
    "+",
    "NEAR(",
    "AND",
    "OR",
    "NOT",
    "name:",
    "{name}",
    "\\",
    "%",
    "_",
]
WORDS = [
    "osce",
    "kosovo",
    "co-",
    "co",
    "de",
    "NATO's",
    "Zanier",
    "defens",
    "a",
    "é",
    "ﬁ",
    "İ",
    "²",
    "\u0301",
    "🙂",
]
ANY_TEXT = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=500),
    st.lists(st.sampled_from(ODD + WORDS), min_size=1, max_size=40).map(" ".join),
    st.lists(st.sampled_from(ODD + WORDS), min_size=1, max_size=40).map("".join),
)


@settings(max_examples=120, deadline=None, derandomize=True, database=None)
@given(query=ANY_TEXT)
def test_any_text_is_a_query(client: TestClient, query: str) -> None:
    for path in ("/search", "/statements", "/evidence"):
        response = client.get(f"{path}?{urlencode({'q': query, 'limit': 5})}")
        assert response.status_code == (400 if "\0" in query else 200), response.text
        if path == "/search" and response.status_code == 200:
            check(response.json(), query)


def check(page: dict[str, Any], query: str) -> None:
    assert page["total"] == sum(page["facets"]["type"].values())
    assert len(page["items"]) == min(5, page["total"])
    for item in page["items"]:
        assert "<" not in re.sub("</?mark>", "", item["snippet"])
        assert item["match"] == "similar" or "<mark>" in item["snippet"] or len(Text.of(query).words) > 16


def test_the_longest_query(get: Get) -> None:
    assert get("/search", q="🙂" * 500)["total"] == 0
    assert get("/search", q="osce " * 100)["total"] == get("/search", q="osce")["total"]
    assert get("/search", q="a b " * 125)["total"] >= 0
