"""Metrics for Prometheus, on a port of their own. Needs the extra `metrics`; imported only where they are asked for."""

import os
from asyncio import Transport
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    start_http_server,
)
from prometheus_client.core import InfoMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

from app.observing import NOT_ASKED, REFUSED, Seen, Watched
from app.problems import Unavailable

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""Names the folder through which several processes add up what they count."""
BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
"""Seconds: most answers take less than a millisecond, and none may take more than ten seconds."""
disable_created_metrics()  # the time of the first request of each kind, which doubles what is fetched
OWN = CollectorRegistry()
REQUESTS = Counter("http_requests", "Requests.", ["method", "route", "status"], registry=OWN)
SECONDS = Histogram(
    "http_request_duration_seconds", "Time of a request.", ["method", "route"], registry=OWN, buckets=BUCKETS
)
BYTES = Counter("http_response_bytes", "Bytes of bodies, as sent.", ["method", "route"], registry=OWN)
CACHE = Counter(
    "http_cache_requests", "Requests by what the cache of answers had: hit or miss.", ["state"], registry=OWN
)
CONNECTIONS = Gauge("http_connections", "Open connections.", registry=OWN, multiprocess_mode="livesum")


def count(seen: Seen) -> None:
    """One request more."""
    if seen.route == REFUSED:
        REQUESTS.labels(seen.method, seen.route, str(seen.status)).inc()
        return
    requests, seconds, sent = counters(seen.method, seen.route, str(seen.status))
    requests.inc()
    seconds.observe(seen.seconds)
    sent.inc(seen.bytes)
    if seen.cache != NOT_ASKED:
        CACHE.labels(seen.cache).inc()


@lru_cache(1024)
def counters(method: str, route: str, status: str) -> tuple[Counter, Histogram, Counter]:
    return REQUESTS.labels(method, route, status), SECONDS.labels(method, route), BYTES.labels(method, route)


class Counted(Watched):
    """A connection that is counted while it is open."""

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        CONNECTIONS.set(len(self.connections))

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        CONNECTIONS.set(len(self.connections))


class Dataset(Collector):
    """Says which version of the dataset there is to be served."""

    def __init__(self, version: Callable[[], str]) -> None:
        self.version = version

    def collect(self) -> Iterator[InfoMetricFamily]:
        try:
            version = self.version()
        except Unavailable:
            version = ""
        yield InfoMetricFamily("dataset", "The dataset that is served.", {"version": version})


class Living(Collector):
    """Adds up what all processes counted; the connections of one that died are none."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.all = MultiProcessCollector(None, str(folder))

    def collect(self) -> Iterator[Metric]:
        for path in self.folder.glob("gauge_live*.db"):
            pid = int(path.stem.rpartition("_")[2])
            try:
                os.kill(pid, 0)
            except ProcessLookupError:
                mark_process_dead(pid, str(self.folder))
        yield from self.all.collect()


@contextmanager
def exposed(host: str, port: int, workers: int, version: Callable[[], str]) -> Iterator[None]:
    """Serve the metrics of this process, or of all its workers, until the end."""
    registry = CollectorRegistry()
    registry.register(Dataset(version))
    with ExitStack() as stack:
        try:
            if workers > 1:
                os.environ[FOLDER] = stack.enter_context(TemporaryDirectory())
                registry.register(Living(Path(os.environ[FOLDER])))
            else:
                registry.register(OWN)
                ProcessCollector(registry=registry)
            server, thread = start_http_server(port, host, registry)
        except OSError as error:
            raise SystemExit(f"APP_METRICS_PORT={port} cannot be served: {error}") from error
        stack.callback(thread.join)
        stack.callback(server.server_close)
        stack.callback(server.shutdown)
        yield
