"""A connection that is slow, too large or ambiguous is answered with a problem and closed; others do not notice."""

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

Server = tuple[str, int]
STARTER = """
import sys, uvicorn
from app import protocol
protocol.HEAD_SECONDS = 0.5
protocol.MAX_CONNECTIONS = 30
uvicorn.run("app.main:create_app", factory=True, fd=int(sys.argv[1]),
            http=protocol.Protocol, log_level="error", access_log=False, ws="none")
"""


@pytest.fixture(scope="module")
def server(database: Path) -> Iterator[Server]:
    environment = os.environ | {"APP_DATABASE": str(database)}
    with socket.create_server(("127.0.0.1", 0)) as listening:
        address: Server = listening.getsockname()
        command = [sys.executable, "-c", STARTER, str(listening.fileno())]
        with subprocess.Popen(command, env=environment, pass_fds=[listening.fileno()]) as process:
            urlopen(f"http://127.0.0.1:{address[1]}/health/live", timeout=60).close()
            yield address
            process.terminate()


def talk(server: Server, data: bytes) -> bytes:
    """Send something and read until the server closes."""
    with socket.create_connection(server, timeout=5) as connection:
        connection.sendall(data)
        return everything(connection)


def everything(connection: socket.socket) -> bytes:
    received = b""
    while chunk := connection.recv(65536):
        received += chunk
    return received


def get(path: str, *lines: str) -> bytes:
    return "\r\n".join([f"GET {path} HTTP/1.1", "Host: localhost", *lines, "", ""]).encode()


CLOSE = "Connection: close"
REFUSED = [
    ("no host", b"GET /health/live HTTP/1.1\r\n\r\n", 400),
    ("two hosts", get("/health/live", "Host: other"), 400),
    ("HTTP/0.9", b"GET /health/live\r\n\r\n", 400),
    ("HTTP/2.0 in words", b"GET / HTTP/2.0\r\nHost: x\r\n\r\n", 400),
    ("no HTTP at all", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
    ("a bare word", b"hello\r\n\r\n", 400),
    ("authority form", b"GET example.org:80 HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    ("chunked with a length", get("/", "Transfer-Encoding: chunked", "Content-Length: 3"), 400),
    ("a length that is none", get("/", "Content-Length: x"), 400),
    ("two lengths", get("/", "Content-Length: 1", "Content-Length: 2"), 400),
    ("a space in a field name", get("/", "Bad Name: x"), 400),
    ("a folded field", get("/", "A: b", " c"), 400),
    ("101 fields", get("/", *[f"X-{n}: y" for n in range(101)]), 431),
    ("a field of 64 KiB", get("/", f"X: {'y' * 65536}"), 431),
    ("an address of 64 KiB", get(f"/?{'y' * 65536}"), 414),
    ("half a head", b"GET / HTTP/1.1\r\nHost: x\r\nX-Half", 408),
    ("nothing", b"", 408),
]


@pytest.mark.parametrize(("data", "status"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_it_is_refused_as_a_problem(server: Server, data: bytes, status: int) -> None:
    head, _, body = talk(server, data).partition(b"\r\n\r\n")
    assert int(head.split()[1]) == status
    assert b"content-type: application/problem+json" in head.lower()
    assert json.loads(body)["status"] == status


def test_a_good_request_is_answered(server: Server) -> None:
    assert talk(server, get("/health/live", CLOSE)).startswith(b"HTTP/1.1 200")


def test_absolute_form_is_answered(server: Server) -> None:
    assert talk(server, get("http://localhost/health/live", CLOSE)).startswith(b"HTTP/1.1 200")


def test_pipelined_requests_are_answered_in_order(server: Server) -> None:
    answers = talk(server, get("/health/live") + get("/nothing") + get("/health/ready", CLOSE))
    assert re.findall(rb"HTTP/1.1 (\d+)", answers) == [b"200", b"404", b"200"]


def test_slow_heads_are_cut_off_while_others_are_served(server: Server) -> None:
    slow = [socket.create_connection(server, timeout=5) for _ in range(20)]
    for connection in slow:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")
    assert talk(server, get("/health/live", CLOSE)).startswith(b"HTTP/1.1 200")
    for connection in slow:
        assert connection.recv(100).startswith(b"HTTP/1.1 408")
        connection.close()


def test_connections_over_the_limit_get_a_problem(server: Server) -> None:
    held = [socket.create_connection(server, timeout=5) for _ in range(30)]
    try:
        refused = talk(server, get("/health/live", CLOSE))
        assert refused.startswith(b"HTTP/1.1 503")
        assert b"retry-after: 5" in refused.lower()
    finally:
        for connection in held:
            connection.close()
    while not talk(server, get("/health/live", CLOSE)).startswith(b"HTTP/1.1 200"):
        time.sleep(0.01)


def test_a_kept_connection_that_has_been_answered_may_rest(server: Server) -> None:
    with socket.create_connection(server, timeout=5) as connection:
        connection.sendall(get("/health/live"))
        time.sleep(0.8)
        connection.sendall(get("/health/live", CLOSE))
        assert everything(connection).count(b"HTTP/1.1 200") == 2
