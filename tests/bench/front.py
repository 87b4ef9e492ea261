"""How much of the mix nginx answers by itself, and how fast."""

from pathlib import Path
from statistics import mean
from tempfile import TemporaryDirectory

from tests.bench.load import write_script, wrk
from tests.bench.report import shown
from tests.bench.servers import Server, pinned
from tests.front import Front, nginx


def in_front(
    server: Server, limit: Server, folder: Path, paths: list[str], seconds: float, rounds: int
) -> str:
    """One line: nginx of nginx.conf in front of a server, once each address of the mix was asked for."""
    script, urls = write_script(folder), folder / "urls.txt"
    urls.write_text("".join(f"{path}\n" for path in paths))
    every = dict.fromkeys(paths)
    with TemporaryDirectory(dir=folder) as own, nginx(Path(own) / "nginx", server.port, pinned()) as front:
        for path in every:
            front.get(path)
        front.statuses()
        parts, requests = [], 0
        for _ in range(rounds):
            before = wrk(limit, urls, script, seconds, 32, start=requests).rate
            run = wrk(server_at(front, server), urls, script, seconds, 32, start=requests)
            after = wrk(limit, urls, script, seconds, 32, start=requests).rate
            parts.append(run.rate / mean([before, after]))
            requests += run.requests
        return (
            f"- Behind nginx, once each of the {len(every):,} addresses of the mix was asked for, {share(front):.2%} of"
            f" {requests:,} requests never reach the API; {shown(parts)} times the limit."
        )


def server_at(front: Front, behind: Server) -> Server:
    """nginx as a server under load; what it costs is not counted."""
    return Server(behind.process, front.port, behind.started_in)


def share(front: Front) -> float:
    """The part of the requests since the last look that were answered from the cache."""
    found = front.statuses()
    return 1 - (found["MISS"] + found["EXPIRED"] + found["-"]) / max(1, found.total())
