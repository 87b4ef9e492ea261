"""A facet adds up: a count is the total of the list with that filter, and `null` is what no value counts."""

from itertools import islice
from typing import Any

import pytest

from app.listings import LISTINGS
from app.timeline import TIMELINE
from tests.api import PAGED, parameters
from tests.conftest import Get, World, serve
from tests.world import cited, organization, record

FACETED = [path for path in PAGED if "facet" in parameters(path)]
FACETS = [(path, name) for path in FACETED for name in parameters(path)["facet"]["schema"]["items"]["enum"]]
BY_PATH = {listing.path: listing for listing in (*LISTINGS.values(), TIMELINE)}
ONE_LINK = [
    ("/organizations", "member_of", "role"),
    ("/organizations", "role", "member_of"),
    ("/people", "organization", "post"),
    ("/people", "post", "organization"),
]
every_facet = pytest.mark.parametrize(("path", "name"), FACETS)


def facet(get: Get, path: str, name: str, **filters: Any) -> tuple[int, dict[str, int]]:
    page = get(path, facet=name, limit=0, **filters)
    return page["total"], page["facets"][name]


def test_every_list_has_facets() -> None:
    assert {path for path, _ in FACETS} == {*BY_PATH} == {*PAGED} - {"/search"}
    assert ("/timeline", "organization") in FACETS


@every_facet
def test_a_count_is_the_total_with_that_filter(get: Get, path: str, name: str) -> None:
    _, counts = facet(get, path, name)
    values = [value for value in counts if value != "null"]
    for value in (*values[:8], *values[-3:]):
        assert get(path, limit=0, **{name: value})["total"] == counts[value], value


@every_facet
def test_null_counts_what_has_no_value(get: Get, path: str, name: str) -> None:
    total, counts = facet(get, path, name)
    with_value = [value for value in counts if value != "null"]
    if len(with_value) <= 100:
        found = get(path, limit=0, **{name: with_value})["total"] if with_value else 0
        assert counts.get("null", 0) == total - found
    assert sum(counts.values()) >= total


@every_facet
def test_the_most_frequent_values_come_first(get: Get, path: str, name: str) -> None:
    _, counts = facet(get, path, name)
    assert list(counts.values()) == sorted(counts.values(), reverse=True)
    assert 0 not in counts.values()


def single(path: str, name: str) -> bool:
    """Whether a record can have one value only."""
    filter_ = BY_PATH[path].filters[name]
    return filter_.record is None and filter_.either is None


@pytest.mark.parametrize(("path", "name"), [pair for pair in FACETS if single(*pair)])
def test_counts_of_single_values_sum_to_the_total(get: Get, path: str, name: str) -> None:
    total, counts = facet(get, path, name)
    assert sum(counts.values()) == total


@pytest.mark.parametrize(("path", "given", "counted"), ONE_LINK)
def test_filters_about_one_link_count_that_link(get: Get, path: str, given: str, counted: str) -> None:
    _, values = facet(get, path, given)
    for value in islice((value for value in values if value != "null"), 10):
        total, counts = facet(get, path, counted, **{given: value})
        for other, count in counts.items():
            if other != "null":
                assert get(path, limit=0, **{given: value, counted: other})["total"] == count
        assert sum(counts.values()) >= total


def test_another_membership_does_not_count(world: World) -> None:
    both = [cited(organization="x", role="member"), cited(organization="y", role="chair", start="2001")]
    organizations = [organization("a", memberships=both), organization("x"), organization("y")]
    with serve(world(organizations=organizations)) as client:

        def ask(query: str) -> Any:
            return client.get(f"/organizations?limit=0&{query}").json()["facets"]

        assert ask("member_of=x&facet=role") == {"role": {"member": 1}}
        assert ask("role=chair&facet=member_of") == {"member_of": {"y": 1}}
        assert ask("on=1999&facet=member_of") == {"member_of": {"x": 1}}
        assert ask("facet=role") == {"role": {"null": 2, "chair": 1, "member": 1}}
        assert ask("member_of=x&facet=member_of") == {"member_of": {"x": 1, "y": 1}}
        assert ask("kind=state&facet=role") == {"role": {}}


def test_a_facet_counts_values_of_its_own_type_only(world: World) -> None:
    about = [cited(predicate="about", object=other) for other in ("a", "someone")]
    letter = record("letter", kind="letter", relations=about)
    records = {"organizations": [organization("a")], "people": [record("someone")], "documents": [letter]}
    with serve(world(**records)) as client:
        found = client.get("/documents?limit=0&facet=organization&facet=person&facet=related").json()[
            "facets"
        ]
    assert found == {"organization": {"a": 1}, "person": {"someone": 1}, "related": {"a": 1, "someone": 1}}


@pytest.mark.parametrize("path", FACETED)
def test_facets_count_what_the_text_finds(get: Get, path: str) -> None:
    name = parameters(path)["facet"]["schema"]["items"]["enum"][0]
    total, counts = facet(get, path, name, q="osce")
    for value in islice((value for value in counts if value != "null"), 5):
        assert get(path, limit=0, q="osce", **{name: value})["total"] == counts[value]
    assert sum(counts.values()) >= total


def test_facets_are_counted_over_all_pages(get: Get) -> None:
    first = get("/statements", limit=1, facet=["kind", "mode"])
    second = get(first["next"])
    assert first["facets"] == second["facets"]
    assert list(first["facets"]) == ["kind", "mode"]
