"""Walking a list by `next`, or back by `prev`, gives every row once, in order, whatever the sort and the limit."""

import re
from collections.abc import Iterator
from itertools import permutations, product
from typing import Any

import pytest

from tests.api import LISTS, PAGED, sorts, with_required
from tests.conftest import Get, World
from tests.direct import Direct
from tests.world import meeting

Page = dict[str, Any]
LINK = re.compile(r'<([^>]*)>; rel="([a-z]+)"')


def asked(direct: Direct, url: str) -> Page:
    """A page, whose Link header says what its body says."""
    answer = direct.request(url)
    assert answer.status == 200, answer.content
    page: Page = answer.json()
    links = {name: target for target, name in LINK.findall(answer.headers.get("link", ""))}
    assert {name: links.get(name) for name in ("next", "prev")} == {
        name: page[name] for name in ("next", "prev")
    }
    return page


def walk(direct: Direct, url: str, way: str = "next") -> Iterator[Page]:
    following: str | None = url
    while following:
        page = asked(direct, following)
        yield page
        following = page[way]


def ids(pages: list[Page]) -> list[str]:
    return [row["id"] for page in pages for row in page["items"]]


def walked(direct: Direct, path: str, limit: int, query: str = "") -> list[str]:
    """The ids of a list, walked forward and back again."""
    joint = "&" if "?" in path else "?"
    forward = list(walk(direct, f"{path}{joint}limit={limit}{query}"))
    assert forward[0]["prev"] is None
    assert {page["total"] for page in forward} == {len(ids(forward))}
    assert {page["limit"] for page in forward} == {limit}
    assert all(len(page["items"]) == limit for page in forward[:-1])
    assert forward[-1]["items"] or len(forward) == 1
    assert len(set(ids(forward))) == len(ids(forward))
    if len(forward) > 1:
        back = list(walk(direct, forward[-1]["prev"], "prev"))
        assert [page["items"] for page in reversed(back)] == [page["items"] for page in forward[:-1]]
        again = asked(direct, back[0]["next"])
        assert again["items"] == forward[-1]["items"]
        assert again["next"] is None
    return ids(forward)


@pytest.mark.parametrize("path", PAGED)
def test_every_list_whole(direct: Direct, path: str) -> None:
    url = with_required(path, path)
    every = walked(direct, url, 100)
    if len(every) <= 500:
        assert walked(direct, url, 7) == every


@pytest.mark.parametrize("path", LISTS)
def test_every_sort_of_every_list(direct: Direct, path: str) -> None:
    """Its reverse mirrors it, but for what is unknown, which comes last in both."""
    for sort in sorts(path):
        assert len(walked(direct, path, 100, f"&sort={sort}")) == direct.get(path, limit=0)["total"]


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("limit", [1, 2, 7])
def test_small_pages_of_every_sort(tiny: Direct, path: str, limit: int) -> None:
    for sort in sorts(path):
        query = f"&sort={sort}"
        assert walked(tiny, path, limit, query) == walked(tiny, path, 100, query)


TIES = [
    meeting(f"m{number:02}", name=name, **({"date": date} if date else {}))
    for number, (name, date) in enumerate(product(["Same", "Other"], ["2001", None, "2002", None, "2001"]))
]
SORTS = [
    ",".join(f"{sign}{key}" for sign, key in zip(signs, keys, strict=True))
    for size in (1, 2, 3)
    for keys in permutations(["name", "date", "id"], size)
    for signs in product(["", "-"], repeat=size)
]


def tie_order(sort: str) -> list[str]:
    """The made-up meetings as Python sorts them: from the last key to the first, unknown dates last."""
    rows = sorted(TIES, key=lambda row: row["id"], reverse=sort.split(",")[-1].startswith("-"))
    for key in reversed(sort.split(",")):
        name, descending = key.removeprefix("-"), key.startswith("-")
        rows.sort(key=lambda row: row.get(name) or "", reverse=descending)
        if name == "date":
            rows.sort(key=lambda row: "date" not in row)
    return [row["id"] for row in rows]


def test_ties_and_unknown_dates_in_every_mixture_of_directions(world: World) -> None:
    with Direct.over(world(meetings=TIES)) as ties:
        for sort in SORTS:
            for limit in (1, 3, 100):
                assert walked(ties, "/meetings", limit, f"&sort={sort}") == tie_order(sort), (sort, limit)


DATED = {"date", "start", "published"}


@pytest.mark.parametrize(
    ("path", "key"), [(path, key) for path in LISTS for key in sorts(path) if key.lstrip("-") in DATED]
)
def test_unknown_dates_come_last_in_both_directions(direct: Direct, path: str, key: str) -> None:
    pages = walk(direct, f"{path}?limit=100&sort={key}")
    unknown = [unbounded(row[key.lstrip("-")]) for page in pages for row in page["items"]]
    assert unknown == sorted(unknown)


def unbounded(date: dict[str, Any] | None) -> bool:
    """A first day is unknown too in a date without its year, unless that is known from outside, or without a start."""
    known = date and (date["earliest"] or (date["outside"] or {}).get("earliest"))
    return not known


@pytest.mark.parametrize("path", PAGED)
def test_limit_0_gives_the_total_alone(get: Get, path: str) -> None:
    url = with_required(path, path)
    page = get(f"{url}{'&' if '?' in url else '?'}limit=0")
    assert page["items"] == []
    assert page["next"] is page["prev"] is None
    assert page["limit"] == 0
    assert page["total"] == get(url)["total"] > 0


def test_a_cursor_survives_another_limit(get: Get) -> None:
    first = get("/organizations?limit=3")
    every = [row["id"] for row in get("/organizations?limit=100")["items"]]
    for limit in (1, 5, 100):
        page = get(first["next"].replace("limit=3", f"limit={limit}"))
        assert [row["id"] for row in page["items"]] == every[3 : 3 + limit] or limit == 100
        assert page["items"][0]["id"] == every[3]
    assert get(first["next"].replace("limit=3", "limit=0"))["items"] == []


def test_links_keep_the_query(direct: Direct) -> None:
    query = "/meetings?kind=visit&kind=talk&kind=call&sort=-date,name&date_from=2003&limit=1"
    page = asked(direct, query)
    assert {row["kind"] for page in walk(direct, query) for row in page["items"]} <= {"visit", "talk", "call"}
    assert page["total"] > 1
    assert page["next"].startswith("/meetings?")
    for part in ("kind=visit", "kind=talk", "date_from=2003", "limit=1"):
        assert part in page["next"]


def test_what_matches_nothing_is_one_empty_page(get: Get) -> None:
    page = get("/meetings?date_to=1900&date_match=within")
    assert (page["items"], page["total"], page["next"], page["prev"]) == ([], 0, None, None)
