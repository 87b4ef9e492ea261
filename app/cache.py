"""Answers kept whole: who asks for the same again gets the very bytes, and no route is run.

In front of everything but the server, so that a hit costs little more than the sending. What is kept are answers
to anybody: of one dataset version, in one format and coding, without the id of the request that they were made for.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from weakref import ref

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.compression import coding
from app.database import Database, Release
from app.formats import ranking
from app.kept import Header, Kept, Key, headers_of
from app.middleware import request_id
from app.problems import Unavailable
from app.protocol import WHOLE, AtOnce, WholeSend
from app.responses import is_fresh

MAX_ENTRY = 256 * 1024
"""Bytes above which an answer is not kept."""
NOT_ASKED_TWICE = frozenset((b"range", b"content-length", b"transfer-encoding", b"expect", b"upgrade"))
"""Headers of requests that are never answered from here."""
NOT_KEPT = (b"x-request-id", b"content-length")
"""Headers that are made anew for each request."""


class Cache:
    """Pure ASGI, for GET and HEAD; a server of ours asks it beforehand, and then needs no task for what is kept."""

    def __init__(self, app: ASGIApp, database: Database, size: int, straight: AtOnce | None = None) -> None:
        self.app, self.database, self.kept, self.straight = app, database, Kept(size), straight
        self.of: Callable[[], Release | None] = lambda: None
        """The release that the answers are of; not kept open for their sake."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = headers_asked(scope)
        if asked is None:
            await self.app(scope, receive, send)
        elif found := self.hit(scope, asked, key_of(scope, asked)):
            await tell(*found, send)
        elif scope["method"] == "HEAD" or (release := self.renew()) is None:
            await self.app(scope, receive, send)
        else:
            scope["cache"] = "miss"
            keep = partial(self.keep, key_of(scope, asked), ref(release))
            whole = scope.get("extensions", {}).get(WHOLE)
            keeping = Keeping(send, whole, keep)
            if whole:
                scope["extensions"] = {WHOLE: keeping.whole}
            try:
                await self.app(scope, receive, keeping)
            finally:
                scope.pop("extensions", None)  # through which the server would hold all this

    def at_once(self, scope: Scope) -> tuple[int, Sequence[bytes]] | None:
        """The answer to a request, if it is kept or need not be waited for, in the pieces that the server sends."""
        asked = headers_asked(scope)
        if asked is None:
            return None
        key = key_of(scope, asked)
        found = self.hit(scope, asked, key)
        if found or self.straight is None or scope["method"] == "HEAD" or (release := self.renew()) is None:
            return found
        scope["cache"] = "miss"
        found = self.straight(scope)
        if found:
            keep_whole(partial(self.keep, key, ref(release)), *found)
        return found

    def hit(self, scope: Scope, asked: Mapping[bytes, bytes], key: Key) -> tuple[int, Sequence[bytes]] | None:
        """The answer to a request, if it is kept; under the id of that request."""
        self.renew()
        entry = self.kept.get(key)
        if entry is None:
            return None
        scope["cache"] = "hit"
        id_ = request_id(asked.get(b"x-request-id"))
        scope["request_id"] = id_.decode()
        head = entry.head
        if is_fresh(asked.get(b"if-none-match"), asked.get(b"if-modified-since"), head.tag, head.modified):
            return 304, (head.unchanged, entry.own, b"x-request-id: ", id_, b"\r\n\r\n", b"")
        body = self.kept.body(key, entry)
        last = b"\r\ncontent-length: %d\r\n\r\n" % len(body)
        sent = b"" if scope["method"] == "HEAD" else body
        return 200, (head.found, entry.own, b"x-request-id: ", id_, last, sent)

    def renew(self) -> Release | None:
        """The release that is served; with a new one, everything that was kept is forgotten."""
        try:
            release: Release | None = self.database.release()
        except Unavailable:
            release = None
        if release is not self.of():
            self.kept.clear()
            self.of = (lambda: None) if release is None else ref(release)
        return release

    def keep(
        self, key: Key, of: Callable[[], Release | None], headers: Sequence[Header], body: bytes
    ) -> None:
        """Keep an answer, unless the dataset was replaced while it was made."""
        release = self.renew()
        if release is not None and release is of():
            self.kept.put(key, [header for header in headers if header[0] not in NOT_KEPT], body)


class Keeping:
    """Passes an answer on, and hands it over to be kept when it was one that anybody may have."""

    def __init__(self, send: Send, at_once: WholeSend | None, keep: partial[None]) -> None:
        self.send, self.at_once, self.keep = send, at_once, keep
        self.headers: Sequence[Header] | None = None
        self.pieces: list[bytes] = []
        self.length = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            if may_be_kept(message["status"], message["headers"]):
                self.headers = message["headers"]
        elif self.headers is not None:
            self.go_on(message.get("body", b""), message.get("more_body", False))
        await self.send(message)

    def whole(self, status: int, pieces: Sequence[bytes]) -> bool:
        """What the server is given in one piece."""
        if self.at_once is None or not self.at_once(status, pieces):
            return False
        keep_whole(self.keep, status, pieces)
        return True

    def go_on(self, body: bytes, more: bool) -> None:
        assert self.headers is not None
        self.pieces.append(body)
        self.length += len(body)
        if self.length > MAX_ENTRY:
            self.headers, self.pieces = None, []
        elif not more:
            self.keep(self.headers, b"".join(self.pieces))


def headers_asked(scope: Scope) -> Mapping[bytes, bytes] | None:
    """The headers of a request that may be answered from here; none of one that may not."""
    if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
        return None
    asked = dict(scope["headers"])
    if len(asked) != len(scope["headers"]) or not NOT_ASKED_TWICE.isdisjoint(asked):
        return None
    return asked


def key_of(scope: Scope, asked: Mapping[bytes, bytes]) -> Key:
    formats, coded = ranking(asked.get(b"accept", b"")), coding(asked.get(b"accept-encoding", b""))
    key: Key = coded + b" " + formats + b" " + scope["raw_path"] + b"?" + scope["query_string"]
    return key


def keep_whole(keep: partial[None], status: int, pieces: Sequence[bytes]) -> None:
    """Keep what was answered in one piece, if it was one that anybody may have."""
    headers, body = headers_of(b"".join(pieces[:-1])), pieces[-1]
    if may_be_kept(status, headers) and len(body) <= MAX_ENTRY:
        keep(headers, body)


def may_be_kept(status: int, headers: Sequence[Header]) -> bool:
    carried = dict(headers)
    return status == 200 and carried.get(b"cache-control", b"").startswith(b"public") and b"etag" in carried


async def tell(status: int, pieces: Sequence[bytes], send: Send) -> None:
    """Send an answer as other servers take it."""
    headers = headers_of(b"".join(pieces[:-1]))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": pieces[-1]})
