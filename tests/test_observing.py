"""Whoever runs the service sees how it does: logs, metrics and traces; off by default, and never who asked, nor for what text."""

import json
import logging
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import httpx2
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from app import metrics
from app.main import create_app
from app.observing import OTHER, REFUSED, Observed, Routes, Seen, obstacles
from app.settings import Settings
from tests.running import Running, free_port, running

SECRET = "xyzzyplugh"
"""A word that somebody looks for."""
ASKED = [
    ("GET", f"/search?q={SECRET}", 200),
    ("GET", "/organizations/osce", 200),
    ("GET", "/organizations/osce", 200),
    ("HEAD", "/meetings", 200),
    ("GET", "/meetings?format=html", 200),
    ("GET", f"/{SECRET}", 404),
    ("GET", f"/areas?{SECRET}=1", 400),
]
ROUTES = [
    ("/", "/"),
    ("/organizations", "/organizations"),
    ("/organizations/osce", "/organizations/{id}"),
    ("/organizations/", OTHER),
    ("/organizations/osce/more", OTHER),
    ("/health/live", "/health/live"),
    ("/health/else", OTHER),
    ("/downloads/cooperation.sqlite", "/downloads/{name}"),
    ("/static/site.css", "/static/{path}"),
    ("/static/docs/redoc.js", "/static/{path}"),
    ("/docs", "/docs"),
    ("/" + SECRET, OTHER),
    ("//organizations", OTHER),
    ("", OTHER),
]


def test_nothing_is_observed_unless_it_is_asked_for(database: Path) -> None:
    app = create_app(Settings(database=database))
    assert not isinstance(app.build_middleware_stack(), Observed)
    assert app.state.observers == []
    assert not any(app._telemetry[signal] for signal in ("tracing", "metrics", "logs"))


@pytest.mark.parametrize(("path", "route"), ROUTES)
def test_a_route_is_told_by_the_path(client: TestClient, path: str, route: str) -> None:
    assert Routes(client.app).of(path) == route  # type: ignore[arg-type]


def test_every_documented_path_is_a_route(client: TestClient) -> None:
    routes = Routes(client.app)  # type: ignore[arg-type]
    for path in client.get("/openapi.json").json()["paths"]:
        assert routes.of(path.replace("{id}", "some-id").replace("{name}", "file")) == path


def test_a_failure_is_seen_as_such() -> None:
    seen: list[Seen] = []

    async def broken(*_: object) -> None:
        raise RuntimeError(SECRET)

    app = Observed(broken, Routes(create_app()), [seen.append], traced=False)
    client = TestClient(app, raise_server_exceptions=False)
    client.request("BREW", "/")
    assert [(one.method, one.route, one.status) for one in seen] == [(OTHER, "/", 500)]


def test_the_lines_of_a_log(database: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "app.requests")
    with TestClient(create_app(Settings(database=database, log_requests=True))) as client:
        responses = [client.request(method, path) for method, path, _ in ASKED]
    lines = [json.loads(record.message) for record in caplog.records if record.name == "app.requests"]
    assert [(line["method"], line["status"]) for line in lines] == [
        (method, status) for method, _, status in ASKED
    ]
    for line, response in zip(lines, responses, strict=True):
        assert list(line) == ["time", "method", "route", "status", "seconds", "bytes", "cache", "request"]
        assert line["request"] == response.headers["x-request-id"]
        assert line["bytes"] == len(response.content) or "content-encoding" in response.headers
        assert 0 < line["seconds"] < 60
    assert SECRET not in caplog.text
    assert "testclient" not in caplog.text


class Collector(BaseHTTPRequestHandler):
    """Where traces are sent to."""

    received: list[bytes]

    def do_POST(self) -> None:
        self.received.append(self.rfile.read(int(self.headers["content-length"])))
        self.send_response(200)
        self.send_header("Content-Type", "application/x-protobuf")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def collector() -> Iterator[tuple[str, list[bytes]]]:
    received: list[bytes] = []
    handler = type("Kept", (Collector,), {"received": received})
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", received
        server.shutdown()
        thread.join()


@dataclass
class Watch:
    """What was seen from outside of some requests to two processes that serve."""

    lines: list[dict[str, object]]
    metrics: str
    after: str
    """The metrics when the two had been killed, and others had taken their places."""
    sent: list[bytes]
    printed: str


@pytest.fixture(scope="module")
def watch(database: Path, tmp_path_factory: pytest.TempPathFactory) -> Watch:
    folder, port = tmp_path_factory.mktemp("observed"), free_port()
    with collector() as (address, sent):
        settings = {
            "APP_LOG_REQUESTS": True,
            "APP_METRICS_PORT": port,
            "APP_TRACES": True,
            "OTEL_EXPORTER_OTLP_ENDPOINT": address,
            "OTEL_BSP_SCHEDULE_DELAY": 50,  # milliseconds
        }
        url = f"http://127.0.0.1:{port}/metrics"
        with (
            running(database, folder, "--workers", "2", settings=settings) as server,
            httpx2.Client(base_url=address_of(server)) as client,
        ):
            for method, path, status in ASKED:
                assert client.request(method, path).status_code == status
            malformed(server)
            before = httpx2.get(url).text
            wait_until(lambda: len(spans(sent)) >= len(ASKED))
            for worker in workers(server.process.pid):
                os.kill(worker, signal.SIGKILL)
            client.close()
            after = settled(url)
        printed = server.log.read_text()
    lines = [json.loads(line) for line in printed.splitlines() if line.startswith("{")]
    return Watch(lines, before, after, sent, printed)


def address_of(server: Running) -> str:
    return f"http://127.0.0.1:{server.port}"


def malformed(server: Running) -> None:
    """A request that is refused before it reaches the application."""
    with server.connect() as connection:
        connection.sendall(f"GET /{SECRET} HTTP/1.1\r\n\r\n".encode())
        assert b" 400 " in connection.recv(65536)


def workers(process: int) -> list[int]:
    """The processes that serve: forked by a child of the one that was started."""
    return [worker for child in children(process) for worker in children(child)]


def children(process: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def wait_until(done: Callable[[], bool]) -> None:
    for _ in range(200):
        if done():
            return
        time.sleep(0.05)
    pytest.fail("it does not come to pass within ten seconds")


def settled(url: str) -> str:
    """The metrics once no connection is open any more."""
    wait_until(lambda: value(httpx2.get(url).text, "http_connections") == 0)
    return httpx2.get(url).text


def value(text: str, name: str, **labels: str) -> float:
    """The sum of the samples that have a name and labels."""
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    return sum(
        sample.value for sample in samples if sample.name == name and labels.items() <= sample.labels.items()
    )


def test_a_line_a_request_in_every_process(watch: Watch) -> None:
    of_ours = [line for line in watch.lines if line["route"] not in ("/health/live", REFUSED)]
    assert [(line["method"], line["status"]) for line in of_ours] == [
        (method, status) for method, _, status in ASKED
    ]
    assert [line["status"] for line in watch.lines if line["route"] == REFUSED] == [400]
    assert SECRET not in watch.printed
    assert "127.0.0.1" not in "".join(map(json.dumps, watch.lines))


def test_metrics_add_up_over_all_processes(watch: Watch) -> None:
    text = watch.metrics
    assert value(text, "http_requests_total", method="GET", route="/organizations/{id}", status="200") == 2
    assert value(text, "http_requests_total", method="HEAD", route="/meetings", status="200") == 1
    assert value(text, "http_requests_total", route=OTHER, status="404") == 1
    assert value(text, "http_requests_total", route=REFUSED, status="400") == 1
    assert value(text, "http_request_duration_seconds_count", route="/organizations/{id}") == 2
    assert value(text, "http_response_bytes_total", route="/organizations/{id}") > 1000
    assert value(text, "http_connections") >= 1
    assert re.search(r'^dataset_info\{version="\w{16}"\} 1\.0$', text, re.MULTILINE)
    assert SECRET not in text


def test_what_a_process_counted_outlives_it_but_not_its_connections(watch: Watch) -> None:
    assert value(watch.after, "http_requests_total", route="/search") == 1
    assert value(watch.after, "http_connections") == 0


def spans(sent: list[bytes]) -> list[Span]:
    return [
        span
        for message in sent
        for resource in ExportTraceServiceRequest.FromString(message).resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    ]


def test_traces_leave_with_the_route_and_without_what_was_looked_for(watch: Watch) -> None:
    found = spans(watch.sent)
    assert "GET /organizations/{id}" in [span.name for span in found]
    attributes = [{one.key: one.value.string_value for one in span.attributes} for span in found]
    searches = [one for one in attributes if one["http.route"] == "/search"]
    assert [one["url.query"] for one in searches] == ["REDACTED"]
    assert {"client.address", "user_agent.original"}.isdisjoint(set().union(*attributes))
    ids = [line["request"] for line in watch.lines]
    assert all(one["app.request"] in ids for one in attributes)


def test_the_port_of_the_metrics_is_the_settings(database: Path, tmp_path: Path) -> None:
    """One process needs no folder to write in."""
    port = free_port()
    nowhere = {"TMPDIR": tmp_path / "nowhere", "APP_METRICS_PORT": port}
    with running(database, tmp_path, settings=nowhere) as server:
        assert server.get("/metrics")[0] == 404
        assert value(httpx2.get(f"http://127.0.0.1:{port}/metrics").text, "process_open_fds") > 0


@pytest.mark.parametrize(("workers", "folder"), [(1, "/tmp"), (2, "/nowhere")])
def test_metrics_that_cannot_be_served_stop_the_start(
    workers: int, folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Because another has the port, or there is no folder in which processes could meet."""
    monkeypatch.setattr("tempfile.tempdir", folder)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        exposed = metrics.exposed("127.0.0.1", taken.getsockname()[1], workers, str)
        with pytest.raises(SystemExit, match="APP_METRICS_PORT"), exposed:
            pytest.fail("it was served")


def test_an_unknown_version_is_no_failure_of_the_metrics(tmp_path: Path) -> None:
    from app.engines import database_of

    database = database_of(Settings(database=tmp_path / "missing.sqlite"))
    (info,) = metrics.Dataset(lambda: database.release().version).collect()
    assert info.samples[0].labels == {"version": ""}


@pytest.mark.parametrize(
    ("setting", "package"),
    [({"metrics_port": 9090}, "prometheus_client"), ({"traces": True}, "opentelemetry.sdk")],
)
def test_what_cannot_be_observed_is_said(
    setting: dict[str, object], package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318")
    settings = Settings.model_validate(setting)
    assert obstacles(settings) == []
    found = "importlib.util.find_spec"
    monkeypatch.setattr(found, lambda name: None if name == package else name)
    (obstacle,) = obstacles(settings)
    assert "pip install" in obstacle


def test_traces_that_lead_nowhere_stop_the_start(tmp_path: Path) -> None:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("OTEL_")}
    command = [sys.executable, "-m", "app"]
    environment = clean | {"APP_TRACES": "1", "APP_DATABASE": str(tmp_path / "none.sqlite")}
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert "OTEL_EXPORTER_OTLP_ENDPOINT" in result.stderr
    assert not (tmp_path / "none.sqlite").exists()
