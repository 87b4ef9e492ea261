"""An answer that is given where its request was read is the answer that all layers together would give."""

import json
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from app.kept import headers_of
from app.main import create_app
from app.protocol import AtOnce
from app.settings import Settings
from tests.api import ODD, PATHS, address
from tests.conftest import Get
from tests.direct import Answer, Direct, scope_of
from tests.engine import loaded
from tests.running import Running, running

ID = {"X-Request-ID": "the-same"}
ELSEWHERE = ("/docs", "/redoc", "/openapi.json", "/llms.txt", "/downloads/{name}")
"""The framework's own pages, what is awaited, and what is sent piece by piece."""
QUERIES = [
    "/meetings?limit=2",
    "/meetings?limit=2&facet=kind&sort=-date",
    "/meetings?organization=osce&date_from=2004",
    "/meetings?organization=nobody",
    "/search?q=arms+control",
    "/organizations/osce?format=bib&x=1",
    "/meetings?q=%ff",
    "/meetings?cursor=x",
]
LONG_WAY: list[tuple[str, str, Mapping[str, str]]] = [
    ("/meetings", "HEAD", {}),
    ("/meetings", "POST", {}),
    ("/meetings", "OPTIONS", {}),
    ("/meetings", "GET", {"Accept-Encoding": "gzip"}),
    ("/meetings", "GET", {"Accept-Encoding": "identity"}),
    ("/meetings", "GET", {"Accept": "text/html"}),
    ("/meetings?format=html", "GET", {}),
    ("/meetings?format=%68tml", "GET", {}),
    ("/meetings", "GET", {"Content-Length": "1"}),
    ("/meetings", "GET", {"Transfer-Encoding": "chunked"}),
    ("/meetings?q=" + "x" * 9000, "GET", {}),
    ("/meetings/a\x00b", "GET", {}),
    ("/meetings/a%2fb", "GET", {}),
    ("/meetings/%ff", "GET", {}),
    ("/nothing", "GET", {}),
]
STREAMS = ["/meetings?format=csv", "/organizations/osce?format=ris", "/downloads/meetings.csv"]


def straight_of(application: Any) -> AtOnce | None:
    application.middleware_stack = application.build_middleware_stack()
    at_once: AtOnce | None = application.state.at_once
    return at_once


@pytest.fixture(scope="module")
def straight(database: Path) -> Iterator[AtOnce]:
    """Of a file, whatever engine the other tests have."""
    application = create_app(Settings(database=database, cache_mb=0))
    found = straight_of(application)
    assert found is not None
    yield found
    application.state.database.close()


def ask(straight: AtOnce, url: str, headers: Mapping[str, str]) -> Answer | None:
    found = straight(scope_of(url, "GET", headers))
    if found is None:
        return None
    status, (*head, body) = found
    carried = {name.decode(): value.decode() for name, value in headers_of(b"".join(head))}
    return Answer(status, carried, body)


@pytest.mark.parametrize("path", [path for path in PATHS if path not in ELSEWHERE])
def test_of_every_documented_path(straight: AtOnce, uncached: Direct, get: Get, path: str) -> None:
    url = address(get, path)
    assert ask(straight, url, ID) == uncached.request(url, headers=ID)


@pytest.mark.parametrize("url", ODD + QUERIES)
@pytest.mark.parametrize(
    "more", [{}, {"If-None-Match": "*"}, {"Accept": "text/csv"}, {"Accept": "x/y"}], ids=str
)
def test_of_every_other_request_that_it_answers(
    straight: AtOnce, uncached: Direct, url: str, more: Mapping[str, str]
) -> None:
    """What may be long, or has no route of ours, is left to the others."""
    headers = ID | dict(more)
    answer = ask(straight, url, headers)
    assert answer in (None, uncached.request(url, headers=headers))


def test_most_of_these_are_answered(straight: AtOnce) -> None:
    assert [url for url in QUERIES if ask(straight, url, ID) is None] == []


@pytest.mark.parametrize(("url", "method", "headers"), LONG_WAY, ids=repr)
def test_what_others_have_a_part_in_goes_the_long_way(
    straight: AtOnce, url: str, method: str, headers: Mapping[str, str]
) -> None:
    assert straight(scope_of(url, method, headers)) is None


@pytest.mark.parametrize("url", STREAMS)
def test_what_is_sent_piece_by_piece_goes_the_long_way(straight: AtOnce, url: str) -> None:
    assert straight(scope_of(url, "GET", {})) is None


def test_a_database_that_is_a_server_is_waited_for(database: Path) -> None:
    application = create_app(Settings(database_url=loaded(database), cache_mb=0))
    assert straight_of(application) is None
    application.state.database.close()


COUNTING = """
from app.routes import meetings
from app.routing import Direct
asked = []
for route in meetings.router.routes:
    def counted(request, function=route.endpoint, **parameters):
        asked.append(request.scope["path"])
        print("asked", len(asked), flush=True)
        if "fail" in request.scope["query_string"].decode():
            raise RuntimeError("a mistake of ours")
        return function(request, **parameters)
    route.endpoint = counted
"""


def test_what_it_leaves_to_the_others_is_not_asked_for_twice(database: Path, tmp_path: Path) -> None:
    with running(database, tmp_path, changes=COUNTING, settings={"APP_CACHE_MB": 0}) as server:
        for path in ("/meetings?format=csv", "/meetings?limit=1", "/meetings?knd=1"):
            assert len(fetch(server, path, {})[2]) > 100
        assert server.log.read_text().count("asked") == 3


def test_a_failure_is_told_as_everywhere(database: Path, tmp_path: Path) -> None:
    """With all headers, and the id that the log has; both ways."""
    with running(database, tmp_path, changes=COUNTING, settings={"APP_CACHE_MB": 0}) as server:
        heads = []
        for id_, more in (("straight", {}), ("around", {"Accept-Encoding": "identity"})):
            status, headers, body = fetch(server, "/meetings?fail", {"X-Request-ID": id_, **more})
            assert (status, headers["x-request-id"], json.loads(body)["instance"]) == (500, id_, id_)
            assert f"request {id_} failed" in server.log.read_text()
            heads.append(sorted(headers))
        assert heads[0] == heads[1]
        assert server.log.read_text().count("asked") == len(heads)


def fetch(server: Running, path: str, headers: Mapping[str, str]) -> tuple[int, Mapping[str, str], bytes]:
    """An answer to a request with no other headers."""
    with closing(server.client()) as connection:
        connection.putrequest("GET", path, skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders()
        response = connection.getresponse()
        carried = {name.lower(): value for name, value in response.getheaders()}
        return response.status, carried, response.read()
