"""A thousand meetings and a million: what grows with the data and what does not."""

import gc
import json
import os
import sqlite3
from contextlib import AbstractContextManager, ExitStack, closing
from http.client import HTTPConnection
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

from tests.bench.cases import CASES, COSTLY, Case
from tests.bench.servers import Server, cores, free_port, serving
from tests.bench.steps import cost
from tests.bench.systems import product
from tests.bench.world import kept_world
from tests.direct import Direct

SMALL = 1000
ADDRESSES = 50
"""Different addresses of a case, asked for in turn."""
BLOCKS = 10
"""A stall of the machine falls into one block of requests: the ratio is the median over the blocks."""
MOST = 20_000
"""Milliseconds that a case may take."""


def scale(folder: Path, meetings: int, times: int) -> str:
    """How long each case takes on a small and on a large world, asked in turn, as Markdown."""
    sizes = (SMALL, meetings)
    paths = [kept_world(folder, size) for size in sizes]
    os.sched_setaffinity(0, {cores()[1]})
    lines = [
        f"| milliseconds | first | p50 at {SMALL:,} | p50 at {meetings:,} | p99 | p99 | p50 ratio | p99 ratio | steps ratio |",
        "|---" * 9 + "|",
    ]
    with ExitStack() as stack:
        running = [stack.enter_context(serve(path, folder)) for path in paths]
        direct = [stack.enter_context(Direct.over(path, cache_mb=0)) for path in paths]
        for name, case in {**CASES, **COSTLY}.items():
            try:
                figures = row(running, case, sizes, times)
            except TooCostlyError as error:
                lines.append(f"| {name} | {error} |" + " |" * 7)
                print(lines[-1], flush=True)
                continue
            few, many = (cost(on, case(size, 0)) for on, size in zip(direct, sizes, strict=True))
            ratio = many.steps / max(1, few.steps) / max(1, many.records / few.records)
            lines.append(f"| {name} | {figures} | {ratio:.2f} |")
            print(lines[-1], flush=True)
    said = (
        f"`first` is the slowest answer to an address that was never asked for before, of at most {ADDRESSES}. The ratios of times"
        f" are medians over {BLOCKS} blocks of requests to both in turn; steps are those of SQLite's machine, for a record of the page."
    )
    return "\n".join([*lines, "", f"{described(paths[1])} {said}"])


def described(database: Path) -> str:
    """How large a world is, and how it was built."""
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
        (text,) = connection.execute("SELECT counts FROM dataset").fetchone()
    counts: dict[str, int] = json.loads(text)
    evidence = counts.get("evidence", 0)
    records = sum(counts.values()) - evidence
    size = database.stat().st_size / 1e9
    text = f"{records:,} records with {evidence:,} pieces of evidence, {size:.1f} GB"
    if not (kept := database.with_suffix(".json")).exists():
        return f"{text}."
    built = json.loads(kept.read_text())
    took, megabytes = built["seconds"], built["megabytes"]
    rate = (records + evidence) / took
    return f"{text}, built in {took:.0f} s ({rate:,.0f} records and pieces a second) and {megabytes:.0f} MB of memory."


def serve(database: Path, folder: Path) -> AbstractContextManager[Server]:
    system, port = product("this API", database, str, APP_CACHE_MB="0"), free_port()
    return serving(system.command(port), port, system.ready, folder, system.environment)


def row(running: list[Server], case: Case, sizes: tuple[int, int], times: int) -> str:
    """The slowest first answer of the large world, then the medians and 99th percentiles of both."""
    clients = [HTTPConnection("127.0.0.1", server.port, timeout=120) for server in running]
    paths = [list(dict.fromkeys(case(size, n) for n in range(ADDRESSES))) for size in sizes]
    firsts = [[ask(client, path) for path in own] for client, own in zip(clients, paths, strict=True)]
    again = [[ask(client, path) for path in own] for client, own in zip(clients, paths, strict=True)]
    number = max(20, min(times // BLOCKS, int(MOST / BLOCKS / sum(map(median, again)))))
    gc.disable()
    blocks = [block(clients, paths, number) for _ in range(BLOCKS)]
    gc.enable()
    small, large = ([cuts(times) for times in times_of] for times_of in zip(*blocks, strict=True))
    halves, lasts = (
        [many[which] / few[which] for few, many in zip(small, large, strict=True)] for which in (0, 1)
    )
    p50s, p99s = ([median(cut[which] for cut in own) for own in (small, large)] for which in (0, 1))
    figures = " | ".join(f"{figure:.2f}" for figure in (*p50s, *p99s))
    return f"{max(firsts[1]):.1f} | {figures} | {median(halves):.1f} | {median(lasts):.1f}"


def block(clients: list[HTTPConnection], paths: list[list[str]], number: int) -> list[list[float]]:
    """The times of so many answers from each server; the one that begins changes."""
    found: list[list[float]] = [[] for _ in clients]
    for n in range(number):
        for which in (0, 1) if n % 2 else (1, 0):
            own = paths[which]
            found[which].append(ask(clients[which], own[n % len(own)]))
    return found


def cuts(times: list[float]) -> tuple[float, float]:
    """The median and the 99th percentile."""
    every = quantiles(times, n=100, method="inclusive")
    return every[49], every[98]


class TooCostlyError(RuntimeError):
    """The product refused to go on with an answer that took it too long."""


def ask(connection: HTTPConnection, path: str) -> float:
    """How many milliseconds an answer takes."""
    start = perf_counter()
    connection.request("GET", path)
    response = connection.getresponse()
    body = response.read()
    took = (perf_counter() - start) * 1000
    if response.status == 503 and b"/problems/too-costly" in body:
        raise TooCostlyError(f"503 after {took:.0f}")
    if response.status not in (200, 404):
        raise RuntimeError(f"{path} is {response.status}")
    return took
