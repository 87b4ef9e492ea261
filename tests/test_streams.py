"""A whole list is sent in little memory however long it is, read or not, and is let go with its reader."""

import json
import os
import shutil
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import create_engine, insert, select

from app import models as m
from app.formats import CALENDAR, LIST
from seed.build import build
from tests.conftest import in_ci
from tests.running import Running, running
from tests.world import meeting, write_records

ROWS, LETTERS = 4500, 5400
MOST = 20.0
"""MB that a server may need for all that is asked of it here; each list has more."""
FRUGAL = """
from app import readonly
readonly.CACHE = "PRAGMA cache_size = -1000"  # so that the memory is that of the answers
protocol.SEND_SECONDS = {patience}
"""
FORMATS = [format_.name for format_ in dict.fromkeys((*LIST, *CALENDAR)) if format_.whole]
LONG = ("bib", "ics")
"""Formats that take long names letter by letter; they are asked for in CI alone."""
CODINGS = ("identity", "gzip", "br", "zstd")


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A list of 25 MB: one meeting, again and again under other ids, with a long name."""
    folder = tmp_path_factory.mktemp("wide")
    path = folder / "wide.sqlite"
    dated = meeting("talk", date="2004-05-06")
    assert build(path, write_records(folder / "records", meetings=[dated])) == []
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        for table in (m.table(m.Record), m.table(m.Meeting)):
            row = dict(connection.execute(select(table).where(table.c.id == "talk")).mappings().one())
            connection.execute(insert(table), [copied(row, number) for number in range(ROWS)])
    engine.dispose()
    return path


def copied(row: dict[str, Any], number: int) -> dict[str, Any]:
    other = row | {"id": f"talk-{number}"}
    if "list_row" in row:
        name = f"A talk {number} {Random(number).randbytes(LETTERS // 2).hex()}"
        text = json.loads(row["list_row"]) | {"id": other["id"], "name": name}
        other |= {"name_key": f"a talk {number}", "list_row": json.dumps(text)}
    return other


@pytest.fixture
def server(wide: Path, tmp_path: Path) -> Iterator[Running]:
    with running(
        Path(shutil.copy(wide, tmp_path / "wide.sqlite")), tmp_path, changes=FRUGAL.format(patience=30)
    ) as server:
        read(server, f"/meetings?format={FORMATS[0]}&q=nothing")
        yield server


def asked(server: Running, path: str, *lines: str) -> socket.socket:
    """A connection over which something was asked, and of which nothing has been read."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.settimeout(20)
    connection.connect(server.address)
    head = "\r\n".join([f"GET {path} HTTP/1.1", "Host: localhost", "Connection: close", *lines, "", ""])
    connection.sendall(head.encode())
    return connection


def read(server: Running, path: str, *lines: str) -> int:
    """Read an answer to its end, and say how long it was."""
    with socket.create_connection(server.address, timeout=20) as connection:
        head = "\r\n".join([f"GET {path} HTTP/1.1", "Host: localhost", "Connection: close", *lines, "", ""])
        connection.sendall(head.encode())
        length, last = 0, b""
        while piece := connection.recv(1 << 20):
            length, last = length + len(piece), (last + piece)[-5:]
    assert last == b"0\r\n\r\n"
    return length


@in_ci
def test_a_long_list_takes_little_memory_in_every_format_and_coding(server: Running) -> None:
    before = server.memory()
    for format_ in FORMATS if "CI" in os.environ else sorted({*FORMATS} - {*LONG}):
        assert read(server, f"/meetings?format={format_}") > ROWS * 100
    for coding in CODINGS:
        read(server, "/meetings?format=ndjson", f"Accept-Encoding: {coding}")
    assert server.memory() - before < MOST


def test_what_is_not_read_is_not_made(server: Running) -> None:
    waiting = []
    for coding in CODINGS:
        before = server.memory()
        waiting.append(asked(server, "/meetings?format=ndjson", f"Accept-Encoding: {coding}"))
        time.sleep(0.7)
        assert server.memory() - before < MOST, coding
    assert server.get("/health/live")[0] == 200
    for connection in waiting:
        connection.close()


def closes(connection: socket.socket) -> None:
    connection.recv(1000)
    connection.close()


def stalls(connection: socket.socket) -> None:
    """Reads no more and never closes; the server does."""


@pytest.mark.parametrize("leave", [closes, stalls])
@pytest.mark.parametrize("path", ["/meetings?format=ndjson", "/downloads/cooperation.sqlite"])
def test_a_reader_that_leaves_lets_the_replaced_file_go(
    wide: Path, tmp_path: Path, leave: Callable[[socket.socket], None], path: str
) -> None:
    served = Path(shutil.copy(wide, tmp_path / "wide.sqlite"))
    with running(served, tmp_path, changes=FRUGAL.format(patience=1.0)) as server:
        connection = asked(server, path)
        connection.recv(1000)
        Path(shutil.copy(wide, tmp_path / "new.sqlite")).replace(served)
        wait_until(server, True)
        leave(connection)
        wait_until(server, False)
        connection.close()


def wait_until(server: Running, held: bool) -> None:
    """Wait until a replaced file is held open, or is no longer."""
    deadline = time.monotonic() + 10
    while held != any("(deleted)" in file for file in server.files()):
        assert time.monotonic() < deadline, server.files()
        server.get("/meetings/talk")
        time.sleep(0.05)


BUSY = """
from app import streams
streams.MAX_STREAMS = 3
"""


def test_only_so_many_long_answers_are_under_way(wide: Path, tmp_path: Path) -> None:
    """One more is refused; pages are answered all the while, and a place is free again with its reader gone."""
    path = "/meetings?format=ndjson"
    with running(wide, tmp_path, changes=BUSY + FRUGAL.format(patience=30)) as server:
        tag = {"If-None-Match": tag_of(server, path)}
        for _ in range(5):
            assert status_of(server, path, tag) == 304
        waiting = [asked(server, path) for _ in range(3)]
        for connection in waiting:
            connection.recv(1)
        assert status_of(server, path) == 503
        assert server.get(path)[1]["type"] == "/problems/overloaded"
        assert server.get("/meetings?limit=1")[0] == 200
        for connection in waiting:
            connection.close()
        deadline = time.monotonic() + 10
        while status_of(server, path) != 200:
            assert time.monotonic() < deadline
            time.sleep(0.05)


def tag_of(server: Running, path: str) -> str:
    client = server.client()
    client.request("GET", path)
    response = client.getresponse()
    response.read()
    client.close()
    return response.headers["ETag"]


def status_of(server: Running, path: str, headers: dict[str, str] | None = None) -> int:
    client = server.client()
    client.request("GET", path, headers=headers or {})
    response = client.getresponse()
    response.read()
    client.close()
    return response.status
