"""What lies around every request: its id, the limits of its address, HEAD, preflights, and the headers of every answer."""

import re
import secrets
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import count
from os import getpid
from typing import Any

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app import problems
from app.errors import ALLOW, problem_response
from app.protocol import WHOLE, WholeSend
from app.site.refusals import for_browsers

Header = tuple[bytes, bytes]
Headers = list[Header]
READING = ("GET", "HEAD", "OPTIONS")
MAX_TARGET = 8192
"""Bytes of path and query that are still answered."""
NUMBERS = count(1)
REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
CONTROL = re.compile(r"[\x00-\x1f\x7f\ufffd]")
NO_PATH = (
    "The path is no UTF-8, or holds a control character or an encoded slash, as no path here does; "
    "GET / lists every path."
)
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""What a page may load: our own files and nothing else. A page that needs more sets its own header."""
EVERYWHERE = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": (
        "Accept-Ranges, Allow, Content-Disposition, Content-Range, ETag, Link, Location, Retry-After, X-Request-ID"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
SERVICE = b'</openapi.json>; rel="service-desc", </docs>; rel="service-doc"'
HEADERS = [(name.lower().encode(), value.encode()) for name, value in EVERYWHERE.items()]
OF_ONE = (b"content-length", b"content-range", b"content-disposition", b"location")
"""Headers that few answers have alike."""
NOT_ALIKE = (*OF_ONE, b"link")
OWN_POLICY = (b"content-security-policy", POLICY.encode())
PREFLIGHT = {
    "Access-Control-Allow-Methods": ALLOW,
    "Access-Control-Allow-Headers": "*",
    "Access-Control-Max-Age": "86400",
    "Allow": ALLOW,
}
"""Any page may ask anything: the API has no key and no cookie that another site's page could misuse."""


class Entrance:
    """Pure ASGI because it touches every request; a failure of the framework leaves through it too."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        id_ = request_id(given_id(scope))
        scope["request_id"] = id_.decode()
        bare = scope["method"] == "HEAD"
        at_once = scope.get("extensions", {}).get(WHOLE)
        start: Message | None = None

        async def answer(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                complete(message["headers"], id_)
                if at_once and is_whole(message):
                    start = message
                    return
            else:
                if bare:
                    message = {**message, "body": b""}
                if start is not None:
                    begun, start = start, None
                    if not message.get("more_body") and sent(at_once, begun, message.get("body", b"")):
                        return
                    await send(begun)
            await send(message)

        if bare:
            scope = {**scope, "method": "GET"}
        try:
            await (own_answer(scope) or self.app)(scope, receive, answer)
        finally:
            if start is not None:
                await send(start)  # what failed after it is cut short, as the server does it


def is_whole(start: Message) -> bool:
    """Whether an answer is likely to follow in one piece."""
    return start["status"] == 304 or b"content-length" in [name for name, _ in start["headers"]]


def sent(at_once: WholeSend, start: Message, body: bytes) -> bool:
    """Whether an answer went out in one piece; a header that would be two is left for the server to refuse."""
    lines = lines_of(start["headers"])
    return lines is not None and at_once(start["status"], (lines, b"\r\n\r\n", body))


def lines_of(headers: Headers) -> bytes | None:
    """Headers as they are sent; none where one of them would be two."""
    lines = b"\r\n".join([b": ".join(header) for header in headers])
    return lines if lines.count(b"\n") == lines.count(b"\r") == len(headers) - 1 else None


def given_id(scope: Mapping[str, Any]) -> bytes | None:
    return next((value for name, value in scope["headers"] if name == b"x-request-id"), None)


def request_id(given: bytes | None) -> bytes:
    """The client's own id where it is a plain token, else a new one: of this process, and counted."""
    return given if given and REQUEST_ID.fullmatch(given) else b"%b%08x" % (process(getpid()), next(NUMBERS))


@lru_cache(maxsize=1)
def process(_: int) -> bytes:
    """What the ids of one process begin with; workers are forked, and must not share it."""
    return secrets.token_hex(4).encode()


def own_answer(scope: Scope) -> Response | None:
    """Requests that no route may see: preflights, and what is refused before it is read."""
    if refused := refusal(scope):
        detail = NO_PATH if refused is problems.NOT_FOUND else refused.meaning
        return for_browsers(scope, problem_response(refused, detail, None, scope["request_id"]))
    if scope["method"] == "OPTIONS" and b"access-control-request-method" in dict(scope["headers"]):
        return Response(headers=PREFLIGHT)
    return None


def refusal(scope: Mapping[str, Any]) -> problems.Type | None:
    """Requests that no route may see: with a body, too long, or with characters that no path has."""
    for name, value in scope["headers"]:
        body = name == b"transfer-encoding" or (name == b"content-length" and value.strip(b"0"))
        if body and scope["method"] in READING:
            return problems.BODY_TOO_LARGE
    query = scope["query_string"]
    if len(scope["raw_path"]) + len(query) + bool(query) > MAX_TARGET:
        return problems.URI_TOO_LONG
    strange = CONTROL.search(scope["path"]) or b"%2f" in scope["raw_path"].lower()
    return problems.NOT_FOUND if strange else None


def complete(headers: Headers, id_: bytes) -> None:
    """Add what every answer carries; what it varies by and where it leads are one header each."""
    own, alike = parted(headers, id_)
    headers[:] = [*completed(alike), *own]


def complete_lines(headers: Headers, id_: bytes) -> bytes | None:
    """The same as it is sent; none where a header would be two."""
    own, alike = parted(headers, id_)
    lines, more = completed_lines(alike), lines_of(own)
    return None if lines is None or more is None else b"%b\r\n%b" % (lines, more)


def parted(headers: Headers, id_: bytes) -> tuple[Headers, tuple[Header, ...]]:
    """The headers of one answer alone, complete, and those that many have alike."""
    links = [value for name, value in headers if name == b"link"]
    own = [header for header in headers if header[0] in OF_ONE]
    own += [(b"link", b", ".join([*links, SERVICE])), (b"x-request-id", id_)]
    return own, tuple([header for header in headers if header[0] not in NOT_ALIKE])


@lru_cache
def completed(headers: tuple[Header, ...]) -> Headers:
    others = [header for header in headers if header[0] not in (b"vary", OWN_POLICY[0])]
    varies = [value for name, value in headers if name == b"vary"]
    (policy,) = [header for header in headers if header[0] == OWN_POLICY[0]][-1:] or [OWN_POLICY]
    return [*others, (b"vary", together(varies)), *HEADERS, policy]


@lru_cache
def completed_lines(headers: tuple[Header, ...]) -> bytes | None:
    return lines_of(completed(headers))


def together(varies: Iterable[bytes]) -> bytes:
    """What an answer varies by: each name once."""
    names = [name.strip() for value in varies for name in value.split(b",")]
    return b", ".join({name.lower(): name for name in [*names, b"Accept-Encoding"]}.values())
