"""How soon the product answers, and how much memory each of its workers takes."""

import compileall
import subprocess
import sys
from contextlib import AbstractContextManager
from pathlib import Path
from statistics import mean, median
from time import perf_counter

from app.listings import LISTINGS
from seed.build import build
from tests.bench.servers import Server, family, fetch, free_port, pinned, proportional, serving

ROOT = Path(__file__).parents[2]
IMPORT = [sys.executable, "-c", "import fastapi, sqlmodel"]
FEW, MANY = 2, 4
"""Numbers of workers to compare."""
STARTS = 3
"""Starts in a round: they take a second each, in which a machine's speed changes."""


def footprint(folder: Path, rounds: int) -> list[str]:
    """What there is to say, line by line."""
    database = folder / "start.sqlite"
    build(database)
    starts, parts = begins(database, folder, STARTS * rounds)
    few, many = (workers(database, folder, number) for number in (FEW, MANY))
    further = (many - few) / (MANY - FEW)
    return [
        f"- First answer after {median(starts):.2f} s, {median(parts):.2f} times as long as importing FastAPI and SQLModel takes.",
        f"- {FEW} workers take {few:.0f} MB in all, {MANY} take {many:.0f} MB: {further:.0f} MB for each further one.",
    ]


def begins(database: Path, folder: Path, times: int) -> tuple[list[float], list[float]]:
    """How long it takes to the first answer, in seconds and in times of an import, the mean of those before and after; on one core."""
    for package in ("app", "seed"):
        compileall.compile_dir(ROOT / package, quiet=2)  # as an installer does
    starts, parts, before = [], [], importing()
    for _ in range(times):
        with product(database, folder, 1) as server:
            starts.append(server.started_in)
        after = importing()
        parts.append(starts[-1] / mean((before, after)))
        before = after
    return starts, parts


def importing() -> float:
    """How long it takes to import what the product is made of."""
    begin = perf_counter()
    subprocess.run([*pinned(), *IMPORT], check=True)
    return perf_counter() - begin


def product(database: Path, folder: Path, number: int) -> AbstractContextManager[Server]:
    """The product as its users run it."""
    port = free_port()
    command = [sys.executable, "-m", "app", "--port", str(port), "--workers", str(number)]
    return serving(command, port, "/health/ready", folder, {"APP_DATABASE": str(database)})


def workers(database: Path, folder: Path, number: int) -> float:
    """The memory of so many workers after some requests, in MB; what several share counts once."""
    with product(database, folder, number) as server:
        for _ in range(10 * number):
            for listing in LISTINGS.values():
                fetch(server.port, listing.path)
        return sum(map(proportional, family(server.process.pid)))
