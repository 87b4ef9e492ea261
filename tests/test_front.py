"""nginx with our nginx.conf keeps what the API lets it keep, mixes nothing up, and goes on answering without the API."""

import gzip
import json
import random
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import accumulate
from pathlib import Path
from time import sleep

import pytest

from tests.conftest import Get, in_ci
from tests.front import NGINX, Answer, Front, api, ask, nginx, process
from tests.running import free_port

pytestmark = pytest.mark.skipif(NGINX is None, reason="there is no nginx")

FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
CHROME = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8"
ACCEPTED = (
    "*/*",
    "application/json",
    "text/csv",
    "application/ld+json",
    FIREFOX,
    CHROME,
    "text/html",
    "image/png",
)
CODINGS = (
    "",
    "gzip",
    "gzip, deflate",
    "gzip, deflate, br",
    "gzip, deflate, br, zstd",
    "br;q=0, gzip;q=0.5",
    "*;q=0",
)
OWN = ("date", "server", "connection", "content-length", "transfer-encoding")
ASKED = 30_000


@pytest.fixture(scope="module")
def front(database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    folder, port = tmp_path_factory.mktemp("front"), free_port()
    with process(api(database, port), port, folder), nginx(folder / "nginx", port) as running:
        yield running


def same(one: Answer, other: Answer) -> bool:
    """Whether two answers agree in all but the way in which they are sent."""
    left, right = ({k: v for k, v in answer.headers.items() if k not in OWN} for answer in (one, other))
    return (one.status, text(one), left) == (other.status, text(other), right)


def text(answer: Answer) -> bytes:
    """The body; gzip writes the time of day into it."""
    packed = answer.headers.get("content-encoding") == "gzip"
    return gzip.decompress(answer.body) if packed and answer.body else answer.body


@pytest.mark.parametrize(
    "path", ["/meetings?limit=3", "/organizations/osce", "/docs", "/robots.txt", "/context.jsonld"]
)
def test_formats_and_codings_are_kept_apart(front: Front, path: str) -> None:
    clients = [
        {"Accept": accept, "Accept_Encoding": coding, "X_Request_ID": "same"}
        for accept in ACCEPTED
        for coding in CODINGS
    ]
    for _ in range(2):
        random.Random(path).shuffle(clients)
        front.statuses()
        good = 0
        for client in clients:
            direct = ask(front.behind, path, **client)
            assert same(front.get(path, **client), direct), client
            good += direct.status == 200
    assert front.statuses()["HIT"] == good > len(clients) / 2


def test_browsers_share_their_pages(front: Front) -> None:
    path = "/meetings?limit=7"
    one = front.get(path, Accept=FIREFOX, Accept_Encoding="gzip, deflate, br")
    front.statuses()
    other = front.get(path, Accept=CHROME, Accept_Encoding="deflate,br ,  gzip;q=0.9")
    assert one.headers["content-encoding"] == other.headers["content-encoding"] == "br"
    assert one.body == other.body
    assert front.statuses() == {"HIT": 1}


def test_every_request_has_its_own_id_and_any_site_may_ask(front: Front) -> None:
    answers = [front.get("/areas", Origin="https://example.org") for _ in range(3)]
    assert len({answer.headers["x-request-id"] for answer in answers}) == 3
    assert {answer.headers["access-control-allow-origin"] for answer in answers} == {"*"}
    assert front.get("/areas", X_Request_ID="my-own.id").headers["x-request-id"] == "my-own.id"
    assert "my own" not in front.get("/areas", X_Request_ID="my own id").headers["x-request-id"]
    preflight = front.get(
        "/areas", "OPTIONS", Origin="https://example.org", Access_Control_Request_Method="GET"
    )
    assert (preflight.status, preflight.headers["access-control-allow-origin"]) == (200, "*")


def test_problems_are_not_kept_and_name_the_request(front: Front) -> None:
    ids = set()
    for path in ("/meetings/no-such-meeting", "/meetings?knd=summit", "/no-such-path"):
        for _ in range(2):
            problem = front.get(path)
            assert problem.headers["content-type"] == "application/problem+json"
            assert json.loads(problem.body)["instance"] == problem.headers["x-request-id"]
            ids.add(problem.headers["x-request-id"])
    assert len(ids) == 6
    long = front.get(f"/meetings?q={'x' * 9000}")
    assert (long.status, long.headers["content-type"]) == (414, "application/problem+json")


def test_copies_that_clients_have_are_confirmed_from_the_cache(front: Front) -> None:
    answer = front.get("/people")
    front.statuses()
    tag = answer.headers["etag"]
    for header in (tag, tag.removeprefix("W/"), f'"other", {tag}', "*"):
        confirmed = front.get("/people", If_None_Match=header)
        assert (confirmed.status, confirmed.body, confirmed.headers["etag"]) == (304, b"", tag)
    assert front.get("/people", If_None_Match='"other"').body == answer.body
    assert front.statuses() == {"HIT": 5}


def test_head_says_what_get_would(front: Front) -> None:
    for _ in range(2):
        head, full = front.get("/places", "HEAD"), front.get("/places")
        assert (head.status, head.body) == (200, b"")
        assert head.headers["content-length"] == str(len(full.body))
        assert front.get("/places", "HEAD", If_None_Match=full.headers["etag"]).status == 304


def test_files_are_had_in_parts(front: Front) -> None:
    path = "/downloads/meetings.csv"
    whole = front.get(path)
    assert front.get(path).body == whole.body
    part = front.get(path, Range="bytes=10-19")
    assert (part.status, part.body) == (206, whole.body[10:20])
    assert front.get(path, Range="bytes=10-19", If_Range=whole.headers["etag"]).status == 206
    assert front.get(path, Range="bytes=10-19", If_Range='"other"').body == whole.body
    beyond = front.get(path, Range="bytes=99999999-")
    assert (beyond.status, beyond.headers["content-type"]) == (416, "application/problem+json")
    assert front.get("/people", Range="bytes=0-9").status == 200


def test_what_many_ask_for_at_once_is_asked_for_once(front: Front) -> None:
    front.statuses()
    with ThreadPoolExecutor(20) as clients:
        answers = list(clients.map(front.get, ["/network?depth=1&center=osce"] * 20))
    assert len({answer.body for answer in answers}) == 1
    assert front.statuses() == {"MISS": 1, "HIT": 19}


def test_of_a_hundred_requests_ninety_nine_never_reach_the_api(front: Front, get: Get) -> None:
    """Ids and pages, the n-th most popular asked for 1/n as often as the first, from an empty cache on."""
    ids = [row["url"] for path in ("/meetings", "/people") for row in get(f"{path}?limit=100")["items"]]
    pages = [f"/{path}?limit={n}" for path in ("areas", "documents", "evidence") for n in range(1, 41)]
    paths = random.Random(1).sample(ids + pages, len(ids + pages))
    weights = list(accumulate(1 / rank for rank in range(1, len(paths) + 1)))
    front.statuses()
    requests = random.Random(2).choices(paths, cum_weights=weights, k=ASKED)
    pipelined(front.port, requests)
    found = front.statuses()
    assert found.total() == ASKED
    assert found["HIT"] >= 0.99 * ASKED
    assert found["MISS"] == len(set(requests))


def pipelined(port: int, paths: list[str], at_once: int = 50) -> None:
    """Ask for paths on one connection, many at a time, and read the answers; each must be a 200."""
    with (
        socket.create_connection(("127.0.0.1", port), timeout=30) as connection,
        connection.makefile("rb") as answers,
    ):
        for start in range(0, len(paths), at_once):
            asked = paths[start : start + at_once]
            connection.sendall(
                b"".join(b"GET %b HTTP/1.1\r\nHost: x\r\n\r\n" % path.encode() for path in asked)
            )
            for path in asked:
                assert answers.readline().split()[1] == b"200", path
                headers = dict(line.lower().split(b": ", 1) for line in iter(answers.readline, b"\r\n"))
                answers.read(int(headers[b"content-length"]))


@in_ci
def test_the_site_outlives_the_api(database: Path, tmp_path: Path) -> None:
    """Answers past their age are given at once and renewed behind the client's back; with the API stopped they stay."""
    port = free_port()
    command = api(database, port, "tests.front:short_lived")
    paths = ("/meetings", "/organizations/osce", "/downloads/meetings.csv", "/docs")
    with process(command, port, tmp_path) as running, nginx(tmp_path / "nginx", port) as front:
        first = {path: front.get(path) for path in paths}
        assert {answer.status for answer in first.values()} == {200}
        sleep(2.1)
        front.statuses()
        assert front.get("/meetings").body == first["/meetings"].body
        sleep(0.3)
        front.get("/meetings")
        assert front.statuses() == {"STALE": 1, "HIT": 1}, "renewed by the ETag meanwhile"
        running.terminate()
        running.wait(20)
        sleep(2.1)
        for path, answer in first.items():
            for _ in range(2):
                again = front.get(path, Origin="https://example.org")
                assert (again.status, again.body) == (200, answer.body)
        tag = first["/meetings"].headers["etag"]
        assert front.get("/meetings", If_None_Match=tag).status == 304
        unknown = front.get("/areas")
        assert (unknown.status, unknown.headers["content-type"]) == (503, "application/problem+json")
        assert json.loads(unknown.body)["instance"] == unknown.headers["x-request-id"]
        with process(command, port, tmp_path):
            assert front.get("/areas").status == 200
