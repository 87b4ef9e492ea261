"""Answers kept whole: who asks for the same again gets the very bytes, and no route is run.

In front of everything but the server, so that a hit costs little more than the sending. What is kept are answers
to anybody: of one dataset version, in one format and coding, without the id of the request that they were made for.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from weakref import ref

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.compression import coding
from app.database import Database, Release
from app.formats import ranking
from app.middleware import request_id
from app.problems import Unavailable
from app.protocol import WHOLE
from app.responses import is_fresh

MAX_ENTRY = 256 * 1024
"""Bytes above which an answer is not kept."""
OVERHEAD = 2048
"""Bytes that an entry costs besides its head, its body and its key."""
NOT_ASKED_TWICE = (b"range", b"content-length", b"transfer-encoding", b"expect", b"upgrade")
"""Headers of requests that are never answered from here."""
OF_CONTENT = (b"content-length", b"content-type", b"content-encoding")
"""Headers that an answer without content does not have."""
Headers = list[tuple[bytes, bytes]]


Key = tuple[bytes, bytes, str, str]
"""What an answer depends on: path, query, formats asked for, coding."""


@dataclass(frozen=True, slots=True)
class Part:
    """The head of an answer: for the server in bytes, for others as a list."""

    status: int
    headers: Headers
    lines: bytes


@dataclass(frozen=True, slots=True)
class Entry:
    """An answer."""

    found: Part
    unchanged: Part
    body: bytes
    tag: str
    modified: str
    size: int


class Cache:
    """Pure ASGI, for GET and HEAD; holds so many bytes and lets go of what was asked for longest ago."""

    def __init__(self, app: ASGIApp, database: Database, size: int) -> None:
        self.app, self.database, self.room = app, database, size
        self.entries: OrderedDict[Key, Entry] = OrderedDict()
        self.of: Callable[[], Release | None] = lambda: None
        """The release that the answers are of; not kept open for their sake."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await self.app(scope, receive, send)
            return
        asked = dict(scope["headers"])
        if len(asked) != len(scope["headers"]) or not asked.keys().isdisjoint(NOT_ASKED_TWICE):
            await self.app(scope, receive, send)
            return
        key = key_of(scope, asked)
        release = self.renew()
        entry = self.entries.get(key)
        if entry is not None:
            scope["cache"] = "hit"
            self.entries.move_to_end(key)
            await answer(entry, scope, asked, send)
        elif scope["method"] == "HEAD" or release is None:
            await self.app(scope, receive, send)
        else:
            scope["cache"] = "miss"
            scope.pop("extensions", None)  # an answer that is to be kept passes here, message by message
            await self.app(scope, receive, Keeping(send, partial(self.keep, key, release)))

    def renew(self) -> Release | None:
        """The release that is served; with a new one, everything that was kept is forgotten."""
        try:
            release: Release | None = self.database.release()
        except Unavailable:
            release = None
        if release is not self.of():
            self.room += sum(entry.size for entry in self.entries.values())
            self.entries.clear()
            self.of = (lambda: None) if release is None else ref(release)
        return release

    def keep(self, key: Key, release: Release, headers: Headers, body: bytes) -> None:
        """Keep an answer, unless the dataset was replaced while it was made."""
        if self.renew() is not release or key in self.entries:
            return
        entry = entry_of(headers, body, sum(map(len, key[:2])))
        self.entries[key] = entry
        self.room -= entry.size
        while self.room < 0:
            self.room += self.entries.popitem(last=False)[1].size


class Keeping:
    """Passes an answer on, and hands it over to be kept when it was one that anybody may have."""

    def __init__(self, send: Send, keep: partial[None]) -> None:
        self.send, self.keep = send, keep
        self.headers: Headers | None = None
        self.pieces: list[bytes] = []
        self.length = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            if message["status"] == 200 and may_be_kept(message["headers"]):
                self.headers = message["headers"]
        elif self.headers is not None:
            self.pieces.append(message.get("body", b""))
            self.length += len(self.pieces[-1])
            if self.length > MAX_ENTRY:
                self.headers, self.pieces = None, []
            elif not message.get("more_body", False):
                self.keep(self.headers, b"".join(self.pieces))
        await self.send(message)


def key_of(scope: Scope, asked: Mapping[bytes, bytes]) -> Key:
    accept, codings = asked.get(b"accept", b""), asked.get(b"accept-encoding", b"")
    return (scope["raw_path"], scope["query_string"], ranking(accept), coding(codings))


def may_be_kept(headers: Headers) -> bool:
    carried = dict(headers)
    return carried.get(b"cache-control", b"").startswith(b"public") and b"etag" in carried


def entry_of(headers: Headers, body: bytes, asked: int) -> Entry:
    """An answer without what belongs to one request."""
    kept = [header for header in headers if header[0] not in (b"x-request-id", b"content-length")]
    bare = [header for header in kept if header[0] not in OF_CONTENT]
    carried = dict(kept)
    found = part(200, [(b"content-length", str(len(body)).encode()), *kept])
    size = len(body) + 2 * len(found.lines) + asked + OVERHEAD
    tag, modified = carried[b"etag"].decode("latin-1"), carried.get(b"last-modified", b"").decode("latin-1")
    return Entry(found, part(304, bare), body, tag, modified, size)


def part(status: int, headers: Headers) -> Part:
    return Part(status, headers, b"".join(b"%b: %b\r\n" % header for header in headers))


async def answer(entry: Entry, scope: Scope, asked: Mapping[bytes, bytes], send: Send) -> None:
    """Send an answer to one more client, under the id of its own request."""
    id_ = request_id(asked.get(b"x-request-id"))
    scope["request_id"] = id_.decode()
    fresh = is_fresh(asked.get(b"if-none-match"), asked.get(b"if-modified-since"), entry.tag, entry.modified)
    head = entry.unchanged if fresh else entry.found
    body = b"" if fresh or scope["method"] == "HEAD" else entry.body
    whole = scope.get("extensions", {}).get(WHOLE)
    if whole and whole(head.status, (head.lines, b"x-request-id: ", id_, b"\r\n\r\n", body)):
        return
    headers = [*head.headers, (b"x-request-id", id_)]
    await send({"type": "http.response.start", "status": head.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
