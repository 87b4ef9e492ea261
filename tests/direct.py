"""A client that calls the application itself: thousands of answers are read in a test, and an HTTP client is too slow for it."""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple, Self
from urllib.parse import unquote_to_bytes, urlencode

from fastapi import FastAPI
from starlette.types import Message

from app.main import create_app
from tests.engine import settings_for


class Answer(NamedTuple):
    """A response, as the application sent it."""

    status: int
    headers: dict[str, str]
    content: bytes

    def json(self) -> Any:
        return json.loads(self.content)


def scope_of(url: str, method: str, headers: Mapping[str, str | bytes]) -> dict[str, Any]:
    """A request, as a server hands it over."""
    path, _, query = url.encode().partition(b"?")
    given = [
        (name.lower().encode(), value if isinstance(value, bytes) else value.encode())
        for name, value in headers.items()
    ]
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote_to_bytes(path).decode("utf-8", "replace"),
        "raw_path": path,
        "query_string": query,
        "root_path": "",
        "headers": [(b"host", b"testserver"), *given],
        "client": ("testclient", 50000),
        "server": ("testserver", 80),
        "state": {},
    }


class Direct:
    """Sends one request at a time."""

    def __init__(self, application: FastAPI) -> None:
        self.application = application
        self.runner = asyncio.Runner()

    @classmethod
    def over(cls, database: Path, **settings: Any) -> "Direct":
        """A client of an application of its own."""
        return cls(create_app(settings_for(database, **settings)))

    def request(
        self, url: str, method: str = "GET", headers: Mapping[str, str | bytes] | None = None
    ) -> Answer:
        return self.runner.run(self.send(url, method, headers or {}))

    def get(self, path: str, **parameters: Any) -> Any:
        """The JSON of what must be a 200."""
        url = f"{path}?{urlencode(parameters, doseq=True)}" if parameters else path
        answer = self.request(url)
        assert answer.status == 200, f"{url}: {answer.content.decode()}"
        return answer.json()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.runner.close()
        self.application.state.database.close()

    async def send(self, url: str, method: str, headers: Mapping[str, str | bytes]) -> Answer:
        sent: list[Message] = []
        asked = iter([{"type": "http.request", "body": b"", "more_body": False}])

        async def receive() -> Message:
            if message := next(asked, None):
                return message
            await asyncio.Event().wait()  # the client stays
            raise AssertionError

        async def keep(message: Message) -> None:
            sent.append(message)

        await self.application(scope_of(url, method, headers), receive, keep)
        start = sent[0]
        received: dict[str, str] = {}
        for name, value in ((name.decode().lower(), value.decode()) for name, value in start["headers"]):
            received[name] = f"{received[name]}, {value}" if name in received else value
        return Answer(start["status"], received, b"".join(m.get("body", b"") for m in sent[1:]))
