"""A kept answer is the very answer: to the byte, for the same question only, and only while its dataset is served."""

import gzip
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.cache import MAX_ENTRY, Cache
from app.kept import CHOSEN, Kept, Key
from tests.conftest import World
from tests.direct import Answer, Direct
from tests.world import meeting

KEPT = [
    "/meetings",
    "/meetings?limit=2&facet=kind",
    "/meetings?format=csv",
    "/meetings?format=html",
    "/organizations/osce",
    "/organizations/osce?format=jsonld",
    "/search?q=nato",
    "/robots.txt",
    "/static/swagger-ui.js",
]
NOT_KEPT = ["/health/ready", "/meetings?knd=x", "/meetings/none", "/organizations/OSCE", "/nothing", "/docs"]
HEADERS: list[dict[str, str]] = [
    {},
    {"Accept-Encoding": "gzip"},
    {"Accept-Encoding": "br, zstd"},
    {"Accept": "text/html"},
    {"Accept": "application/json;q=0.5, text/csv"},
]
OWN = ("x-request-id", "content-length", "transfer-encoding")


@pytest.fixture(scope="module")
def caching(database: Path) -> Iterator[Direct]:
    with Direct.over(database, cache_mb=1) as direct:
        yield direct


@pytest.fixture
def cached(caching: Direct) -> Direct:
    """A client of an application that has kept nothing yet."""
    caching.application.middleware_stack = None  # made anew, with an empty cache, for the next request
    return caching


def cache_of(direct: Direct) -> Cache:
    direct.request("/health/live")
    cache = direct.application.middleware_stack
    assert isinstance(cache, Cache)
    return cache


def kept(cache: Cache) -> list[Key]:
    """What is kept, in the order in which it was asked for."""
    return list(cache.kept.entries.things)


def shared(answer: Answer) -> tuple[int, dict[str, str], bytes]:
    """An answer without what differs from request to request."""
    headers = {name: value for name, value in answer.headers.items() if name not in OWN}
    compressed = headers.get("content-encoding") == "gzip"  # which notes when it was done
    return answer.status, headers, gzip.decompress(answer.content) if compressed else answer.content


@pytest.mark.parametrize("headers", HEADERS, ids=str)
@pytest.mark.parametrize("url", KEPT + NOT_KEPT)
def test_the_second_answer_is_the_first(
    cached: Direct, uncached: Direct, url: str, headers: dict[str, str]
) -> None:
    first, second = (cached.request(url, headers=headers) for _ in range(2))
    if first.status == 200:
        assert shared(first) == shared(second) == shared(uncached.request(url, headers=headers))
    assert first.status == second.status
    assert first.headers["x-request-id"] != second.headers["x-request-id"]
    assert second.headers["content-length"] == str(len(second.content))


@pytest.mark.parametrize("url", KEPT)
def test_what_is_kept_needs_no_route(cached: Direct, url: str) -> None:
    cache = cache_of(cached)
    first = cached.request(url)
    assert len(kept(cache)) == 1

    async def nothing(*_: object) -> None:
        pytest.fail("the application was asked")

    cache.app = nothing
    assert cached.request(url).content == first.content
    assert cached.request(url, "HEAD").content == b""
    assert cached.request(url, "HEAD").headers["content-length"] == str(len(first.content))
    tag = first.headers["etag"]
    unchanged = cached.request(url, headers={"If-None-Match": f'"other", {tag}'})
    assert (unchanged.status, unchanged.content, unchanged.headers["etag"]) == (304, b"", tag)
    assert "content-length" not in unchanged.headers
    assert cached.request(url, headers={"If-None-Match": '"other"'}).status == 200


@pytest.mark.parametrize("url", NOT_KEPT)
def test_what_is_not_kept(cached: Direct, url: str) -> None:
    cached.request(url)
    assert not kept(cache_of(cached))


def test_an_unchanged_answer_is_the_same_from_both(cached: Direct, uncached: Direct) -> None:
    tag = cached.request("/meetings?limit=2").headers["etag"]
    asked = {"If-None-Match": tag}
    assert shared(cached.request("/meetings?limit=2", headers=asked)) == shared(
        uncached.request("/meetings?limit=2", headers=asked)
    )


def test_each_client_has_its_own_id(cached: Direct) -> None:
    for id_ in ("mine-1", "mine-2"):
        assert cached.request("/meetings", headers={"X-Request-ID": id_}).headers["x-request-id"] == id_


@pytest.mark.parametrize("header", ["Range", "Content-Length", "Transfer-Encoding"])
def test_requests_that_ask_for_something_else(cached: Direct, header: str) -> None:
    cached.request("/downloads/meetings.csv")
    assert len(kept(cache_of(cached))) == 1
    values = {"Range": "bytes=0-9", "Content-Length": "5", "Transfer-Encoding": "chunked"}
    answer = cached.request("/downloads/meetings.csv", headers={header: values[header]})
    assert answer.status == (206 if header == "Range" else 413)


def test_what_was_asked_for_longest_ago_goes_first(cached: Direct) -> None:
    cache = cache_of(cached)
    cache.kept = Kept(200_000)
    for limit in range(1, 101):
        cached.request(f"/evidence?limit={limit}")
        cached.request("/meetings?limit=1")
    asked = [key.split()[-1] for key in kept(cache)]
    assert asked[-2:] == [b"/evidence?limit=100", b"/meetings?limit=1"]
    assert b"/evidence?limit=1" not in asked
    assert 10 < len(asked) < 100


def test_a_packed_answer_is_sent_as_it_was(cached: Direct) -> None:
    first, cache = cached.request("/evidence?limit=50"), cache_of(cached)
    (entry,) = cache.kept.entries.things.values()
    assert entry.unpacker is not None
    assert len(entry.body) * 4 < len(first.content)
    for _ in range(2):
        assert cached.request("/evidence?limit=50").content == first.content
    assert cached.request("/evidence?limit=50", "HEAD").headers["content-length"] == str(len(first.content))


def test_an_answer_that_is_asked_for_often_is_sent_as_it_was(cached: Direct) -> None:
    """Unpacked anew, and then as it is held."""
    first, cache = cached.request("/evidence?limit=10"), cache_of(cached)
    for _ in range(2 * CHOSEN):
        assert cached.request("/evidence?limit=10").content == first.content
    assert len(cache.kept.unpacked.things) == 1


def test_an_answer_that_is_too_large(cached: Direct) -> None:
    answer = cached.request("/evidence?format=ndjson")
    assert len(answer.content) > MAX_ENTRY
    assert not kept(cache_of(cached))


def test_another_dataset_empties_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.database.CHECK_EVERY", 0.0)
    served = world("old", meetings=[meeting("a", name="Old")])
    new = world("new", meetings=[meeting("a", name="New")])
    with Direct.over(served) as direct:
        old = direct.request("/meetings/a")
        assert direct.request("/meetings/a").json()["name"] == "Old"
        new.replace(served)
        assert direct.request("/meetings/a").json()["name"] == "New"
        again = direct.request("/meetings/a", headers={"If-None-Match": old.headers["etag"]})
        assert (again.status, again.json()["name"]) == (200, "New")
        served.unlink()
        assert direct.request("/meetings/a").status == 503


def test_an_answer_of_the_old_dataset_is_not_kept_for_the_new(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.database.CHECK_EVERY", 0.0)
    served = world("old", meetings=[meeting("a", name="Old")])
    new = world("new", meetings=[meeting("a", name="New")])
    with Direct.over(served) as direct:
        cache = cache_of(direct)
        inner = cache.app

        async def replaced_meanwhile(scope: object, receive: object, send: object) -> None:
            if new.exists():
                shutil.move(new, served)
            await inner(scope, receive, send)  # type: ignore[arg-type]

        cache.app = replaced_meanwhile
        direct.request("/meetings/a")
        assert not kept(cache)
        direct.request("/meetings/a")
        assert direct.request("/meetings/a").json()["name"] == "New"
        assert len(kept(cache)) == 1
