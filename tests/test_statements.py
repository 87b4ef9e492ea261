"""A list page costs at most three statements and a detail at most two, whatever is asked for."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.api import DOCUMENT, LISTS, PATHS, address, parameters, sorts
from tests.conftest import Get
from tests.direct import Direct

PER_PAGE, PER_DETAIL = 3, 2


@pytest.fixture(scope="session")
def direct(uncached: Direct) -> Direct:
    return uncached


@contextmanager
def counted(direct: Direct) -> Iterator[list[str]]:
    """The statements that reach the database, counted by the database; what its text index asks of itself begins with `--`."""
    connection = direct.application.state.database.release().reader.connection
    statements: list[str] = []
    connection.set_trace_callback(statements.append)
    try:
        yield statements
    finally:
        connection.set_trace_callback(None)


def cost(direct: Direct, url: str) -> int:
    """The statements of an answer whose totals are not counted yet."""
    direct.request(url)
    vars(direct.application.state.database.release()).pop("remembered", None)
    with counted(direct) as statements:
        assert direct.request(url).status == 200, url
    return len([statement for statement in statements if not statement.startswith("--")])


def test_the_counter_counts(direct: Direct) -> None:
    assert cost(direct, "/organizations?sort=-id") >= 1
    assert cost(direct, "/organizations/osce") >= 1


@pytest.mark.parametrize("path", LISTS)
def test_a_page(direct: Direct, path: str) -> None:
    assert cost(direct, path) <= PER_PAGE
    assert cost(direct, f"{path}?limit=100&sort={','.join(sorts(path)[::2])}") <= PER_PAGE
    assert cost(direct, f"{path}?limit=0") <= PER_PAGE
    following = direct.get(f"{path}?limit=1")["next"]
    if following:
        assert cost(direct, following) <= PER_PAGE


@pytest.mark.parametrize("path", LISTS)
def test_a_page_of_the_related_lists(direct: Direct, path: str) -> None:
    """Filtered by an id, which has to be looked up first."""
    detail = direct.get(direct.get(f"{path}?limit=1")["items"][0]["url"])
    urls = [value["url"] for value in detail.values() if isinstance(value, dict) and "total" in value]
    for url in urls:
        assert cost(direct, url) <= PER_PAGE, url


def test_a_page_with_many_filters(direct: Direct) -> None:
    url = (
        "/organizations?member_of=osce&member_of=nato&role=participating_state&role=member&on=2004&kind=state"
        "&source=osce-2004-01-21&sort=-start,name&limit=5"
    )
    assert cost(direct, url) <= PER_PAGE


@pytest.mark.parametrize("path", LISTS)
def test_each_facet_costs_one_more(direct: Direct, path: str) -> None:
    facets = parameters(path)["facet"]["schema"]["items"]["enum"][:10]
    query = "&".join(f"facet={name}" for name in facets)
    assert cost(direct, f"{path}?{query}") <= PER_PAGE + len(facets)


@pytest.mark.parametrize("path", LISTS)
def test_a_detail(direct: Direct, get: Get, path: str) -> None:
    for row in get(path)["items"]:
        assert cost(direct, row["url"]) <= PER_DETAIL


@pytest.mark.parametrize("path", [path for path in PATHS if path.removesuffix("/{id}") not in LISTS])
def test_every_other_path(direct: Direct, get: Get, path: str) -> None:
    if "application/json" in DOCUMENT["paths"][path]["get"]["responses"]["200"]["content"]:
        assert cost(direct, address(get, path)) <= PER_PAGE
