"""The server's side of HTTP/1.1, stricter than uvicorn's own: what is slow, too large or ambiguous is refused and closed.

uvicorn sets no time limit for the head of a request and no size limit for it, and its parser accepts requests without
Host, with two of them, and of HTTP/0.9.
"""

import logging
import re
import sys
from asyncio import TimerHandle, Transport
from collections.abc import Callable, MutableMapping, Sequence
from functools import lru_cache
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

from httptools import HttpParserError
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from app import problems
from app.errors import problem_response

log = logging.getLogger("app.protocol")
HEAD_SECONDS = 10.0
"""How long the head of a request may take, from the first byte or the opening of the connection."""
SEND_SECONDS = 30.0
"""How long a client may take nothing of its answer; one that never reads would hold its release for ever."""
LINGER_SECONDS = 1.0
GRACE_SECONDS = 0.3
"""How long idle connections stay open when the server ends: a request may be on its way."""
MAX_HEAD = 32 * 1024
MAX_HEADERS = 100
MAX_ASKED = 2048
"""How long a request may be that a connection remembers."""
MAX_CONNECTIONS = 1000
MAX_REFUSED = 500
"""Connections over the limit that are told so at the same time; more are closed without a word."""
TARGET = re.compile(rb"/[^#]*|\*|https?://[^/?#@]+/[^#]*")
"""What may be asked for: a path, everything, or an address with a path, as proxies are asked; never a fragment or a user."""
AMBIGUOUS = {b"transfer-encoding", b"content-length"}
"""Headers of which each says where a body ends."""
HOST = re.compile(rb"([A-Za-z0-9._~!$&'()*+,;=%-]*|\[[0-9A-Fa-f:.]+\])(:[0-9]*)?")
WHOLE = "whole-response"
"""An ASGI extension of ours: a function that takes a response in one piece, its head already in bytes, its body last."""
WholeSend = Callable[[int, Sequence[bytes]], bool]
AT_ONCE = "answer-at-once"
"""What the application may leave in the state of its lifespan: a function that answers a request if it need not wait for it."""
AtOnce = Callable[[MutableMapping[str, Any]], tuple[int, Sequence[bytes]] | None]
"""Takes the scope of a request; returns a status and the pieces of a response, as they are sent whole."""


def is_target(text: bytes) -> bool:
    """The first look is for speed: a pattern costs as much as all else that is looked at."""
    return (text[:1] == b"/" and b"#" not in text) or TARGET.fullmatch(text) is not None


@lru_cache(maxsize=64)
def is_host(text: bytes) -> bool:
    return HOST.fullmatch(text) is not None


class Refused(Exception):
    """Ends the parsing of a request that has been answered."""


OF_CLIENTS = (Refused, HttpParserError, UnicodeError)
"""What ends the parsing of a request that is at fault itself."""


class Protocol(HttpToolsProtocol):
    """One connection."""

    answering: RequestResponseCycle
    deadline: TimerHandle | None = None
    patience: TimerHandle | None = None
    rest: TimerHandle | None = None
    resting_since = 0.0
    default_headers: Sequence[tuple[bytes, bytes]] = ()
    default_lines = b""
    head_size = 0
    refused = False
    last = False
    first = False
    """Whether no request of the data that are read has been answered; those behind it take their turns with other clients."""
    alone = False
    """Whether the last request was answered at once, and nothing came behind it."""
    asked = b""
    """What was received last, if it was one such request and no more."""

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > MAX_CONNECTIONS + MAX_REFUSED:
            transport.abort()
        elif len(self.connections) > MAX_CONNECTIONS:
            self.refuse(problems.OVERLOADED)
        else:
            self.expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self.head_is_there()
        self.client_reads()
        if self.rest is not None:
            self.rest.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.refused or (data == self.asked and self.found_at_once()):
            return  # to read the same request again would cost as much as to answer it
        begins = not self.head_size
        self.head_size += len(data)
        self.first, self.alone = True, False
        super().data_received(data)
        self.asked = data if begins and self.alone and len(data) <= MAX_ASKED else b""
        if not self.head_size:
            return  # as almost always: a request came whole, and no clock was needed
        if self.deadline is None:
            self.expect_head()
        if self.head_size > MAX_HEAD:
            self.refuse(problems.HEAD_TOO_LARGE if self.headers else problems.URI_TOO_LONG)

    def expect_head(self) -> None:
        self.deadline = self.loop.call_later(HEAD_SECONDS, self.refuse, problems.TOO_SLOW)

    def head_is_there(self) -> None:
        self.head_size = 0
        if self.deadline is not None:
            self.deadline.cancel()
            self.deadline = None

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.head_size = self.head_size or 1  # a second request has begun in what was left of the data
        self.alone = False

    def on_headers_complete(self) -> None:
        size, version = self.head_size, self.parser.get_http_version()
        self.head_is_there()
        if fault := self.fault(size, version):
            self.refuse(fault)
            raise Refused
        if version == "1.1" and self.answered_at_once():
            return
        super().on_headers_complete()
        if self.last:
            self.cycle.keep_alive = False

    def on_message_complete(self) -> None:
        if not self.is_free():
            super().on_message_complete()
        self.head_is_there()

    def pause_writing(self) -> None:
        super().pause_writing()
        self.client_must_read()

    def resume_writing(self) -> None:
        super().resume_writing()
        self.client_reads()

    def on_response_complete(self) -> None:
        """As uvicorn has it, with a clock that goes on from one answer to the next; to make one costs as much as to parse a head."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            self.client_must_read()
            return
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
            return
        self.flow.resume_reading()  # and no sooner, or who asks on and on and takes no answer would fill the memory
        self.resting_since = self.loop.time()
        if self.rest is None:
            self.rest = self.loop.call_later(self.timeout_keep_alive, self.rested)

    def rested(self) -> None:
        """Close a connection over which nothing was asked for too long; what is under way has other clocks."""
        self.rest = None
        left = self.resting_since + self.timeout_keep_alive - self.loop.time()
        if left > 0:
            self.rest = self.loop.call_later(left, self.rested)
        elif self.is_free() and self.deadline is None:
            self.timeout_keep_alive_handler()
            self.client_must_read()

    def is_free(self) -> bool:
        """Whether no answer is under way."""
        return self.cycle is None or self.cycle.response_complete

    def client_must_read(self) -> None:
        """What the client has not taken in time is dropped with the connection."""
        if self.patience is None:
            self.patience = self.loop.call_later(SEND_SECONDS, self.transport.abort)

    def client_reads(self) -> None:
        if self.patience is not None:
            self.patience.cancel()
            self.patience = None

    def shutdown(self) -> None:
        """The server ends: what is under way is answered, and so is what still arrives in a moment."""
        self.last = True
        if self.is_free():
            self.loop.call_later(GRACE_SECONDS, super().shutdown)
        else:
            super().shutdown()

    def fault(self, size: int, version: str) -> problems.Type | None:
        """What is wrong with the head of a request."""
        if len(self.url) > MAX_HEAD:
            return problems.URI_TOO_LONG
        if size > MAX_HEAD and sum(len(name) + len(value) for name, value in self.headers) > MAX_HEAD:
            return problems.HEAD_TOO_LARGE
        if len(self.headers) > MAX_HEADERS:
            return problems.HEAD_TOO_LARGE
        hosts = [value for name, value in self.headers if name == b"host"]
        if version not in ("1.0", "1.1") or (len(hosts) != 1 and version == "1.1"):
            return problems.MALFORMED
        if not is_target(self.url) or not all(map(is_host, hosts)):
            return problems.MALFORMED
        if dict(self.headers).keys() >= AMBIGUOUS:
            return problems.MALFORMED
        return None

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self.answering = cycle
        scope: Any = cycle.scope
        scope["extensions"] = {WHOLE: self.send_whole}
        super()._start_asgi_task(cycle, app)

    def send_whole(self, status: int, pieces: Sequence[bytes]) -> bool:
        """Send a response that is there in one piece: the lines of its head, an empty line and the body.

        uvicorn checks and joins each header of each response, which costs as much as all else that a cached one
        does. Returns False, and has done nothing, where the client does not keep up.
        """
        cycle = self.answering
        if (
            not cycle.keep_alive
            or self.flow.write_paused
            or cycle.disconnected
            or self.transport.is_closing()
        ):
            return False
        cycle.response_started = cycle.response_complete = True
        self.write_whole(status, pieces)
        cycle.message_event.set()
        cycle.on_response()
        return True

    def answered_at_once(self) -> bool:
        """Whether a request is answered already, without a task: as one whose answer is kept, or need not be waited for."""
        first, self.first = self.first, False
        if not first or not self.parser.should_keep_alive():
            return False
        if self.url[:1] != b"/" or self.root_path:
            return False  # an address of another form
        scope: Any = self.scope
        scope["method"] = self.parser.get_method().decode("ascii")
        scope["raw_path"], _, scope["query_string"] = self.url.partition(b"?")
        scope["path"] = unquote(scope["raw_path"].decode("ascii"))
        self.alone = self.found_at_once()
        return self.alone

    def found_at_once(self) -> bool:
        """Whether there is an answer to the request that was read last, and this client may have it now."""
        at_once: AtOnce | None = self.app_state.get(AT_ONCE)
        if at_once is None or self.last or not self.is_free():
            return False
        if self.flow.write_paused or self.transport.is_closing():
            return False
        found = at_once(self.scope)  # type: ignore[arg-type]
        if found is None:
            return False
        self.write_whole(*found)
        self.on_response_complete()
        return True

    def write_whole(self, status: int, pieces: Sequence[bytes]) -> None:
        if self.default_headers is not self.server_state.default_headers:  # made anew every second
            self.default_headers = self.server_state.default_headers
            self.default_lines = b"".join([b"%b: %b\r\n" % header for header in self.default_headers])
        self.transport.write(b"".join([STATUS_LINE[status], self.default_lines, *pieces]))

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002
        """What uvicorn calls when its parser fails, a refusal of ours included; a fault of ours is told as one."""
        cause = getattr(sys.exception(), "__context__", None)
        if cause is None or isinstance(cause, OF_CLIENTS):
            self.refuse(problems.MALFORMED)
        else:
            log.error("a request failed while it was read", exc_info=cause)
            self.refuse(problems.INTERNAL_ERROR)

    def refuse(self, type_: problems.Type) -> None:
        """Answer with a problem and close; behind an answer that is still under way, only close.

        What the client still sends is read and dropped for a moment, or it would never see the answer.
        """
        self.head_is_there()
        if self.refused or self.transport.is_closing():
            return
        self.refused = True
        if not self.is_free():
            self.cycle.keep_alive = False
            self.flow.pause_reading()
            return
        self.transport.write(raw(type_))
        self.transport.write_eof()
        self.loop.call_later(LINGER_SECONDS, self.transport.abort)


@lru_cache
def raw(type_: problems.Type) -> bytes:
    """A problem as it goes over the wire."""
    headers = {"Connection": "close", **({"Retry-After": "5"} if type_.status == 503 else {})}
    response: Any = problem_response(type_, type_.meaning, headers=headers)
    status = f"HTTP/1.1 {type_.status} {HTTPStatus(type_.status).phrase}\r\n".encode()
    lines = [b"%b: %b\r\n" % header for header in response.raw_headers]
    return b"".join([status, *lines, b"\r\n", response.body])
