"""How much of the mix nginx answers by itself, and how fast."""

from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.load import SCRIPT, wrk
from tests.bench.servers import Server, pinned
from tests.front import Front, nginx


def in_front(server: Server, limit: Server, folder: Path, paths: list[str], seconds: float) -> str:
    """One line: nginx of nginx.conf in front of a server, from an empty cache on and then with a full one."""
    script, urls = folder / "urls.lua", folder / "urls.txt"
    script.write_text(SCRIPT)
    urls.write_text("".join(f"{path}\n" for path in paths))
    with TemporaryDirectory(dir=folder) as own, nginx(Path(own) / "nginx", server.port, pinned()) as front:
        wrk(front.port, urls, script, 3 * seconds, 32)
        filling = share(front)
        most = wrk(limit.port, urls, script, seconds, 32).rate
        rate = wrk(front.port, urls, script, seconds, 32).rate
        return (
            f"- Behind nginx, {filling:.1%} of the first {front.read:,} requests of the Zipf mix never reach the API,"
            f" and {share(front):.2%} of those that follow; {rate / most:.2f} times the limit."
        )


def share(front: Front) -> float:
    """The part of the requests since the last look that were answered from the cache."""
    found = front.statuses()
    return 1 - (found["MISS"] + found["EXPIRED"] + found["-"]) / max(1, found.total())
