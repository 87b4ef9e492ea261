"""Every system beside the limit: the same meetings, the same minutes, one core each."""

import os
import pickle
import platform
import sys
from collections import defaultdict
from contextlib import ExitStack
from pathlib import Path

from tests.bench import report
from tests.bench.footprint import footprint
from tests.bench.front import in_front
from tests.bench.load import SCRIPT, STEP, Run, cursors, filters, mix, own_urls, wrk
from tests.bench.servers import Server, fetch, free_port, serving
from tests.bench.systems import (
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

CONNECTIONS = 32
CELLS = ["page", "one", "zipf", "filtered", "revalidation", "page at 64", "page at 200"]
FILTERED = 2000


def compare(folder: Path, meetings: int, seconds: float, rounds: int) -> str:
    """The whole benchmark, as Markdown."""
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
        rates, failures = measure(running, items, folder, seconds, rounds)
        own = [(system, server) for system, server in running if system.name.startswith("this API")]
        memory = ", ".join(
            f"{system.name.split(', ')[-1]} {server.memory():.0f} MB" for system, server in own
        )
        more = [f"- Resident after the benchmark: {memory}."]
        if NGINX:
            zipf = [own[-1][0].urls(item) for item in items["zipf"]]
            more.append(in_front(own[-1][1], running[0][1], folder, zipf, seconds))
    more += footprint(folder, rounds)
    more += [f"- Failures: {system}, {cell}: {count}." for (system, cell), count in failures.items() if count]
    context = f"{meetings:,} meetings; {seconds:g} s a run; median of {rounds}, with the range"
    machine = f"Python {platform.python_version()}, {os.cpu_count()} cores"
    return "\n".join([report.table(rates, "the limit", CELLS), "", f"{context}; {machine}.", "", *more])


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


def measure(
    running: list[tuple[System, Server]],
    items: dict[str, list[str]],
    folder: Path,
    seconds: float,
    rounds: int,
) -> tuple[dict[tuple[str, str], list[float]], dict[tuple[str, str], int]]:
    """The rates and failures of every system in every cell; in each round all systems take their turn."""
    rates: dict[tuple[str, str], list[float]] = defaultdict(list)
    failures: dict[tuple[str, str], int] = defaultdict(int)
    for number in range(rounds):
        for cell in CELLS:
            say(f"Round {number + 1} of {rounds}: {cell}")
            for system, server in running:
                if cell in system.cells:
                    if cell == "zipf" and number == 0:
                        one(system, server, cell, items[cell], folder, seconds)  # so that caches are full
                    run = one(system, server, cell, items[cell], folder, seconds)
                    rates[system.name, cell].append(run.rate)
                    failures[system.name, cell] += run.failures
    return rates, failures


def one(system: System, server: Server, cell: str, items: list[str], folder: Path, seconds: float) -> Run:
    script, urls = folder / "urls.lua", folder / "urls.txt"
    script.write_text(SCRIPT)
    urls.write_text("".join(f"{system.urls(item)}\n" for item in items))
    connections = int(cell.rpartition(" ")[2]) if " at " in cell else CONNECTIONS
    tag = ""
    if cell == "revalidation":
        _, _, headers = fetch(server.port, system.urls(items[0]))
        tag = {name.lower(): value for name, value in headers.items()}.get("etag", '"none"')
    return wrk(server.port, urls, script, seconds, connections, tag)
