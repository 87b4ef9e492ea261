"""An answer of the API, collected so that it can be drawn."""

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, urlencode

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Message

Pairs = Sequence[tuple[str, str]]
OF_THE_BODY = ("content-length", "content-type")


class Answer:
    """The status, headers and JSON that a path answers to some parameters."""

    def __init__(self, path: str, pairs: Pairs) -> None:
        self.path, self.pairs = path, list(pairs)
        self.status = 200
        self.headers: list[tuple[bytes, bytes]] = []
        self.body = b""

    async def collect(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], list(message["headers"])
        else:
            self.body += message.get("body", b"")

    def of(self, path: str, pairs: Pairs) -> "Answer":
        """The same answer, to what was really asked."""
        self.path, self.pairs = path, list(pairs)
        return self

    @property
    def media_type(self) -> str:
        return Headers(raw=self.headers).get("content-type", "").partition(";")[0]

    @property
    def data(self) -> Any:
        return json.loads(self.body)

    @property
    def blamed(self) -> set[str]:
        """The parameters that a problem names."""
        return {error["parameter"] for error in self.data["errors"]}

    def values(self, name: str) -> list[str]:
        return [value for key, value in self.pairs if key == name]

    def url(self, *added: tuple[str, str], without: Sequence[str] = ()) -> str:
        """The path with the parameters, some of them left out and some added."""
        pairs = [*(pair for pair in self.pairs if pair[0] not in without), *added]
        query = urlencode(pairs, quote_via=quote)
        return quote(self.path) + (f"?{query}" if query else "")

    def kept_headers(self) -> dict[str, str]:
        """The headers that hold for every form of the answer."""
        return {name: value for name, value in Headers(raw=self.headers).items() if name not in OF_THE_BODY}

    def response(self) -> Response:
        """The answer as it came."""
        return Response(self.body, self.status, dict(Headers(raw=self.headers)))
