"""The systems that are compared, and how each of them is asked for the same meetings."""

import json
import os
import shutil
import sqlite3
import sys
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

from tests.bench.servers import spare, uvicorn
from tests.bench.world import meeting_id
from tests.engine import loaded
from tests.engine import server as postgresql

Urls = Callable[[str], str]
"""The address of an item: `page:40` is the page that starts at the 40th meeting, `one:meeting-0000007` one meeting."""
PAGE = 20
NGINX = """
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/nginx.log;
events {{ worker_connections 1024; }}
http {{
    access_log off; default_type application/json; keepalive_requests 1000000;
    client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
    uwsgi_temp_path {folder}; scgi_temp_path {folder};
    server {{ listen 127.0.0.1:{port}; root {folder}/files; }}
}}
"""
PROGRAM = """
import gc
gc.disable()
from app import starting
starting.version_of = lambda: starting.built_from(starting.Settings().database)
raise SystemExit(starting.main())
"""
TABLES = """
CREATE TABLE meeting (id TEXT PRIMARY KEY, name TEXT, summary TEXT, kind TEXT, status TEXT, date TEXT);
CREATE TABLE whole (
    id TEXT PRIMARY KEY, name TEXT, summary TEXT, kind TEXT, status TEXT, date TEXT, participants TEXT
);
CREATE TABLE participant (
    id INTEGER PRIMARY KEY, meeting_id TEXT REFERENCES meeting (id), organization TEXT, name TEXT, role TEXT
);
CREATE INDEX meeting_date ON meeting (date, id);
CREATE INDEX meeting_kind ON meeting (kind);
CREATE INDEX participant_meeting ON participant (meeting_id);
CREATE INDEX participant_organization ON participant (organization, meeting_id);
"""


@dataclass(frozen=True)
class System:
    """A server to compare: how it is started, and what it calls the items."""

    name: str
    command: Callable[[int], list[str]]
    urls: Urls
    ready: str
    environment: Mapping[str, str] = field(default_factory=dict)
    cells: tuple[str, ...] = ("page", "one", "zipf")
    crowded: bool = False
    """Whether it is asked over more connections, too."""
    warm: int = 0
    """Requests of the mix after which its cache is as full as it will be."""
    whole: bool = True
    """Whether its processes are all that works for it: what they cost is what it costs."""


def by_offset(text: str) -> str:
    kind, _, value = text.partition(":")
    if kind == "filter":
        return f"/meetings?limit={PAGE}&{value}"
    return f"/meetings/{value}" if kind == "one" else f"/meetings?offset={value}&limit={PAGE}"


CELLS = ("page", "one", "zipf", "filtered", "revalidation")
WARM = 50_000


def product(name: str, database: Path, urls: Urls, **settings: str) -> System:
    """The product as its users run it, over a database that other records may have made."""
    return System(
        name,
        lambda port: [sys.executable, "-c", PROGRAM, "--port", str(port)],
        urls,
        "/health/ready",
        {"APP_DATABASE": str(database), **settings},
        CELLS,
        crowded=True,
    )


def products(database: Path, urls: Urls) -> list[System]:
    return [
        product("this API, uncached", database, urls, APP_CACHE_MB="0"),
        replace(product("this API, cached", database, urls), warm=WARM),
    ]


def on_postgresql(database: Path, urls: Urls) -> System:
    """The product with the same records in PostgreSQL, which has the cores that are left, as on a machine of its own."""
    settings = {"APP_CACHE_MB": "0", "APP_DATABASE_URL": loaded(database)}
    spare(postgresql().get_postmaster_info().pid)
    return replace(product("this API, on PostgreSQL", database, urls, **settings), whole=False)


def limit(bodies: Path, urls: Urls) -> System:
    return System(
        "the limit",
        lambda port: uvicorn("tests.bench.peers.limit:app", port),
        urls,
        urls("page:0"),
        {"BENCH_BODIES": str(bodies), "BENCH_UNCHANGED": str(bodies.with_name("unchanged"))},
        CELLS,
        crowded=True,
    )


def textbooks(database: Path) -> list[System]:
    cells = ("page", "one", "zipf", "filtered")
    return [
        System(
            name,
            lambda port, module=module: uvicorn(f"tests.bench.peers.{module}:app", port),  # type: ignore[misc]
            by_offset,
            "/meetings?limit=1",
            {"BENCH_DATABASE": str(database)},
            cells,
        )
        for name, module in (
            ("textbook FastAPI and SQLModel", "textbook"),
            ("SQLAlchemy Core and dicts", "core"),
        )
    ]


def outside(folder: Path) -> tuple[list[System], list[str]]:
    """The peers that are installed, and the names of those that are not."""
    found = {name: program(name) for name in ("datasette", "roapi", "json-server", "soul", "nginx")}
    systems = [PEERS[name](path, folder) for name, path in found.items() if path]
    return systems, [name for name, path in found.items() if not path]


def program(name: str) -> str | None:
    beside = str(Path(sys.executable).parent)
    return shutil.which(name, path=os.pathsep.join([beside, os.environ.get("PATH", ""), "/usr/sbin"]))


def datasette(program: str, folder: Path) -> System:
    def urls(text: str) -> str:
        kind, _, value = text.partition(":")
        if kind == "one":
            return f"/peers/whole/{value}.json?_shape=array"
        return f"/peers/whole.json?_size={PAGE}&_shape=array&_nocount=1&_nofacet=1&id__gte={meeting_id(int(value))}"

    options = ["--host", "127.0.0.1", "--setting", "default_cache_ttl", "0"]
    return System(
        "Datasette",
        lambda port: [program, "-i", str(folder / "peers.sqlite"), "--port", str(port), *options],
        urls,
        "/-/versions.json",
    )


def roapi(program: str, folder: Path) -> System:
    def urls(text: str) -> str:
        kind, _, value = text.partition(":")
        if kind == "one":
            return f"/api/tables/meetings?filter[id]=%27{value}%27"
        return f"/api/tables/meetings?limit={PAGE}&offset={value}"

    table = f"meetings={folder / 'meetings.ndjson'}"
    return System(
        "roapi",
        lambda port: [program, "--table", table, "--addr-http", f"127.0.0.1:{port}"],
        urls,
        "/api/tables/meetings?limit=1",
    )


def json_server(program: str, folder: Path) -> System:
    def urls(text: str) -> str:
        kind, _, value = text.partition(":")
        if kind == "one":
            return f"/meetings/{value}"
        return f"/meetings?_start={value}&_limit={PAGE}"

    return System(
        "json-server",
        lambda port: [program, "--quiet", "--read-only", "--port", str(port), str(folder / "db.json")],
        urls,
        "/meetings?_limit=1",
    )


def soul(program: str, folder: Path) -> System:
    def urls(text: str) -> str:
        kind, _, value = text.partition(":")
        if kind == "one":
            return f"/api/tables/whole/rows/{value}"
        return f"/api/tables/whole/rows?_limit={PAGE}&_page={int(value) // PAGE + 1}"

    return System(
        "Soul",
        lambda port: [program, "-d", str(folder / "soul.sqlite"), "-p", str(port)],
        urls,
        "/api/tables/whole/rows?_limit=1",
    )


def nginx(program: str, folder: Path) -> System:
    def command(port: int) -> list[str]:
        config = folder / "nginx.conf"
        config.write_text(NGINX.format(folder=folder, port=port))
        return [program, "-c", str(config), "-p", str(folder)]

    def urls(text: str) -> str:
        return "/one" if text.startswith("one") else "/page"

    return System("nginx, from a file", command, urls, "/page", cells=("page", "one"))


PEERS: dict[str, Callable[[str, Path], System]] = {
    "datasette": datasette,
    "roapi": roapi,
    "json-server": json_server,
    "soul": soul,
    "nginx": nginx,
}


def write_peers(source: Path, folder: Path) -> None:
    """The meetings of a database in the forms that the peers read."""
    with closing(sqlite3.connect(source)) as connection:
        rows = connection.execute("SELECT list_row FROM record WHERE type = 'meeting' ORDER BY id").fetchall()
    meetings = [plain(json.loads(row)) for (row,) in rows]
    for name in ("peers.sqlite", "soul.sqlite"):
        write_tables(folder / name, meetings)
    (folder / "db.json").write_text(json.dumps({"meetings": meetings}))
    (folder / "meetings.ndjson").write_text("".join(json.dumps(meeting) + "\n" for meeting in meetings))


def plain(row: dict[str, object]) -> dict[str, object]:
    """A meeting as a peer holds it: its fields and its participants."""
    date, taking_part = row["date"], row["participants"]
    assert isinstance(date, dict)
    assert isinstance(taking_part, dict)
    participants = [
        {"organization": item["id"], "name": item["name"], "role": item["links"][0]["role"]}
        for item in taking_part["items"]
    ]
    own = {name: row[name] for name in ("id", "name", "summary", "kind", "status")}
    return {**own, "date": date["edtf"], "participants": participants}


def write_tables(path: Path, meetings: list[dict[str, object]]) -> None:
    path.unlink(missing_ok=True)
    packed = [{**meeting, "participants": json.dumps(meeting["participants"])} for meeting in meetings]
    links = [{**p, "meeting": row["id"]} for row in meetings for p in row["participants"]]  # type: ignore[attr-defined]
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(TABLES)
        connection.executemany(
            "INSERT INTO whole VALUES (:id, :name, :summary, :kind, :status, :date, :participants)", packed
        )
        connection.executemany(
            "INSERT INTO participant VALUES (NULL, :meeting, :organization, :name, :role)", links
        )
        connection.execute("INSERT INTO meeting SELECT id, name, summary, kind, status, date FROM whole")
        connection.commit()
