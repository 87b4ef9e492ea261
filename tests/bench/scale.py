"""A thousand meetings and a million: what grows with the data and what does not."""

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from http.client import HTTPConnection
from pathlib import Path
from statistics import quantiles
from time import perf_counter
from urllib.parse import quote

from pydantic_core import to_json

from app.conditions import Key
from app.cursors import Cursor, encode
from app.listings import MEETINGS
from tests.bench.servers import Server, free_port, serving
from tests.bench.systems import product
from tests.bench.world import HOT, RARE, kept_world, meeting_id, world

SMALL = 1000
MOST = 20_000
"""How many milliseconds a case may take."""
Case = Callable[[int], str]
"""The path of a case on a world of so many meetings."""


def page(query: str) -> Case:
    return lambda _: f"/meetings?{query}"


def deep(year: int) -> Case:
    """The page after a day, by a cursor made as the product makes it: to walk there would take a million rows."""

    def path(meetings: int) -> str:
        version = world(meetings).version
        bound = to_json([MEETINGS.path, {}, [Key("date", False)]])
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
    "one record": lambda meetings: f"/meetings/{meeting_id(meetings // 3)}",
    "a near miss": lambda meetings: f"/meetings/{meeting_id(meetings // 3)}x",
    "a facet by kind": page("limit=0&facet=kind"),
    "a facet by organization": page("limit=0&facet=organization"),
    "search, common word": lambda _: f"/search?q={quote('delegations')}",
    "search, rare word": lambda meetings: f"/search?q={meetings // 3}",
}


def scale(folder: Path, meetings: int, times: int) -> int:
    """Print how long each case takes on a small and on a large world, asked in turn."""
    sizes = (SMALL, meetings)
    with ExitStack() as stack:
        running = [stack.enter_context(serve(kept_world(folder, size), folder)) for size in sizes]
        print(
            f"| milliseconds | first | p50 at {SMALL:,} | p50 at {meetings:,} | p99 | p99 | p50 ratio | p99 ratio |"
        )
        print("|---" * 8 + "|")
        for case, path_of in CASES.items():
            paths = [path_of(size) for size in sizes]
            print(f"| {case} | {row(running, paths, times)} |", flush=True)
    return 0


def serve(database: Path, folder: Path) -> AbstractContextManager[Server]:
    system, port = product("this API", database, str, APP_CACHE_MB="0"), free_port()
    return serving(system.command(port), port, system.ready, folder, system.environment)


def row(running: list[Server], paths: list[str], times: int) -> str:
    """The first answer of the large world, then the medians and 99th percentiles of both."""
    clients = [HTTPConnection("127.0.0.1", server.port, timeout=120) for server in running]
    asked = list(zip(clients, paths, strict=True))
    firsts = [ask(client, path) for client, path in asked]
    rounds = max(20, min(times, int(MOST / sum(firsts))))
    both = [[ask(client, path) for client, path in asked] for _ in range(rounds)]
    (small, small99), (large, large99) = (middle_and_last(list(times)) for times in zip(*both, strict=True))
    figures = f"{firsts[1]:.1f} | {small:.2f} | {large:.2f} | {small99:.2f} | {large99:.2f}"
    return f"{figures} | {large / small:.1f} | {large99 / small99:.1f}"


def middle_and_last(times: list[float]) -> tuple[float, float]:
    cuts = quantiles(times, n=100)
    return cuts[49], cuts[98]


def ask(connection: HTTPConnection, path: str) -> float:
    """How many milliseconds an answer takes."""
    start = perf_counter()
    connection.request("GET", path)
    response = connection.getresponse()
    response.read()
    took = (perf_counter() - start) * 1000
    if response.status not in (200, 404):
        raise RuntimeError(f"{path} is {response.status}")
    return took
