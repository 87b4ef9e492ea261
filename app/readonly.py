"""A connection through which nothing can be written, nor a file opened; each layer stops what another one might let through."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

OPENING = "mode=ro&immutable=1"
"""Immutable, because a release is never changed where it lies: it is replaced by renaming."""
CACHE = "PRAGMA cache_size = -4096"
"""KiB: the upper pages of the indexes, and what was read last. More of it would be paid for in resident memory and save little: the system
keeps the file too, and to copy a page from there costs a microsecond. None are mapped: to read from a mapping kills the process when
somebody copies over the file."""
STATEMENTS = 1024
"""Prepared statements that are kept; the authorizer is asked when one is prepared, and not when it runs."""
FUNCTIONS = frozenset(
    {
        "bm25",
        "coalesce",
        "count",
        "like",
        "match",
        "max",
        "min",
        "nullif",
        "round",
        "row_number",
        "substr",
        "sum",
    }
)
"""The SQL functions that our statements use."""
LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: 16
    << 20,  # of a text, a blob or a row: the longest of ours has a few hundred KiB
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 1 << 20,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 20,
    sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER: 5000,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH: 1,
    sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
}
"""What SQLite allows by itself would be thousands of times as much."""


def permitted(
    action: int, first: str | None, second: str | None, _database: str | None, _inner: str | None
) -> int:
    """Whether a statement may be prepared that does this: reading alone, with the functions that we use."""
    match action:
        case sqlite3.SQLITE_SELECT | sqlite3.SQLITE_READ | sqlite3.SQLITE_RECURSIVE:
            return sqlite3.SQLITE_OK
        case sqlite3.SQLITE_FUNCTION if second in FUNCTIONS:
            return sqlite3.SQLITE_OK
        # What the full text does when it is first read: it declares its columns, and looks whether it has changed.
        case sqlite3.SQLITE_UPDATE if first == "sqlite_master":
            return sqlite3.SQLITE_OK
        case sqlite3.SQLITE_PRAGMA if first == "data_version" and second is None:
            return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY


def query_only(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA query_only = ON")


def distrust_schema(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA trusted_schema = OFF")


def limit(connection: sqlite3.Connection) -> None:
    for category, most in LIMITS.items():
        connection.setlimit(category, most)


def authorize(connection: sqlite3.Connection) -> None:
    connection.set_authorizer(permitted)


LAYERS: tuple[Callable[[sqlite3.Connection], None], ...] = (query_only, distrust_schema, limit, authorize)
"""In the order in which they go on: the last one lets nothing be set any more."""


def connect(path: Path) -> sqlite3.Connection:
    """Open a file. Raises OSError or sqlite3.Error where it cannot be read."""
    uri = f"{path.resolve().as_uri()}?{OPENING}"
    connection = sqlite3.connect(uri, uri=True, check_same_thread=False, cached_statements=STATEMENTS)
    connection.execute(CACHE)
    for layer in LAYERS:
        layer(connection)
    return connection
