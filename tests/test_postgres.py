"""PostgreSQL gives the answers of the file, byte for byte but for the scores of a search, and nothing can be written through it."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import errors
from psycopg.conninfo import make_conninfo
from psycopg.sql import SQL, Identifier
from starlette.testclient import TestClient

from app.connections import connect
from app.main import create_app
from app.settings import Settings
from seed.postgres import load
from tests.api import LISTS, PAGED, parameters, rows, sorts
from tests.conftest import World
from tests.direct import Direct
from tests.engine import new_database
from tests.world import meeting

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def served(url: str, **settings: Any) -> TestClient:
    """A client over PostgreSQL that is asked anew every time; use it as a context manager."""
    app = create_app(Settings(database_url=url, cache_mb=0, **settings))
    return TestClient(app, raise_server_exceptions=False, follow_redirects=False)


@pytest.fixture(scope="module")
def url(database: Path) -> str:
    url = new_database()
    load(database, url)
    return url


@pytest.fixture(scope="module")
def both(database: Path, url: str) -> Iterator[tuple[Direct, Direct]]:
    """The same dataset from the file and from the server."""
    file = Direct(create_app(Settings(database=database, cache_mb=0)))
    other = Direct(create_app(Settings(database_url=url, cache_mb=0)))
    with file, other:
        yield file, other


def same(both: tuple[Direct, Direct], path: str, **headers: str) -> Any:
    """Ask both, and take the answer that both gave."""
    asked = {"X-Request-ID": "same", **headers}
    one, other = (direct.request(path, headers=asked) for direct in both)
    assert one.status == other.status, path
    assert one.content == other.content, path
    assert one.headers == other.headers, path
    return one


@pytest.mark.parametrize("path", PAGED)
def test_every_sort_and_facet_in_both_directions(both: tuple[Direct, Direct], path: str) -> None:
    if path == "/search":
        return
    for sort in sorts(path):
        same(both, f"{path}?sort={sort}&limit=100")
        same(both, f"{path}?sort={sort}&limit=0")
        following = same(both, f"{path}?sort={sort}&limit=7").json()["next"]
        if following:
            same(both, same(both, following).json()["prev"])
    for facet in parameters(path)["facet"]["schema"]["items"]["enum"]:
        same(both, f"{path}?facet={facet}&limit=0")


@pytest.mark.parametrize("path", LISTS)
def test_every_record_and_what_lists_hold_of_it(both: tuple[Direct, Direct], path: str) -> None:
    for row in rows(both[0].get, f"{path}?limit=100")[:12]:
        detail = same(both, row["url"]).json()
        for related in detail.values():
            if isinstance(related, dict) and "total" in related:
                same(both, related["url"])
        same(both, f"{path}?id={row['id']}")
    same(both, f"{path}?q=osce+nat")
    same(both, f"{path}?format=ndjson")


@pytest.mark.parametrize(
    "path",
    [
        "/network",
        "/network?center=osce&depth=2",
        "/network?center=nato&kind=membership",
        "/timeline?date_from=2003&date_to=2004&sort=-date",
        "/timeline?organization=osce&facet=type",
        "/meetings?organization=osce&organization=nato&kind=visit&date_from=2003&facet=place&facet=organization",
        "/meetings?date_from=2003-05&date_match=within",
        "/organizations?on=2004&role=member&facet=member_of",
        "/statements?speaker=jens-stoltenberg&facet=about",
        "/evidence?sort=-source,paragraph&basis=inferred",
        "/organizations/OSCE",
        "/organizations/osec",
        "/people/jens-stoltenburg",
        "/meetings?organization=osec",
        "/dataset",
        "/downloads",
        "/sitemap.xml",
        "/meetings.ics",
        "/",
    ],
)
def test_answers_of_every_other_kind(both: tuple[Direct, Direct], path: str) -> None:
    same(both, path)


def test_the_pages_for_people(both: tuple[Direct, Direct]) -> None:
    for path in ("/", "/meetings", "/network?center=osce", "/timeline", "/organizations/osce"):
        same(both, path, accept="text/html")


@pytest.mark.parametrize("name", ["cooperation.sqlite", "meetings.csv"])
def test_downloads(both: tuple[Direct, Direct], name: str) -> None:
    assert same(both, f"/downloads/{name}").status == 200
    assert same(both, f"/downloads/{name}", Range="bytes=700-9000").status == 206


@pytest.mark.parametrize(
    "query", ["osce", "nato", "arms control", "co-operation in eu", "kosovo", "stoltenberg", "!!!", "x" * 500]
)
def test_a_search_finds_the_same(both: tuple[Direct, Direct], query: str) -> None:
    pages = [direct.get("/search", q=query, limit=100) for direct in both]
    assert pages[0]["total"] == pages[1]["total"]
    assert pages[0]["facets"] == pages[1]["facets"]
    if pages[0]["total"] <= 100:
        assert by_id(pages[0]) == by_id(pages[1])


def by_id(page: dict[str, Any]) -> dict[str, Any]:
    """What is found, without its score, by which alone the order may differ."""
    return {item["id"]: {**item, "score": None} for item in page["items"]}


@pytest.mark.parametrize("query", ["stoltenburg", "organisation for secrity", "Solomn Pasy", "ocse mision"])
def test_misspelt_names_are_found(both: tuple[Direct, Direct], query: str) -> None:
    """The most like is the same; which names are looked at at all is each index's own choice where many share a part."""
    pages = [direct.get("/search", q=query) for direct in both]
    assert pages[0]["items"][0] == pages[1]["items"][0]


def test_a_new_dataset_takes_the_place_of_the_old_one(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    url = new_database()
    old, new = world("old", meetings=[meeting("a")]), world("new", meetings=[meeting("a"), meeting("b")])
    schemas = [load(old, url)]
    with served(url) as client:
        before = client.get("/meetings?limit=1")
        for path in (new, old, new):
            schemas.append(load(path, url))
        while client.get("/meetings").json()["total"] != 2:
            pass
        assert client.get("/meetings").headers["etag"] != before.headers["etag"]
    assert schemas_of(url) == ["cooperation", *schemas]
    monkeypatch.setattr("seed.postgres.GRACE", timedelta())
    schemas.append(load(old, url))
    assert schemas_of(url) == ["cooperation", *schemas[-2:]]


def schemas_of(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        found = connection.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'cooperation%'")
        return sorted(name for (name,) in found)


def test_a_load_that_fails_leaves_all_as_it_was(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    url, path = new_database(), world("old", meetings=[meeting("a")])
    load(path, url)
    monkeypatch.setattr("seed.postgres.forget", broken)
    with pytest.raises(KeyboardInterrupt):
        load(path, url)
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT count(*) FROM cooperation.loaded").fetchall() == [(1,)]


def broken(*_: Any) -> None:
    raise KeyboardInterrupt


@pytest.fixture(scope="module")
def roles(database: Path) -> tuple[str, str]:
    """The URLs of the owner and of the reader, made as the README says."""
    url = new_database()
    name = re.findall(r"/(\w+)\?", url)[0]
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in re.findall(r"^    ((?:CREATE ROLE|ALTER|GRANT|REVOKE) .+;)$", README, re.MULTILINE):
            own = statement.replace("DATABASE cooperation ", f"DATABASE {name} ")
            connection.execute(own.replace("cooperation_", f"{name}_"))  # roles are the whole server's
    owner, reader = (
        make_conninfo(url, user=f"{name}_{role}", password="any") for role in ("owner", "reader")
    )
    load(database, owner)
    return owner, reader


WRITES = (
    "DELETE FROM record",
    "INSERT INTO dataset VALUES ('1', '1', '1', '1', '1')",
    "UPDATE dataset SET version = 'x'",
    "TRUNCATE dataset CASCADE",
    "CREATE TABLE more (id text)",
    "CREATE TEMPORARY TABLE more (id text)",
    "CREATE SCHEMA more",
    "DROP TABLE record CASCADE",
    "SELECT lo_create(0)",
)


@pytest.mark.parametrize("write", WRITES)
def test_nothing_can_be_written(roles: tuple[str, str], write: str) -> None:
    """Both layers, and each with the other taken away: a role that may write, a session that may."""
    owner, reader = roles
    with connection_of(reader) as connection, pytest.raises(errors.Error):
        connection.execute(write)
    with connection_of(owner) as connection, pytest.raises(errors.ReadOnlySqlTransaction):
        connection.execute(write)
    with connection_of(reader) as connection:
        connection.execute("SET default_transaction_read_only = off")
        if "lo_create" in write:
            return  # a large object of its own: the session forbids it, and nothing here reads it
        with pytest.raises(errors.InsufficientPrivilege):
            connection.execute(write)


def connection_of(url: str) -> psycopg.Connection[Any]:
    """A connection just as the application has it, to the newest dataset."""
    return connect(url, newest(url))


def newest(url: str) -> str:
    with psycopg.connect(url) as connection:
        rows = connection.execute("SELECT schema FROM cooperation.loaded ORDER BY at DESC").fetchall()
    return str(rows[0][0])


def test_both_layers_taken_away_it_would_be_written(roles: tuple[str, str]) -> None:
    """Else the test above would prove nothing."""
    with connection_of(roles[0]) as connection:
        connection.execute("SET default_transaction_read_only = off")
        with connection.transaction(force_rollback=True):
            assert connection.execute("DELETE FROM note").rowcount > 0


def test_the_reader_serves(roles: tuple[str, str]) -> None:
    with served(roles[1]) as client:
        assert client.get("/meetings?q=osce&facet=kind").status_code == 200
        assert client.get("/search?q=stoltenburg").json()["total"] > 0


def test_a_role_that_may_not_even_read_is_told_from_a_failure(
    roles: tuple[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    with psycopg.connect(roles[0], user="postgres", autocommit=True) as connection:
        connection.execute("CREATE ROLE cooperation_stranger LOGIN")
    with served(make_conninfo(roles[0], user="cooperation_stranger")) as client:
        assert client.get("/meetings").status_code == 503
    assert "python -m seed --database-url" in caplog.text


def test_a_database_without_a_dataset_is_a_503(caplog: pytest.LogCaptureFixture) -> None:
    with served(new_database()) as client:
        assert client.get("/meetings").json()["type"] == "/problems/unavailable"
    assert "python -m seed --database-url" in caplog.text


@pytest.mark.parametrize(
    "url", ["postgresq://me:hunter2@host/db", "postgresql://me:%zzhunter2@host", "hunter2"]
)
def test_no_message_shows_the_password(url: str) -> None:
    with pytest.raises(ValueError, match="APP_DATABASE_URL") as caught:
        served(url)
    assert "hunter2" not in repr(caught.value) + repr(Settings(database_url=url))


def test_a_statement_that_takes_too_long_is_stopped(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.connections.STATEMENT_SECONDS", 0.2)
    with served(url) as client, psycopg.connect(url) as other:
        assert client.get("/meetings").status_code == 200
        other.execute("SELECT set_config('search_path', %s, false)", [newest(url)])
        other.execute("LOCK TABLE meeting IN ACCESS EXCLUSIVE MODE")
        late = client.get("/meetings?limit=1")
        assert late.status_code == 503
        assert late.json()["type"] == "/problems/too-costly"
        assert int(late.headers["retry-after"]) > 0
        assert client.get("/people").status_code == 200
        other.rollback()
        assert client.get("/meetings?limit=1").status_code == 200


@pytest.mark.parametrize("path", ["/meetings?limit=1", "/meetings?format=csv", "/?format=html"])
def test_who_waits_for_the_database_holds_up_nobody_else(url: str, path: str) -> None:
    with served(url) as client, psycopg.connect(url) as other, ThreadPoolExecutor(1) as thread:
        assert client.get("/health/ready").status_code == 200
        other.execute("SELECT set_config('search_path', %s, false)", [newest(url)])
        for table in ("meeting", "picture"):
            other.execute(SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(Identifier(table)))
        waiting = thread.submit(client.get, path)
        asked = [client.get("/people?limit=1").status_code for _ in range(5)]
        assert not waiting.done()
        other.rollback()
        assert waiting.result().status_code == 200
    assert asked == [200] * 5
