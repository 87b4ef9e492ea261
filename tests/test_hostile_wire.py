"""Hostile bytes on a connection get exactly what they deserve, and never reach a route as something that they are not.

What is asked for stands in test_hostile.py; heads that are cut short, too slow or too large in test_protocol.py.
"""

import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.hostile import problem_of
from tests.running import Running, running


@pytest.fixture(scope="module")
def server(database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(database, tmp_path_factory.mktemp("wire")) as served:
        yield served


class Got(NamedTuple):
    """One answer, as it came over the wire."""

    status: int
    headers: dict[str, str]
    body: bytes


def talk(server: Running, data: bytes) -> list[Got]:
    """Send something and read every answer until the server closes."""
    with server.connect() as connection:
        connection.sendall(data)
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
    return list(answers(received))


def answers(received: bytes) -> Iterator[Got]:
    while received:
        head, _, rest = received.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        size = int(headers.get("content-length", "0"))
        assert first.startswith("HTTP/1.1 ")
        yield Got(int(first.split()[1]), headers, rest[:size])
        received = rest[size:]


def get(
    path: str, *lines: str, method: str = "GET", host: str = "Host: localhost", body: bytes = b""
) -> bytes:
    head = "\r\n".join([f"{method} {path} HTTP/1.1", host, *lines, "Connection: close", "", ""])
    return head.encode("latin-1") + body


def kept(path: str) -> bytes:
    """A request after which the connection stays open."""
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()


LIVE, FILE, SHORT = "/health/live", "/downloads/sources.csv", "/meetings?limit=1"
MALFORMED = "malformed-request"
FINE = ""
"""In place of a type of problem: the answer is what it would be without the hostile part."""
ROWS: list[tuple[str, bytes, int, str]] = [
    # Host
    ("markup as host", get(LIVE, host="Host: <script>"), 400, MALFORMED),
    ("a host with a path", get(LIVE, host="Host: a/b?c#d"), 400, MALFORMED),
    ("a host with a user", get(LIVE, host="Host: user@evil.example"), 400, MALFORMED),
    ("two hosts in one field", get(LIVE, host="Host: a, b"), 400, MALFORMED),
    ("a host that is no ASCII", get(LIVE, host="Host: \xe4.example"), 400, MALFORMED),
    ("a port that is none", get(LIVE, host="Host: localhost:x"), 400, MALFORMED),
    ("the same host twice", get(LIVE, "Host: localhost"), 400, MALFORMED),
    ("a foreign host", get(LIVE, host="Host: evil.example"), 200, FINE),
    ("an address as host", get(LIVE, host="Host: [::1]:8000"), 200, FINE),
    ("no host in HTTP/1.0", b"GET /health/live HTTP/1.0\r\n\r\n", 200, FINE),
    # what proxies set and others must not believe
    ("another method", get(SHORT, "X-HTTP-Method-Override: DELETE"), 200, FINE),
    ("another address", get(SHORT, "X-Original-URL: /admin", "X-Rewrite-URL: /admin"), 200, FINE),
    ("another client", get(SHORT, "X-Forwarded-For: 127.0.0.1", "X-Real-IP: ::1"), 200, FINE),
    ("a session", get(SHORT, f"Cookie: {'a=b; ' * 500}", "Authorization: Basic YTpi"), 200, FINE),
    # Accept
    ("an image", get(SHORT, "Accept: image/png"), 406, "not-acceptable"),
    ("nothing at all", get(SHORT, "Accept: */*;q=0"), 406, "not-acceptable"),
    ("no media type", get(SHORT, "Accept: ;;;,,,///"), 406, "not-acceptable"),
    ("four thousand types", get(SHORT, f"Accept: {'a/b,' * 4000}"), 406, "not-acceptable"),
    ("Accept in two fields", get(SHORT, "Accept: image/png", "Accept: application/json"), 200, FINE),
    ("encodings that are none", get(SHORT, "Accept-Encoding: ;q=x, zstd;q=, br;q=-1"), 200, FINE),
    ("no encoding at all", get(SHORT, "Accept-Encoding: identity;q=0, *;q=0"), 200, FINE),
    # Range
    ("letters as a range", get(FILE, "Range: bytes=a-b"), 400, "invalid-range"),
    ("an empty range", get(FILE, "Range: bytes="), 400, "invalid-range"),
    ("a range of 400 digits", get(FILE, f"Range: bytes=0-{'9' * 400}"), 400, "invalid-range"),
    ("a range backwards", get(FILE, "Range: bytes=5-2"), 416, "range-not-satisfiable"),
    ("the last no bytes", get(FILE, "Range: bytes=-0"), 416, "range-not-satisfiable"),
    ("far behind the end", get(FILE, "Range: bytes=99999999999999-"), 416, "range-not-satisfiable"),
    ("1500 ranges", get(FILE, f"Range: bytes={'0-0,' * 1500}0-0"), 200, FINE),
    ("another unit", get(FILE, "Range: items=0-5"), 200, FINE),
    ("a range of a list", get(SHORT, "Range: bytes=0-5"), 200, FINE),
    # If-*
    ("any version", get(SHORT, "If-None-Match: *"), 304, FINE),
    ("2000 tags", get(SHORT, "If-None-Match: " + ", ".join(f'"{n}"' for n in range(2000))), 200, FINE),
    ("an open tag", get(SHORT, 'If-None-Match: "open'), 200, FINE),
    ("no date", get(SHORT, "If-Modified-Since: yesterday"), 200, FINE),
    ("a year of five digits", get(SHORT, "If-Modified-Since: Fri, 31 Dec 99999 23:59:59 GMT"), 200, FINE),
    ("the year 0", get(SHORT, "If-Modified-Since: Sat, 01 Jan 0000 00:00:00 GMT"), 200, FINE),
    # many and large fields
    ("100 fields", get(LIVE, *[f"X-{n}: y" for n in range(98)]), 200, FINE),
    ("31 KB in a field", get(LIVE, f"X: {'y' * 31_000}"), 200, FINE),
    ("33 KB in a field", get(LIVE, f"X: {'y' * 33_000}"), 431, "head-too-large"),
    ("40 KB in many fields", get(LIVE, *[f"X-{n}: {'y' * 400}" for n in range(97)]), 431, "head-too-large"),
    ("a megabyte in a field", get(LIVE, f"X: {'y' * 1_000_000}"), 431, "head-too-large"),
    # fields that are none
    ("NUL in a field", get(LIVE, "X: a\0b"), 400, MALFORMED),
    ("CR in a field", get(LIVE, "X: a\rb"), 400, MALFORMED),
    ("a field without a name", get(LIVE, ": x"), 400, MALFORMED),
    ("a field without a colon", get(LIVE, "nonsense"), 400, MALFORMED),
    ("a space before the colon", get(LIVE, "X : y"), 400, MALFORMED),
    ("bytes beyond ASCII in a field", get(LIVE, "X: \xff\xfe"), 200, FINE),
    # methods
    ("POST", get(SHORT, "Content-Length: 2", method="POST", body=b"{}"), 405, "method-not-allowed"),
    ("POST without a body", get(SHORT, method="POST"), 405, "method-not-allowed"),
    ("PUT of 100 MB", get(SHORT, "Content-Length: 100000000", method="PUT"), 405, "method-not-allowed"),
    ("DELETE", get("/organizations/osce", method="DELETE"), 405, "method-not-allowed"),
    ("TRACE", get(SHORT, method="TRACE"), 405, "method-not-allowed"),
    ("PROPFIND", get(SHORT, method="PROPFIND"), 405, "method-not-allowed"),
    ("PURGE", get(SHORT, method="PURGE"), 405, "method-not-allowed"),
    ("QUERY", get(SHORT, method="QUERY"), 405, "method-not-allowed"),
    ("CONNECT", get("localhost:80", method="CONNECT"), 400, MALFORMED),
    ("a method of nobody", get(SHORT, method="BREW"), 400, MALFORMED),
    ("a method in lower case", get(SHORT, method="get"), 400, MALFORMED),
    # bodies
    ("GET with a body", get(SHORT, "Content-Length: 3", body=b"abc"), 413, "body-too-large"),
    ("GET in chunks", get(SHORT, "Transfer-Encoding: chunked", body=b"0\r\n\r\n"), 413, "body-too-large"),
    (
        "OPTIONS with a body",
        get(SHORT, "Content-Length: 3", method="OPTIONS", body=b"abc"),
        413,
        "body-too-large",
    ),
    ("GET in gzip", get(SHORT, "Transfer-Encoding: gzip"), 413, "body-too-large"),
    ("GET with no bytes", get(SHORT, "Content-Length: 0"), 200, FINE),
    (
        "a request as a body",
        get(SHORT, "Content-Length: 27", body=b"GET /nothing HTTP/1.1\r\n\r\n  "),
        413,
        "body-too-large",
    ),
    # framing
    ("a negative length", get(SHORT, "Content-Length: -1"), 400, MALFORMED),
    ("a length with a sign", get(SHORT, "Content-Length: +3", body=b"abc"), 400, MALFORMED),
    ("a length beyond numbers", get(SHORT, "Content-Length: 99999999999999999999"), 400, MALFORMED),
    ("lengths in one field", get(SHORT, "Content-Length: 3, 3", body=b"abc"), 400, MALFORMED),
    ("a length in hex", get(SHORT, "Content-Length: 0x3", body=b"abc"), 400, MALFORMED),
    ("the same length twice", get(SHORT, "Content-Length: 0", "Content-Length: 0"), 400, MALFORMED),
    (
        "codings in two fields",
        get(SHORT, "Transfer-Encoding: chunked", "Transfer-Encoding: identity"),
        400,
        MALFORMED,
    ),
    ("a coding before a space", get(SHORT, "Transfer-Encoding : chunked"), 400, MALFORMED),
    (
        "a length before chunks",
        get(SHORT, "Content-Length: 6", "Transfer-Encoding: chunked", body=b"0\r\n\r\nG"),
        400,
        MALFORMED,
    ),
    ("bare LF", b"GET /health/live HTTP/1.1\nHost: x\n\n", 400, MALFORMED),
    ("LF after CRLF", b"GET /health/live HTTP/1.1\r\nHost: x\nX: y\r\n\r\n", 400, MALFORMED),
    ("bare CR", b"GET /health/live HTTP/1.1\rHost: x\r\r", 400, MALFORMED),
    ("a space before the method", b" " + get(LIVE), 400, MALFORMED),
    ("empty lines before it", b"\r\n\r\n" + get(LIVE), 200, FINE),
    # targets
    ("a raw space", get("/search?q=a b"), 400, MALFORMED),
    ("raw UTF-8", get("/search?q=\xc3\xa4"), 400, MALFORMED),
    ("a raw byte in the path", get("/organizations/\xff"), 400, MALFORMED),
    ("a raw NUL", get("/a\0b"), 400, MALFORMED),
    ("a fragment", get("/health/live#fragment"), 400, MALFORMED),
    ("no slash", get("health/live"), 400, MALFORMED),
    ("only a query", get("?x=1"), 400, MALFORMED),
    ("an address with a user", get("http://user:word@localhost/health/live"), 400, MALFORMED),
    ("an address without a path", get("http://localhost"), 400, MALFORMED),
    ("an address of a file", get("file:///etc/passwd"), 400, MALFORMED),
    ("an address of FTP", get("ftp://localhost/x"), 400, MALFORMED),
    ("an address elsewhere", get("http://evil.example/health/live"), 200, FINE),
    ("everything", get("*"), 404, "not-found"),
    # other protocols
    ("HTTP/1.2", b"GET /health/live HTTP/1.2\r\nHost: x\r\n\r\n", 400, MALFORMED),
    ("HTTP/1.10", b"GET /health/live HTTP/1.10\r\nHost: x\r\n\r\n", 400, MALFORMED),
    ("HTTP in lower case", b"GET /health/live http/1.1\r\nHost: x\r\n\r\n", 400, MALFORMED),
    ("the preface of HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400, MALFORMED),
    ("a hello of TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(64)), 400, MALFORMED),
    ("SSH", b"SSH-2.0-OpenSSH_9.0\r\n", 400, MALFORMED),
    ("SMTP", b"EHLO evil.example\r\n", 400, MALFORMED),
    ("RTSP", b"DESCRIBE rtsp://x/ RTSP/1.0\r\n\r\n", 400, MALFORMED),
    ("Redis", b"*1\r\n$4\r\nPING\r\n", 400, MALFORMED),
    ("a proxy's line before it", b"PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n" + get(LIVE), 400, MALFORMED),
    ("zeros", bytes(50), 400, MALFORMED),
]


@pytest.mark.parametrize(("data", "status", "type_"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_a_request(server: Running, data: bytes, status: int, type_: str) -> None:
    (got,) = talk(server, data)
    assert got.status == status, got
    if type_:
        assert problem_of(got.status, got.headers, got.body)["type"] == f"/problems/{type_}"
    if status == 405:
        assert got.headers["allow"] == "GET, HEAD, OPTIONS"
    if status == 416:
        assert re.fullmatch(r"bytes \*/\d+", got.headers["content-range"])


@pytest.mark.parametrize(
    "lines",
    [
        ["Host: evil.example"],
        ["Host: localhost", "X-Forwarded-Host: evil.example", "X-Forwarded-Proto: https"],
        ["Host: localhost", "Forwarded: host=evil.example;proto=https"],
        ["Host: localhost", "X-Forwarded-Prefix: //evil.example", "X-Original-URL: //evil.example"],
    ],
)
@pytest.mark.parametrize(
    "path", ["/organizations/OSCE", "/meetings", "/meetings?format=html", "/sitemap.xml", "/dataset"]
)
def test_no_answer_believes_who_is_asked(server: Running, path: str, lines: list[str]) -> None:
    host, *more = lines
    (got,) = talk(server, get(path, *more, host=host))
    assert got.status in (200, 308)
    assert "evil" not in str(got)


def test_head_with_a_body_is_refused_without_one(server: Running) -> None:
    (got,) = talk(server, get(SHORT, "Content-Length: 3", method="HEAD", body=b"abc"))
    assert got.status == 413


def test_no_upgrade_is_made(server: Running) -> None:
    for protocol in ("websocket", "h2c"):
        lines = (
            f"Upgrade: {protocol}",
            "Connection: Upgrade",
            "Sec-WebSocket-Key: x",
            "HTTP2-Settings: AAMA",
        )
        assert [got.status for got in talk(server, get(SHORT, *lines))] == [200]


def test_what_follows_a_refusal_is_not_read(server: Running) -> None:
    """Or what a proxy takes for a body could be answered as a request."""
    refused = get(SHORT, "Content-Length: 4", "Transfer-Encoding: chunked").replace(
        b"Connection: close\r\n", b""
    )
    assert [got.status for got in talk(server, refused + kept("/nothing"))] == [400]
    assert [got.status for got in talk(server, kept(LIVE) + b"GARBAGE\r\n\r\n" + kept(LIVE))] in (
        [200],
        [200, 400],
    )


def test_a_hundred_pipelined_requests_are_answered_in_order(server: Running) -> None:
    paths = [LIVE, "/nothing", SHORT, "/organizations?knd=x"] * 25
    got = talk(server, b"".join(map(kept, paths)) + get(LIVE))
    assert [one.status for one in got] == [200, 404, 200, 400] * 25 + [200]


@pytest.mark.parametrize("part", [1, 10, 30, -1])
def test_half_a_request_harms_nobody(server: Running, part: int) -> None:
    """The client goes away in the middle of it, politely or not."""
    whole = get(SHORT)
    for linger in (b"", b"\x01\0\0\0\0\0\0\0"):
        with server.connect() as connection:
            connection.sendall(whole[:part])
            if linger:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    assert [got.status for got in talk(server, get(LIVE))] == [200]
