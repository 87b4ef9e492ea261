"""A kept answer that is sent before a task is made for it is the answer that anybody would get, over every kind of connection."""

import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.running import Running, running

PATH = "/meetings?limit=5"
OWN = re.compile(rb"(?:date|x-request-id): [^\r]*\r\n")
Wire = tuple[Running, Running]


@pytest.fixture(scope="module")
def servers(database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wire]:
    """One that keeps answers, and one that does not."""
    folder = tmp_path_factory.mktemp("at-once")
    changes = "protocol.SEND_SECONDS = 1.0\n"
    with (
        running(database, folder, changes=changes) as keeping,
        running(database, folder, settings={"APP_CACHE_MB": 0}) as bare,
    ):
        keeping.get(PATH)
        yield keeping, bare


def get(*lines: str, path: str = PATH, method: str = "GET", version: str = "1.1") -> bytes:
    return "\r\n".join([f"{method} {path} HTTP/{version}", "Host: localhost", *lines, "", ""]).encode()


def talk(server: Running, data: bytes, end: bytes = b"") -> bytes:
    """What comes back until the server closes, after a last request that makes it do so."""
    with server.connect() as connection:
        connection.sendall(data + end)
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
    return received


def parts(answer: bytes) -> tuple[bytes, set[bytes], bytes]:
    """The first line, the headers in any order, and the body."""
    head, _, body = OWN.sub(b"", answer).partition(b"\r\n\r\n")
    first, *headers = head.split(b"\r\n")
    return first, set(headers), body


CLOSE = "Connection: close"
KINDS = [
    get(CLOSE),
    get(CLOSE, method="HEAD"),
    get(CLOSE, "If-None-Match: *"),
    get(CLOSE, "Accept: text/html"),
    get(CLOSE, "Accept-Encoding: zstd"),
    get(CLOSE, "Range: bytes=0-3"),
    get(CLOSE, path="http://localhost" + PATH),
    get(CLOSE, path="/meetings?"),
    get(CLOSE, path="/organizations/%6fsce"),
    get(version="1.0"),
    get("Connection: keep-alive, close", version="1.0"),
]


@pytest.mark.parametrize("request_", KINDS, ids=repr)
def test_it_is_the_answer_of_a_server_that_keeps_none(servers: Wire, request_: bytes) -> None:
    keeping, bare = servers
    expected = parts(talk(bare, request_))
    for _ in range(3):
        assert parts(talk(keeping, request_)) == expected


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("lines", [[], ['If-None-Match: "x"'], ["If-None-Match: *"]], ids=str)
def test_it_is_so_over_a_connection_that_stays_open(servers: Wire, method: str, lines: list[str]) -> None:
    """The last request ends the connection, and the answers to the others are all that came before."""
    keeping, bare = servers
    end = get(CLOSE, path="/nothing")
    expected = talk(bare, get(*lines, method=method), end).partition(b"HTTP/1.1 404")[0]
    received = talk(keeping, get(*lines, method=method) * 3, end).partition(b"HTTP/1.1 404")[0]
    answers = [b"HTTP/1.1" + answer for answer in received.split(b"HTTP/1.1")[1:]]
    assert [parts(answer) for answer in answers] == [parts(expected)] * 3


def test_who_asks_again_and_again_gets_the_same(servers: Wire) -> None:
    """A request that comes as the very bytes of the one before it is not read again."""
    for server in servers:
        ids = set()
        with server.connect() as connection:
            for request_ in [get(), get(), get("If-None-Match: *"), get("If-None-Match: *"), get()] * 3:
                answer = exchange(connection, request_)
                ids.update(re.findall(rb"x-request-id: (.*)\r\n", answer))
                first, _, body = parts(answer)
                assert first == (b"HTTP/1.1 304 Not Modified" if b"None" in request_ else b"HTTP/1.1 200 OK")
                assert bool(body) == (b"None" not in request_)
        assert len(ids) == 15


def test_what_looks_like_it_may_be_something_else(servers: Wire) -> None:
    """The same bytes are a part of a head, or of a body, where one has begun."""
    for server in servers:
        with server.connect() as connection:
            for beginning in (b"GET /nothing HTTP/1.1\r\nX-Any: ", post(get())):
                exchange(connection, get())
                exchange(connection, get())
                connection.sendall(beginning)
                time.sleep(0.05)
                assert not exchange(connection, get()).startswith(b"HTTP/1.1 200")


def post(body: bytes) -> bytes:
    return get(f"Content-Length: {len(body)}", method="POST")


def exchange(connection: socket.socket, request_: bytes) -> bytes:
    """One answer, by its length."""
    connection.sendall(request_)
    received = b""
    while (head := received.partition(b"\r\n\r\n"))[1] == b"" or len(head[2]) < length(head[0]):
        received += connection.recv(65536)
    return received


def length(head: bytes) -> int:
    found = re.search(rb"content-length: (\d+)", head)
    return int(found[1]) if found else 0


def test_answers_keep_their_order_whether_kept_or_not(servers: Wire) -> None:
    keeping, _ = servers
    paths = [PATH, "/nothing", PATH, PATH, "/health/ready", "/meetings?format=ndjson", PATH] * 60
    names = [f"X-Request-ID: n{number}" for number in range(len(paths))]
    data = b"".join(get(name, path=path) for name, path in zip(names, paths, strict=True))
    received = talk(keeping, data, get(CLOSE))
    ids = re.findall(rb"x-request-id: n(\d+)\r\n", received)
    assert [int(id_) for id_ in ids] == list(range(len(paths)))


def test_a_request_may_come_in_pieces(servers: Wire) -> None:
    keeping, _ = servers
    whole = get("X-Request-ID: piecewise") + get(CLOSE)
    with keeping.connect() as connection:
        for start in range(0, len(whole), 20):
            connection.sendall(whole[start : start + 20])
            time.sleep(0.005)
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
    assert received.count(b"HTTP/1.1 200") == 2


def test_a_body_is_not_taken_for_a_request(servers: Wire) -> None:
    """What follows the head of a request that is refused for its body is that body, and no hit."""
    keeping, _ = servers
    hidden = get()
    received = talk(keeping, get(f"Content-Length: {len(hidden)}", method="POST") + hidden, get(CLOSE))
    assert re.findall(rb"HTTP/1.1 (\d+)", received) == [b"405", b"200"]


def test_who_reads_nothing_is_not_written_to_for_ever(servers: Wire) -> None:
    """A client that asks on and on for what is kept, and takes none of it, is cut off; memory does not grow by it."""
    keeping, _ = servers
    before = keeping.memory()
    with keeping.connect() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 8192)
        with pytest.raises(ConnectionError):
            ask_on(connection, get(path="/evidence?limit=100"))
    assert keeping.memory() - before < 50
    assert keeping.get("/health/live")[0] == 200


def ask_on(connection: socket.socket, request_: bytes) -> None:
    for _ in range(1000):
        connection.sendall(request_ * 1000)


RESTLESS = """
serve = program.serve
program.serve = lambda **options: serve(**{**options, "timeout_keep_alive": 1})
"""


def test_a_connection_rests_only_so_long(database: Path, tmp_path: Path) -> None:
    """Counted from the last answer, kept or not."""
    with running(database, tmp_path, changes=RESTLESS) as server, server.connect() as connection:
        start = time.monotonic()
        for _ in range(4):
            connection.sendall(get())
            assert connection.recv(65536).startswith(b"HTTP/1.1 200")
            time.sleep(0.5)
        while connection.recv(65536):
            pass
        assert 2.4 < time.monotonic() - start < 10


FAILING = """
from app import cache
def fails(*_):
    raise RuntimeError("while a kept answer was looked for")
cache.key_of = fails
"""


def test_a_failure_there_is_no_fault_of_the_client(database: Path, tmp_path: Path) -> None:
    with running(database, tmp_path, changes=FAILING) as server:
        answer = talk(server, get())
        assert answer.startswith(b"HTTP/1.1 500 ")
        assert b'"type":"/problems/internal-error"' in answer
        assert "while a kept answer was looked for" in server.log.read_text()
