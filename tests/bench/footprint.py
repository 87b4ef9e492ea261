"""How soon the product answers, and how much memory each of its workers takes."""

import compileall
import subprocess
import sys
from contextlib import AbstractContextManager
from pathlib import Path
from statistics import median
from time import perf_counter

from app.listings import LISTINGS
from seed.build import build
from tests.bench.servers import Server, family, fetch, free_port, pinned, proportional, serving

ROOT = Path(__file__).parents[2]
IMPORT = [sys.executable, "-c", "import fastapi, sqlmodel"]
FEW, MANY = 2, 4
"""Numbers of workers to compare."""


def footprint(folder: Path, rounds: int) -> list[str]:
    """What there is to say, line by line."""
    database = folder / "start.sqlite"
    build(database)
    starts, imports = begins(database, folder, rounds)
    ratio = median(start / import_ for start, import_ in zip(starts, imports, strict=True))
    few, many = (workers(database, folder, number) for number in (FEW, MANY))
    further = (many - few) / (MANY - FEW)
    return [
        f"- First answer after {median(starts):.2f} s, {ratio:.2f} times as long as importing FastAPI and SQLModel takes.",
        f"- {FEW} workers take {few:.0f} MB in all, {MANY} take {many:.0f} MB: {further:.0f} MB for each further one.",
    ]


def begins(database: Path, folder: Path, rounds: int) -> tuple[list[float], list[float]]:
    """How long it takes to the first answer, and to import what the product is made of, in turn on one core."""
    for package in ("app", "seed"):
        compileall.compile_dir(ROOT / package, quiet=2)  # as an installer does
    starts, imports = [], []
    for _ in range(rounds):
        with product(database, folder, 1) as server:
            starts.append(server.started_in)
        begin = perf_counter()
        subprocess.run([*pinned(), *IMPORT], check=True)
        imports.append(perf_counter() - begin)
    return starts, imports


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
