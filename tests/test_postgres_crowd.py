"""With few connections to PostgreSQL, many requests wait their turn: none fails, none is passed over, none waits for ever."""

import asyncio
from collections import Counter
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from app.main import create_app
from app.settings import Settings
from seed.postgres import load
from tests.direct import Answer, Direct
from tests.engine import new_database
from tests.test_postgres import newest

CROWD = 200


@pytest.fixture(scope="module")
def url(database: Path) -> str:
    url = new_database()
    load(database, url)
    return url


@contextmanager
def asked(url: str, connections: int) -> Iterator[Direct]:
    """The application, asked many things at a time."""
    settings = Settings(database_url=url, cache_mb=0, database_connections=connections)
    with Direct(create_app(settings)) as direct:
        assert direct.request("/meetings?limit=1").status == 200
        yield direct


def page(direct: Direct, limit: int = 1) -> Coroutine[Any, Any, Answer]:
    return direct.send(f"/meetings?limit={limit}", "GET", {})


@contextmanager
def locked(url: str) -> Iterator[psycopg.Connection[Any]]:
    """The table of meetings cannot be read until the transaction ends."""
    with psycopg.connect(url) as connection:
        connection.execute("SELECT set_config('search_path', %s, false)", [newest(url)])
        connection.execute("LOCK TABLE meeting IN ACCESS EXCLUSIVE MODE")
        yield connection


def test_who_came_first_is_served_first(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """By one connection: among several, whose answer takes longer is passed by those of the others."""
    monkeypatch.setattr("app.connections.PATIENCE", 60.0)
    order: list[int] = []

    async def ask(direct: Direct, number: int) -> int:
        status = (await page(direct, number % 99 + 1)).status
        order.append(number)
        return status

    async def crowd(direct: Direct) -> list[int]:
        return await asyncio.gather(*(ask(direct, number) for number in range(CROWD)))

    with asked(url, 1) as direct:
        assert Counter(direct.runner.run(crowd(direct))) == {200: CROWD}
    assert order == list(range(CROWD))


def test_who_waits_for_others_too_long_is_told_so(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.connections.PATIENCE", 0.1)

    async def crowd(direct: Direct, lock: psycopg.Connection[Any]) -> list[Answer]:
        first = asyncio.create_task(page(direct))
        await asyncio.sleep(0)
        others = await asyncio.gather(*(page(direct) for _ in range(3)))
        lock.rollback()
        return [await first, *others]

    with asked(url, 1) as direct, locked(url) as lock:
        first, *others = direct.runner.run(crowd(direct, lock))
        assert first.status == 200
        for other in others:
            assert other.status == 503
            assert other.json()["type"] == "/problems/overloaded"
            assert int(other.headers["retry-after"]) > 0
        assert direct.request("/meetings").status == 200


def test_who_gives_up_leaves_the_connection_to_others(url: str) -> None:
    async def give_up(direct: Direct) -> None:
        waiting = asyncio.create_task(page(direct))
        await asyncio.sleep(0.05)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting

    with asked(url, 1) as direct:
        with locked(url):
            direct.runner.run(give_up(direct))
        assert direct.request("/meetings").status == 200
