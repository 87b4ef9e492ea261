"""A thousand meetings and a million: what grows with the data and what does not."""

import json
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path
from statistics import quantiles
from time import perf_counter
from urllib.parse import quote

from app.cursors import Cursor, encode
from app.listings import MEETINGS
from app.queries import Key
from tests.bench.compare import say
from tests.bench.servers import Server, fetch, free_port, serving
from tests.bench.systems import product
from tests.bench.world import HOT, RARE, build_world, meeting_id

SMALL = 1000
Case = Callable[[Server, int], str]
"""The path of a case on a world of so many meetings."""


def page(query: str) -> Case:
    return lambda _, __: f"/meetings?{query}"


def deep(year: int) -> Case:
    """The page after a day, by a cursor made as the product makes it: to walk there would take a million rows."""

    def path(server: Server, _: int) -> str:
        version = json.loads(fetch(server.port, "/dataset")[1])["version"]
        bound = json.dumps([MEETINGS.path, {}, [Key("date", False)]])
        return f"/meetings?cursor={encode(Cursor([f'{year}-01-01', ''], False), bound, version)}"

    return path


CASES: dict[str, Case] = {
    "page 1": page("limit=25"),
    "page 1, newest first": page("limit=25&sort=-date"),
    "page 1 by name": page("limit=25&sort=name"),
    "a cursor in the middle": deep(2000),
    "a cursor at the end": deep(2024),
    "a frequent participant": page(f"organization={HOT}"),
    "a rare participant": page(f"organization={RARE}"),
    "an area": page("area=area-07"),
    "a kind": page("kind=summit"),
    "from a date": page("date_from=2020"),
    "from a date, newest first": page("date_from=2020&sort=-date"),
    "within a year": page("date_from=1999&date_to=1999&date_match=within"),
    "a source": page("source=source-07"),
    "one record": lambda _, meetings: f"/meetings/{meeting_id(meetings // 3)}",
    "a near miss": lambda _, meetings: f"/meetings/{meeting_id(meetings // 3)}x",
    "a facet by kind": page("limit=0&facet=kind"),
    "a facet by organization": page("limit=0&facet=organization"),
    "search, common word": lambda _, __: f"/search?q={quote('delegations')}",
    "search, rare word": lambda _, meetings: f"/search?q={meetings // 3}",
}


def scale(folder: Path, meetings: int, times: int) -> int:
    """Print how long each case takes on a small and on a large world."""
    found: dict[int, dict[str, tuple[float, float, float]]] = {}
    for size in (SMALL, meetings):
        database = folder / f"world-{size}.sqlite"
        if not database.exists():
            say(f"Building {size:,} meetings …")
            took = build_world(database, size)
            say(f"{took:.0f} s, {database.stat().st_size / 1e9:.2f} GB")
        found[size] = timed(database, size, folder, times)
    print(
        f"| milliseconds | first at {meetings:,} | p50 at {SMALL:,} | at {meetings:,} | p99 | p99 | p99 ratio |"
    )
    print("|---" * 7 + "|")
    for case in CASES:
        small, large = found[SMALL].get(case), found[meetings].get(case)
        if small is None or large is None:
            print(f"| {case} | fails |")
            continue
        first, ratio = large[0], large[2] / small[2]
        figures = (
            f"{first:.1f} | {small[1]:.2f} | {large[1]:.2f} | {small[2]:.2f} | {large[2]:.2f} | {ratio:.1f}"
        )
        print(f"| {case} | {figures} |")
    return 0


def timed(database: Path, meetings: int, folder: Path, times: int) -> dict[str, tuple[float, float, float]]:
    """The first answer of each case, the median, and the 99th percentile, in milliseconds."""
    system, port = product("this API", database, str), free_port()
    found = {}
    with serving(system.command(port), port, system.ready, folder, system.environment) as server:
        connection = HTTPConnection("127.0.0.1", port, timeout=120)
        for case, path_of in CASES.items():
            path = path_of(server, meetings)
            first = ask(connection, path)
            if first is None:
                continue
            often = [ask(connection, path) or 0.0 for _ in range(max(20, min(times, int(20_000 / first))))]
            cuts = quantiles(often, n=100)
            found[case] = first, cuts[49], cuts[98]
        connection.close()
    return found


def ask(connection: HTTPConnection, path: str) -> float | None:
    """How many milliseconds an answer takes; none if it is an error that was not asked for."""
    start = perf_counter()
    connection.request("GET", path)
    response = connection.getresponse()
    response.read()
    took = (perf_counter() - start) * 1000
    return took if response.status in (200, 404) else None
