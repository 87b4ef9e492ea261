"""What very many records have in common is not ranked, and what is asked for is found all the same."""

from collections.abc import Iterator

import pytest

from app import search
from seed import index
from tests.conftest import World
from tests.direct import Direct
from tests.world import meeting, organization

MEETINGS = [f"round-of-talks-{number:02}" for number in range(30)]


@pytest.fixture
def crowded(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Direct]:
    """Thirty meetings with names much alike, in a world where three are many."""
    monkeypatch.setattr(index, "COMMON", 3)
    monkeypatch.setattr(search, "RANKED", 3)
    named = [organization("talks"), organization("talks-secretariat")]
    with Direct.over(world(meetings=[meeting(id_) for id_ in MEETINGS], organizations=named)) as direct:
        yield direct


def ids(direct: Direct, url: str) -> list[str]:
    return [item["id"] for item in direct.get(url)["items"]]


def test_a_common_word_finds_all_in_a_known_order_and_its_namesake_first(crowded: Direct) -> None:
    page = crowded.get("/search?q=talks&limit=100")
    assert page["total"] == 32
    assert page["facets"] == {"type": {"meeting": 30, "organization": 2}}
    assert [item["id"] for item in page["items"]] == ["talks", "talks-secretariat", *MEETINGS]
    assert {item["score"] for item in page["items"]} == {None}


def test_its_pages_miss_nothing_in_either_direction(crowded: Direct) -> None:
    whole = ids(crowded, "/search?q=talks&limit=100")
    pages = [crowded.get("/search?q=talks&limit=5")]
    while following := pages[-1]["next"]:
        pages.append(crowded.get(following))
    assert [item["id"] for page in pages for item in page["items"]] == whole
    back = pages[-1]
    for page in pages[-2::-1]:
        back = crowded.get(back["prev"])
        assert back["items"] == page["items"]
    assert back["prev"] is None


def test_a_word_that_few_have_is_ranked(crowded: Direct) -> None:
    page = crowded.get("/search?q=secretariat")
    assert [item["id"] for item in page["items"]] == ["talks-secretariat"]
    assert page["items"][0]["score"] is not None


@pytest.mark.parametrize(
    ("asked", "near"),
    [
        ("round-of-talks-07x", "round-of-talks-07"),
        ("round-of-talks-0", "round-of-talks-00"),
        ("rounds-of-talks-12", "round-of-talks-12"),
    ],
)
def test_an_id_is_near_though_its_words_are_common(crowded: Direct, asked: str, near: str) -> None:
    answer = crowded.request(f"/meetings/{asked}")
    assert answer.status == 404
    assert f"/meetings/{near}" in answer.json()["errors"][0]["allowed"]


def test_a_misspelt_name_of_common_words_still_finds_some(crowded: Direct) -> None:
    assert ids(crowded, "/search?q=rounb+of+talksx")
