"""What is seen of every request from outside: a line in the log, metrics, a trace; and not who asked, nor for what text."""

import importlib.util
import json
import logging
import os
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from datetime import UTC, datetime
from time import perf_counter
from typing import Any, NamedTuple

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from fastapi.telemetry import TelemetryConfig
from opentelemetry import trace
from starlette.routing import Mount
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app import problems
from app.protocol import WHOLE, AtOnce, Protocol
from app.settings import Settings

log = logging.getLogger("app.requests")
METHODS = ("GET", "HEAD", "OPTIONS")
OTHER = "other"
"""The route of what has none, and the method of what is not answered: clients must not be able to invent labels."""
REFUSED = "refused"
"""The route of what was refused while it was read, before anybody knew what it asked for."""
NOT_ASKED = "none"
"""The state of the cache where it was not asked."""
REDACTED = "REDACTED"
EXPORT = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
NO_TELEMETRY: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False}
"""Otherwise the framework would look at every request whether there is somebody to tell."""
TRACES: TelemetryConfig = {
    "auto_configure": True,
    "metrics": False,  # Prometheus has them
    "logs": False,  # would hold the texts of exceptions
    "operation_spans": False,  # the framework's steps, which most requests do not take
}


class Seen(NamedTuple):
    """A finished request."""

    method: str
    route: str
    """The path with its variable part unnamed."""
    status: int
    seconds: float
    bytes: int
    """Of the body, as sent."""
    cache: str
    """Whether the answer was kept: hit, miss, or none where it was not looked for."""
    request: str
    """The id that the client has, too."""


Observer = Callable[[Seen], None]


class Routes:
    """Tells the route of a path by the path alone, whoever answers it: a route, the cache or a page."""

    def __init__(self, app: FastAPI) -> None:
        paths = [(context.path or "", context.original_route) for context in iter_route_contexts(app.routes)]
        self.fixed = {path for path, _ in paths if "{" not in path}
        self.below = {path.rpartition("/")[0]: path for path, _ in paths if path.endswith("}")}
        self.mounted = {path: f"{path}/{{path}}" for path, route in paths if isinstance(route, Mount)}

    def of(self, path: str) -> str:
        if path in self.fixed:
            return path
        parent, _, last = path.rpartition("/")
        first = "/" + path.removeprefix("/").partition("/")[0]
        return (last and self.below.get(parent)) or self.mounted.get(first, OTHER)


class Observed:
    """Outermost, and only there where somebody looks, so that it costs nothing otherwise."""

    def __init__(self, app: ASGIApp, routes: Routes, observers: Sequence[Observer], *, traced: bool) -> None:
        self.app, self.routes, self.observers, self.traced = app, routes, observers, traced

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        asked = self.asked(scope)
        status, size, start = 500, 0, perf_counter()
        if self.traced:
            describe_question(scope, *asked)

        async def watch(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
                if self.traced:
                    describe_answer(scope)
            else:
                size += len(message.get("body", b""))
            await send(message)

        def watch_whole(code: int, pieces: Sequence[bytes]) -> bool:
            nonlocal status, size
            if not whole(code, pieces):
                return False
            status, size = code, len(pieces[-1])
            return True

        whole = scope.get("extensions", {}).get(WHOLE)
        if whole:  # which the framework's traces would not see
            scope["extensions"] = {} if self.traced else {WHOLE: watch_whole}
        try:
            await self.app(scope, receive, watch)
        finally:
            self.tell(asked, status, start, size, scope)

    def asked(self, scope: Scope) -> tuple[str, str]:
        """The method and the route of a request."""
        method = scope["method"] if scope["method"] in METHODS else OTHER
        return method, self.routes.of(scope["path"])

    def tell(self, asked: tuple[str, str], status: int, start: float, size: int, scope: Scope) -> None:
        cache, took = scope.get("cache", NOT_ASKED), perf_counter() - start
        seen = Seen(*asked, status, took, size, cache, scope.get("request_id", ""))
        for observer in self.observers:
            observer(seen)

    def watched(self, at_once: AtOnce | None) -> AtOnce | None:
        """What answers without waiting, watched as well; not where there are traces, which begin before the application."""
        if at_once is None or self.traced:
            return None

        def watch(scope: MutableMapping[str, Any]) -> tuple[int, Sequence[bytes]] | None:
            start = perf_counter()
            found = at_once(scope)
            if found is not None:
                status, pieces = found
                self.tell(self.asked(scope), status, start, len(pieces[-1]), scope)
            return found

        return watch


class Watched(Protocol):
    """A connection whose refusals are seen as well: they never reach the application."""

    def refuse(self, type_: problems.Type) -> None:
        before = self.refused
        super().refuse(type_)
        if self.refused and not before:
            for observer in self.app.state.observers:
                observer(Seen(OTHER, REFUSED, type_.status, 0.0, 0, NOT_ASKED, ""))


def describe_question(scope: Scope, method: str, route: str) -> None:
    """Name the trace of a request by its route, which the framework does not know of a kept answer."""
    span = trace.get_current_span()
    span.update_name(f"{method} {route}")
    span.set_attribute("http.route", route)
    if scope["query_string"]:
        span.set_attribute("url.query", REDACTED)  # what somebody looks for is nobody's business


def describe_answer(scope: Scope) -> None:
    found = {"app.cache": scope.get("cache", NOT_ASKED), "app.request": scope["request_id"]}
    trace.get_current_span().set_attributes(found)


def observed(app: ASGIApp, owner: FastAPI, settings: Settings) -> ASGIApp:
    """The application with all who look at it; where nobody does, itself."""
    owner.state.observers = list(observers(settings))
    if not owner.state.observers and not settings.traces:
        return app
    outermost = Observed(app, Routes(owner), owner.state.observers, traced=settings.traces)
    owner.state.at_once = outermost.watched(owner.state.at_once)
    return outermost


def observers(settings: Settings) -> Iterator[Observer]:
    if settings.log_requests:
        yield write_line
    if settings.metrics_port:
        from app.metrics import count

        yield count


def write_line(seen: Seen) -> None:
    """One line of JSON a request."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    log.info(json.dumps({"time": now, **seen._asdict(), "seconds": round(seen.seconds, 6)}))


def telemetry(settings: Settings) -> TelemetryConfig:
    """The framework's own traces, exported as the variables of OpenTelemetry say."""
    return TRACES if settings.traces else NO_TELEMETRY


def obstacles(settings: Settings) -> list[str]:
    """Why what the settings ask for cannot be observed: nothing is left out in silence."""
    extras = {
        "metrics": (settings.metrics_port, "APP_METRICS_PORT", "prometheus_client"),
        "traces": (settings.traces, "APP_TRACES", "opentelemetry.sdk"),
    }
    found = [
        f"{name} needs packages that are not installed: python -m pip install -e '.[{extra}]'"
        for extra, (wanted, name, package) in extras.items()
        if wanted and importlib.util.find_spec(package) is None
    ]
    if settings.traces and not any(os.environ.get(name) for name in EXPORT):
        found.append(f"APP_TRACES needs to know where to send them: set {EXPORT[1]}")
    return found
