"""wrk, driven from another core than the server's, and the addresses that it asks for."""

import json
import random
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from tests.bench.servers import Server, cores, fetch
from tests.bench.systems import PAGE, Urls
from tests.bench.world import KINDS, ORGANIZATIONS, meeting_id

SCRIPT = """
local requests, n = {}, tonumber(os.getenv("BENCH_FROM"))
function init()
    for line in io.lines(os.getenv("BENCH_URLS")) do
        requests[#requests + 1] = wrk.format("GET", line)
    end
end
function request()
    n = n % #requests + 1
    return requests[n]
end
"""
STEP = 4
"""Pages start at every so many meetings, so that there are many of them."""
ASKED = 50_000
"""How many requests are drawn for the mix before it begins anew."""


LATE = "later than 2 s"
"""What wrk calls a timeout: it waits on, and counts the answer."""


@dataclass(frozen=True)
class Run:
    """What one run of wrk found."""

    rate: float
    requests: int
    cost: float
    """Seconds of CPU time that the server took for a request."""
    failures: Counter[str]
    """Of each kind: answers other than 2xx and 3xx, connections that broke, answers that were late."""


def write_script(folder: Path) -> Path:
    path = folder / "urls.lua"
    path.write_text(SCRIPT)
    return path


def wrk(
    server: Server, urls: Path, script: Path, seconds: float, connections: int, tag: str = "", start: int = 0
) -> Run:
    """One run against a server, from an address on."""
    _, core = cores()
    command = ["taskset", "-c", str(core), "wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s"]
    headers = ["-H", f"If-None-Match: {tag}"] if tag else []
    before = server.cpu()
    said = subprocess.run(
        [*command, "-s", str(script), *headers, f"http://127.0.0.1:{server.port}"],
        env={"BENCH_URLS": str(urls), "BENCH_FROM": str(start), "PATH": "/usr/local/bin:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=seconds + 60,
        check=True,
    ).stdout
    spent = server.cpu() - before
    rate, requests = re.search(r"Requests/sec:\s+([0-9.]+)", said), re.search(r"(\d+) requests in", said)
    if not (rate and requests):
        raise RuntimeError(said)
    number = int(requests[1])
    return Run(float(rate[1]), number, spent / max(1, number), failures(said))


def failures(said: str) -> Counter[str]:
    """What wrk counted as errors, by its own names but one."""
    found: Counter[str] = Counter()
    if broken := re.search(r"Socket errors: (.*)", said):
        for kind, number in re.findall(r"(\w+) (\d+)", broken[1]):
            found[LATE if kind == "timeout" else f"{kind} failed"] = int(number)
    if refused := re.search(r"Non-2xx or 3xx responses: (\d+)", said):
        found["no 2xx or 3xx"] = int(refused[1])
    return +found


def mix(meetings: int) -> list[str]:
    """Requests for ids and pages, drawn so that the n-th most popular is asked for 1/n as often as the first."""
    chance = random.Random(1)
    items = [f"one:{meeting_id(n)}" for n in range(meetings)]
    items += [f"page:{n}" for n in range(0, meetings - PAGE, STEP)]
    chance.shuffle(items)
    weights = list(accumulate(1 / rank for rank in range(1, len(items) + 1)))
    return chance.choices(items, cum_weights=weights, k=ASKED)


def filters(count: int) -> list[str]:
    """Different filtered lists."""
    found: list[str] = []
    for year in range(1975, 2024):
        for n in range(ORGANIZATIONS):
            kind = KINDS[(n + year) % len(KINDS)]
            found.append(f"filter:kind={kind}&organization=organization-{n:03}&date_from={year}")
    random.Random(2).shuffle(found)
    return found[:count]


def cursors(server: Server) -> Iterator[str]:
    """The product's own addresses of the pages, read off its pages."""
    path = f"/meetings?limit={STEP}"
    while path:
        _, body, _ = fetch(server.port, path)
        path = json.loads(body)["next"]
        yield (path or "").replace(f"limit={STEP}", f"limit={PAGE}")


def own_urls(pages: list[str]) -> Urls:
    """The product's addresses; `pages[n]` is where the page after n steps starts."""

    def urls(text: str) -> str:
        kind, _, value = text.partition(":")
        if kind == "filter":
            return f"/meetings?limit={PAGE}&{value}"
        if kind == "one":
            return f"/meetings/{value}"
        return pages[int(value) // STEP]

    return urls
