"""Every system beside the limit: the same meetings, the same minutes, one core each."""

import os
import pickle
import platform
import sys
from contextlib import ExitStack
from pathlib import Path

from tests.bench import report
from tests.bench.footprint import footprint
from tests.bench.front import in_front
from tests.bench.load import STEP, cursors, filters, mix, own_urls
from tests.bench.measure import CONNECTIONS, MORE_CONNECTIONS, PLAIN, Measure
from tests.bench.servers import Server, fetch, free_port, serving
from tests.bench.systems import (
    CELLS,
    PAGE,
    System,
    Urls,
    limit,
    on_postgresql,
    outside,
    product,
    products,
    textbooks,
    write_peers,
)
from tests.bench.world import kept_world, meeting_id
from tests.front import NGINX

FILTERED = 2000
APART = 2
"""Systems between two runs of the limit: each of them runs right before or after one."""
OF_CACHING = ("etag", "cache-control", "vary")
"""What a 304 has to repeat of the 200."""


def compare(folder: Path, meetings: int, seconds: float, rounds: int, quick: bool) -> str:
    """The whole benchmark, as Markdown; a quick one shows that it works, and its figures are none."""
    database = kept_world(folder, meetings)
    items = workload(meetings)
    write_peers(database, folder)
    urls = collect(database, folder, items)
    peers, missing = outside(folder)
    if missing:
        say(f"Not installed, and left out: {', '.join(missing)}.")
    systems = [limit(folder / "bodies", urls), on_postgresql(database, urls), *products(database, urls)]
    systems += [*textbooks(folder / "peers.sqlite"), *peers]
    with ExitStack() as stack:
        running = start(stack, systems, folder)
        found = measured(Measure(running, items, folder, seconds), rounds, quick)
        own = [(system, server) for system, server in running if system.name.startswith("this API")]
        memory = ", ".join(
            f"{system.name.split(', ')[-1]} {server.memory():.0f} MB"
            for system, server in running
            if system.name.startswith(("this API", "textbook"))
        )
        more = [f"- Resident after the benchmark: {memory}."]
        if NGINX:
            zipf = [own[-1][0].urls(item) for item in items["zipf"]]
            more.append(in_front(own[-1][1], running[0][1], folder, zipf, seconds, rounds))
    more += footprint(folder, rounds)
    more += [
        f"- Failures: {system}, {cell}: {', '.join(f'{count} {kind}' for kind, count in kinds.items())}."
        for (system, cell), kinds in found.failures.items()
        if kinds
    ]
    context = f"{meetings:,} meetings; {seconds:g} s a run; median of {rounds}, with the range"
    machine = f"Python {platform.python_version()}, {os.cpu_count()} cores"
    return "\n".join([*tables(found), f"{context}; {machine}.", "", *more])


def measured(measure: Measure, rounds: int, quick: bool) -> Measure:
    if not quick:
        say("Warming up")
        measure.warm_up()
    for number in range(rounds):
        say(f"Round {number + 1} of {rounds}")
        measure.round(len(measure.running) if quick else APART)
    return measure


def tables(found: Measure) -> list[str]:
    """Rates beside the limit, CPU time beside the limit, rates over more connections beside the system's own."""
    first = found.running[0][0].name
    of_rates = {cell: f"{report.middle(found.rates[first, cell]):,.0f} a second" for cell in CELLS}
    of_costs = {cell: f"{report.middle(found.costs[first, cell]):.0f} µs" for cell in CELLS}
    own = [system.name for system, _ in found.running if system.crowded]
    whole = [system.name for system, _ in found.running if system.whole]
    every = [system.name for system, _ in found.running]
    more = [f"{number} connections" for number in MORE_CONNECTIONS]
    return [
        *report.table("rate, as a part of the limit's", every, CELLS, found.parts, {first: of_rates}),
        "",
        *report.table(
            "CPU time for a request, the limit's as a part of it",
            whole,
            CELLS,
            found.costs,
            {first: of_costs},
        ),
        "",
        *report.table(f"rate of `{PLAIN}`, as a part of that at {CONNECTIONS}", own, more, found.parts, {}),
        "",
    ]


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def workload(meetings: int) -> dict[str, list[str]]:
    """What each cell asks for, one after the other."""
    one = [f"one:{meeting_id(meetings // 2)}"]
    page = [f"page:{meetings // 2 // STEP * STEP}"]
    own = {"zipf": mix(meetings), "filtered": filters(FILTERED), "one": one}
    return {cell: own.get(cell, page) for cell in CELLS}


def collect(database: Path, folder: Path, items: dict[str, list[str]]) -> Urls:
    """Ask the product for every item once: what it answers is what the limit sends."""
    system = product("this API", database, str)
    port = free_port()
    with serving(system.command(port), port, system.ready, folder, system.environment) as server:
        urls = own_urls([f"/meetings?limit={PAGE}", *cursors(server)])
        targets = dict.fromkeys(urls(item) for cell in items.values() for item in cell)
        bodies: dict[bytes, bytes] = {}
        for target in targets:
            status, body, _ = fetch(server.port, target)
            if status != 200:
                raise RuntimeError(f"{target} is {status}, and no benchmark is run on errors")
            path, _, query = target.encode().partition(b"?")
            bodies[path + b"?" + query] = body
        _, _, headers = fetch(server.port, urls(items["revalidation"][0]))
    said = {name.lower(): value for name, value in headers.items()}
    unchanged = [(name.encode(), said[name].encode()) for name in OF_CACHING]
    (folder / "unchanged").write_bytes(pickle.dumps(unchanged))
    (folder / "bodies").write_bytes(pickle.dumps(bodies))
    files = folder / "files"
    files.mkdir(exist_ok=True)
    for name in ("page", "one"):
        path, _, query = urls(items[name][0]).encode().partition(b"?")
        (files / name).write_bytes(bodies[path + b"?" + query])
    return urls


def start(stack: ExitStack, systems: list[System], folder: Path) -> list[tuple[System, Server]]:
    running = []
    for system in systems:
        port = free_port()
        try:
            context = serving(system.command(port), port, system.ready, folder, system.environment)
            running.append((system, stack.enter_context(context)))
        except RuntimeError as error:
            if system is systems[0] or system.name.startswith("this API"):
                raise
            say(f"{system.name} is left out: {error}")
    return running
