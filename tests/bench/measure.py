"""Runs of every system, a few between two of what they are compared with: a machine's speed changes from minute to minute."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean
from typing import NamedTuple

from tests.bench.load import Run, write_script, wrk
from tests.bench.servers import Server, fetch
from tests.bench.systems import System

CONNECTIONS = 32
MORE_CONNECTIONS = (64, 200)
PLAIN = "page"
"""The cell that is asked over more connections, too."""
Key = tuple[str, str]
"""A system and a cell."""


class Target(NamedTuple):
    """What a run measures."""

    system: System
    server: Server
    cell: str
    connections: int = CONNECTIONS

    @property
    def key(self) -> Key:
        more = self.connections != CONNECTIONS
        return self.system.name, f"{self.connections} connections" if more else self.cell


@dataclass
class Measure:
    """Figures, one a round for each system and cell."""

    running: list[tuple[System, Server]]
    """The first of them is the limit."""
    items: dict[str, list[str]]
    folder: Path
    seconds: float
    rates: dict[Key, list[float]] = field(default_factory=lambda: defaultdict(list))
    parts: dict[Key, list[float]] = field(default_factory=lambda: defaultdict(list))
    """Rates as a part of the rate beside them: of the limit, or of the same system at fewer connections."""
    costs: dict[Key, list[float]] = field(default_factory=lambda: defaultdict(list))
    """CPU time of the limit for a request as a part of the system's, or of the limit itself in microseconds."""
    failures: dict[Key, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    asked: Counter[Key] = field(default_factory=Counter)
    """How far each has come: a run goes on where the one before it ended, or it would ask for the first few alone."""

    def warm_up(self) -> None:
        """One run of everything that is not counted; of the mix, until a cache is as full as it will be."""
        for system, server in self.running:
            for cell in system.cells:
                target = Target(system, server, cell)
                self.run(target)
                while cell == "zipf" and self.asked[target.key] < system.warm:
                    self.run(target)

    def round(self, apart: int) -> None:
        """One turn of all; so many systems stand between two runs of the limit."""
        (limit, server), *others = self.running
        for cell in self.items:
            targets = [Target(*other, cell) for other in others if cell in other[0].cells]
            self.beside(Target(limit, server, cell), targets, apart)
        for system, server in self.running:
            if system.crowded:
                targets = [Target(system, server, PLAIN, more) for more in MORE_CONNECTIONS]
                self.beside(Target(system, server, PLAIN), targets, apart)

    def beside(self, base: Target, targets: Sequence[Target], apart: int) -> None:
        before = self.counted(base)
        for first in range(0, len(targets), apart):
            few = targets[first : first + apart]
            runs = [self.counted(target) for target in few]
            after = self.counted(base)
            for target, run in zip(few, runs, strict=True):
                self.rates[target.key].append(run.rate)
                self.parts[target.key].append(run.rate / mean([before.rate, after.rate]))
                self.costs[target.key].append(mean([before.cost, after.cost]) / (run.cost or 1))
            before = after

    def counted(self, target: Target) -> Run:
        run = self.run(target)
        self.failures[target.key] += run.failures
        if target.system is self.running[0][0] and target.connections == CONNECTIONS:
            self.rates[target.key].append(run.rate)
            self.costs[target.key].append(run.cost * 1e6)
        return run

    def run(self, target: Target) -> Run:
        system, server, cell, connections = target
        urls = self.folder / "urls.txt"
        urls.write_text("".join(f"{system.urls(item)}\n" for item in self.items[cell]))
        tag = ""
        if cell == "revalidation":
            _, _, headers = fetch(server.port, system.urls(self.items[cell][0]))
            tag = {name.lower(): value for name, value in headers.items()}.get("etag", '"none"')
        server.settle()
        script = write_script(self.folder)
        run = wrk(server, urls, script, self.seconds, connections, tag, self.asked[target.key])
        self.asked[target.key] += run.requests
        server.settle()  # requests under way when wrk ends take from the time of whoever comes next
        return run
